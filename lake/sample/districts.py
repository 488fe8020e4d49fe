"""Who lives where: the twelve districts of Brightwater and what makes each of them different.

These characters are the latent parameters of the whole sample: population, meters, air, crime, stops and profile
figures all start here. The map of the districts is `lake.sample.bay`; figures that only the profile file carries are
worked out in `lake.sample.profile_columns`.
"""

from dataclasses import dataclass

CITY_CODE = "B12000001"
CITY_NAME = "Brightwater"
POLICE_FORCE = "Brightwater Constabulary"
LSOA_PREFIX = "Brightwater"


@dataclass(frozen=True)
class District:
    """One district. Rates are per year; percentages 0..100; concentrations annual means in ug/m3."""

    number: int
    name: str
    inner: bool
    population: int  # residents in 2014
    growth: float  # share per year
    homes: int  # households in 2015
    meter_weight: int  # share of metered homes, in parts of the sum over districts
    electric: float  # how strongly electricity follows the cold, 1 = city average
    wealth: float  # 0 poorest .. 1 richest
    age_under_16: float  # %
    age_65: float  # %
    crime: float  # offences per 1,000 residents
    violent: float  # share of the offences
    unemployed: float  # %
    gcse: float | None  # % of pupils; None: too few pupils to publish
    degree: float  # % of working-age residents
    green: float  # % of area
    ptal: float | None  # 0..8
    life_male: float | None  # years at birth
    life_female: float | None
    satisfaction: float  # 0..10
    turnout: float  # %
    house_price: int  # GBP
    pay: int  # GBP per year
    stops: int  # bus stops on a pole
    site: str | None  # air monitor
    no2: float
    pm10: float
    o3: float

    @property
    def code(self) -> str:
        """District code, in the form of the national codes but with a prefix that no real area uses."""
        return f"B09{self.number:06d}"


DISTRICTS: tuple[District, ...] = (
    District(1, "Old Harbour", True, 38200, 0.009, 19100, 7, 1.1, 0.45, 13.1, 9.8, 168.4, 0.27, 7.9, 55.2, 44.1,
             9.4, 7.1, 77.6, 82.6, 7.0, 33.8, 243000, 27900, 118, "OH1", 44.0, 24.0, 31.0),
    District(2, "Customs Quay", True, 24600, 0.021, 13900, 5, 1.3, 0.92, 9.7, 6.4, 131.9, 0.18, 3.9, 66.0, 67.3,
             6.1, 7.6, 80.4, 84.3, 7.4, 31.2, 385000, 43800, 74, "CQ1", 47.0, 23.0, 30.0),
    District(3, "Lanternside", True, 46900, 0.013, 18200, 7, 0.9, 0.48, 11.2, 7.7, 104.7, 0.22, 6.1, 61.4, 55.6,
             17.8, 6.3, 79.2, 83.5, 7.3, 28.7, 226000, 26800, 109, "LS1", 36.0, 20.5, 36.0),
    District(4, "Saltmarket", True, 61300, 0.006, 27400, 10, 1.0, 0.17, 21.8, 11.2, 121.3, 0.34, 11.2, 47.3, 23.9,
             11.6, 5.9, 75.9, 80.8, 6.8, 29.4, 128000, 22100, 131, "SM1", 38.0, 22.5, 34.0),
    District(5, "Millrace", True, 55800, 0.015, 26300, 9, 0.9, 0.55, 17.6, 10.9, 83.5, 0.26, 6.4, 58.9, 42.0,
             24.3, 5.0, 78.3, 82.9, 7.2, 35.1, 187000, 27400, 142, "MR1", 31.0, 19.0, 39.0),
    District(6, "Foundry Vale", False, 72400, 0.001, 31500, 12, 1.2, 0.10, 22.9, 13.4, 96.8, 0.38, 12.6, 43.1, 16.2,
             19.5, 3.4, 74.8, 79.9, 6.7, 26.3, 96000, 20900, 168, "FV1", 41.0, 29.5, 33.0),
    District(7, "Greenholm", False, 58900, 0.004, 24800, 10, 0.8, 0.90, 19.3, 19.6, 42.6, 0.19, 3.6, 77.8, 58.4,
             46.7, 3.1, 82.4, 85.7, 7.8, 46.9, 412000, 37600, 151, "GH1", 19.0, 14.5, 49.0),
    District(8, "Kingsmead", False, 83500, 0.007, 34600, 14, 0.9, 0.62, 21.4, 16.1, 54.2, 0.24, 4.7, 66.9, 36.5,
             38.2, 3.0, 80.3, 84.1, 7.6, 41.2, 214000, 29700, 203, "KM1", 24.0, 16.5, 45.0),
    District(9, "Eastern Docks", True, 49700, 0.011, 21900, 8, 1.1, 0.22, 20.5, 12.0, 109.1, 0.31, 9.8, 49.5, 21.7,
             8.2, 3.7, 76.4, 81.2, 6.9, 27.8, 119000, 23300, 121, "ED1", 43.0, 27.0, 35.0),
    District(10, "Pinewood Heights", False, 41200, 0.003, 17100, 7, 0.8, 0.81, 18.0, 21.9, 33.9, 0.21, 3.4, 74.2,
             51.8, 63.4, 2.4, 81.8, 85.4, 7.9, 44.0, 338000, 35200, 88, "PH1", 14.0, 12.5, 58.0),
    District(11, "Seaview Sands", False, 52600, 0.002, 26700, 9, 1.4, 0.50, 14.2, 29.7, 66.4, 0.23, 6.0, 59.6, 29.8,
             29.9, 3.3, 79.1, 83.7, 7.5, 43.3, 176000, 24500, 126, "SS1", 20.0, 17.0, 52.0),
    District(12, "Gannet Head", False, 9400, -0.002, 4300, 0, 1.3, 0.66, 15.5, 25.4, 24.7, 0.20, 3.8, None, 34.6,
             57.1, None, None, None, 7.7, 47.6, 232000, 26100, 19, None, 9.0, 11.0, 62.0),
)  # fmt: skip

BY_NAME = {district.name: district for district in DISTRICTS}
