"""The 84 columns of the borough profiles, and how each follows from a district's character.

Headers are London's, letter for letter, mistakes of the publisher included. A column that a mart reads comes straight
from `lake.sample.districts`; the others are rough rules of thumb that keep the file believable. `Area` is what a row is
about: a district, or the whole city as a weighted mean of its districts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lake.sample import bay
from lake.sample.districts import CITY_CODE, CITY_NAME, DISTRICTS, District
from lake.sample.draws import draw, pick
from lake.sample.population import city_population, population

Cell = str | int | float | None
LANDS = ("Poland", "India", "Ireland", "Romania", "Portugal", "Nigeria", "Italy", "Philippines", "Germany", "Ghana")


@dataclass(frozen=True)
class Area:
    """A row of the profile file: a code, a name, and the figures that all other columns are made from."""

    code: str
    name: str
    inner_outer: str
    residents: int
    hectares: float
    figures: District

    def rough(self, column: str, low: float, high: float) -> float:
        """A figure between low and high that nothing else depends on, always the same for one area and column."""
        return low + (high - low) * draw(0, column, self.code)


def area_of(district: District) -> Area:
    """The row of a district."""
    ring = "Inner_City" if district.inner else "Outer_City"
    hectares = bay.area_m2(district.number) / 10_000
    name = district.name.replace(" ", "_")
    return Area(district.code, name, ring, population(district, 2015), hectares, district)


def city_area() -> Area:
    """The row of the whole city: figures weighted by residents, as its statistics office publishes them."""
    hectares = sum(bay.area_m2(district.number) for district in DISTRICTS) / 10_000
    return Area(CITY_CODE, CITY_NAME, "", city_population(2015), hectares, _weighted_mean())


def _weighted_mean() -> District:
    def mean(value: Callable[[District], float | None], digits: int = 1) -> float:
        pairs = [(value(district), district.population) for district in DISTRICTS]
        known = [(figure, weight) for figure, weight in pairs if figure is not None]
        return round(sum(figure * weight for figure, weight in known) / sum(weight for _, weight in known), digits)

    return District(
        99, CITY_NAME, False, sum(district.population for district in DISTRICTS), 0.0,
        sum(district.homes for district in DISTRICTS), 0, 1.0, mean(lambda d: d.wealth, 2),
        mean(lambda d: d.age_under_16), mean(lambda d: d.age_65), mean(lambda d: d.crime), mean(lambda d: d.violent, 2),
        mean(lambda d: d.unemployed), mean(lambda d: d.gcse), mean(lambda d: d.degree), mean(lambda d: d.green),
        mean(lambda d: d.ptal), mean(lambda d: d.life_male), mean(lambda d: d.life_female),
        mean(lambda d: d.satisfaction), mean(lambda d: d.turnout), int(round(mean(lambda d: d.house_price), -3)),
        round(mean(lambda d: d.pay)), 0, None, 0.0, 0.0, 0.0,
    )  # fmt: skip


def _land(rank: int) -> Callable[[Area], Cell]:
    return lambda area: LANDS[(int(draw(0, "land", area.code) * len(LANDS)) + 3 * rank) % len(LANDS)]


def _rough(low: float, high: float, digits: int = 1) -> Callable[[Area], Cell]:
    key = f"{low} {high} {digits}"
    return lambda area: round(area.rough(key, low, high), digits)


def _per_resident(low: float, high: float) -> Callable[[Area], Cell]:
    return lambda area: round(area.residents * area.rough(f"per resident {low} {high}", low, high))


def _of(share: Callable[[District], float], digits: int = 1) -> Callable[[Area], Cell]:
    return lambda area: round(share(area.figures), digits)


def _seats(party: int) -> Callable[[Area], Cell]:
    def share(area: Area) -> Cell:
        first = round(100 * min(1.0, area.figures.wealth), 1)
        rest = round((100 - first) * 0.8, 1)
        return (first, rest, round(100 - first - rest, 1))[party]

    return share


COLUMNS: tuple[tuple[str, Callable[[Area], Cell]], ...] = (
    ("Code", lambda area: area.code),
    ("Area_name", lambda area: area.name),
    ("Inner_Outer_London", lambda area: area.inner_outer),
    ("GLA_Population_Estimate_2015", lambda area: area.residents),
    ("GLA_Household_Estimate_2015", lambda area: area.figures.homes),
    ("Inland_Area_Hectares", lambda area: round(area.hectares, 1)),
    ("Population_density_per_hectare_2015", lambda area: round(area.residents / area.hectares, 1)),
    ("Average_Age_2015", _of(lambda d: 31 + 0.55 * d.age_65 - 0.15 * d.age_under_16)),
    ("Proportion_of_population_aged_015_2015", lambda area: area.figures.age_under_16),
    ("Proportion_of_population_of_workingage_2015", _of(lambda d: 100 - d.age_under_16 - d.age_65)),
    ("Proportion_of_population_aged_65_and_over_2015", lambda area: area.figures.age_65),
    ("Net_internal_migration_2014", _per_resident(0.0005, 0.012)),
    ("Net_international_migration_2014", _per_resident(0.001, 0.018)),
    ("Net_natural_change_2014", _per_resident(0.001, 0.012)),
    ("pc_of_resident_population_born_abroad_2014", _rough(8, 38)),
    ("Largest_migrant_population_by_country_of_birth_2011", _land(0)),
    ("pc_of_largest_migrant_population_2011", _rough(3, 6)),
    ("Second_largest_migrant_population_by_country_of_birth_2011", _land(1)),
    ("pc_of_second_largest_migrant_population_2011", _rough(2, 3)),
    ("Third_largest_migrant_population_by_country_of_birth_2011", _land(2)),
    ("pc_of_third_largest_migrant_population_2011", _rough(1, 2)),
    ("pc_of_population_from_BAME_groups_2013", _rough(6, 41)),
    ("pc_people_aged_3+_whose_main_language_is_not_English_2011_Census", _rough(3, 26)),
    ("Overseas_nationals_entering_the_UK_NINo_201415", _per_resident(0.01, 0.05)),
    ("New_migrant_NINo_rates_201415", _rough(12, 70)),
    ("Largest_migrant_population_arrived_during_201415", _land(3)),
    ("Second_largest_migrant_population_arrived_during_201415", _land(4)),
    ("Third_largest_migrant_population_arrived_during_201415", _land(5)),
    ("Employment_rate_pc_2014", _of(lambda d: 82 - 1.6 * d.unemployed)),
    ("Male_employment_rate_2014", _of(lambda d: 87 - 1.5 * d.unemployed)),
    ("Female_employment_rate_2014", _of(lambda d: 77 - 1.7 * d.unemployed)),
    ("Unemployment_rate_2014", lambda area: area.figures.unemployed),
    ("Youth_Unemployment_claimant_rate_1824_Dec14", _of(lambda d: 0.7 * d.unemployed)),
    ("Proportion_of_1618_year_olds_who_are_NEET_pc_2014", _of(lambda d: 1 + 0.5 * d.unemployed)),
    ("Proportion_of_the_workingage_population_who_claim_outofwork_benefits_pc_May2014",
     _of(lambda d: 1.5 * d.unemployed)),
    ("pc_workingage_with_a_disability_2014", _of(lambda d: 21 - 8 * d.wealth)),
    ("Proportion_of_working_age_people_with_no_qualifications_pc_2014", _of(lambda d: 16 - 0.2 * d.degree)),
    ("Proportion_of_working_age_with_degree_or_equivalent_and_above_pc_2014", lambda area: area.figures.degree),
    ("Gross_Annual_Pay_2014", lambda area: area.figures.pay),
    ("Gross_Annual_Pay__Male_2014", _of(lambda d: d.pay * 1.09, 0)),
    ("Gross_Annual_Pay__Female_2014", _of(lambda d: d.pay * 0.9, 0)),
    ("Modelled_Household_median_income_estimates_201213", _of(lambda d: round(d.pay * (1.1 + 0.4 * d.wealth), -1), 0)),
    ("pc_adults_that_volunteered_in_past_12_months_201011_to_201213", _of(lambda d: 14 + 22 * d.wealth)),
    ("Number_of_jobs_by_workplace_2013", _per_resident(0.25, 0.9)),
    ("pc_of_employment_that_is_in_public_sector_2013", _rough(9, 26)),
    ("Jobs_Density_2013", _rough(0.4, 1.4)),
    ("Number_of_active_businesses_2013", _per_resident(0.03, 0.09)),
    ("Twoyear_business_survival_rates_started_in_2011", _rough(68, 79)),
    ("Crime_rates_per_thousand_population_201415", _of(lambda d: d.crime * 0.97)),
    ("Fires_per_thousand_population_2014", _rough(1.1, 4.2)),
    ("Ambulance_incidents_per_hundred_population_2014", _rough(8, 16)),
    ("Median_House_Price_2014", lambda area: area.figures.house_price),
    ("Average_Band_D_Council_Tax_charge_£_201516", _rough(1180, 1640)),
    ("New_Homes_net_201314", _per_resident(0.001, 0.006)),
    ("Homes_Owned_outright_2014_pc", _of(lambda d: 8 + 1.1 * d.age_65)),
    ("Being_bought_with_mortgage_or_loan_2014_pc", _of(lambda d: 20 + 0.4 * d.age_under_16)),
    ("Rented_from_Local_Authority_or_Housing_Association_2014_pc", _of(lambda d: 34 - 26 * d.wealth)),
    ("Rented_from_Private_landlord_2014_pc", _rough(12, 30)),
    ("pc_of_area_that_is_Greenspace_2005", lambda area: area.figures.green),
    ("Total_carbon_emissions_2013", _per_resident(0.003, 0.009)),
    ("Household_Waste_Recycling_Rate_201314", _of(lambda d: 19 + 30 * d.wealth)),
    ("Number_of_cars_2011_Census", _of(lambda d: d.homes * (0.5 + 0.6 * d.wealth), 0)),
    ("Number_of_cars_per_household_2011_Census", _of(lambda d: 0.5 + 0.6 * d.wealth)),
    ("pc_of_adults_who_cycle_at_least_once_per_month_201314", _rough(7, 22)),
    ("Average_Public_Transport_Accessibility_score_2014", lambda area: area.figures.ptal),
    ("Achievement_of_5_or_more_A*_C_grades_at_GCSE_or_equivalent_including_English_and_Maths_201314",
     lambda area: area.figures.gcse),
    ("Rates_of_Children_Looked_After_2014", _of(lambda d: 95 - 65 * d.wealth, 0)),
    ("pc_of_pupils_whose_first_language_is_not_English_2014", _rough(5, 45)),
    ("pc_children_living_in_outofwork_households_2014", _of(lambda d: 2 * d.unemployed)),
    ("Male_life_expectancy_201113", lambda area: area.figures.life_male),
    ("Female_life_expectancy_201113", lambda area: area.figures.life_female),
    ("Teenage_conception_rate_2013", _of(lambda d: 38 - 24 * d.wealth)),
    ("Life_satisfaction_score_201114_out_of_10", lambda area: area.figures.satisfaction),
    ("Worthwhileness_score_201114_out_of_10", _of(lambda d: d.satisfaction + 0.3)),
    ("Happiness_score_201114_out_of_10", _of(lambda d: d.satisfaction - 0.1)),
    ("Anxiety_score_201114_out_of_10", _of(lambda d: 10.6 - d.satisfaction)),
    ("Childhood_Obesity_Prevalance_pc_201314", _of(lambda d: 26 - 12 * d.wealth)),
    ("People_aged_17+_with_diabetes_pc", _of(lambda d: 4.5 + 0.12 * d.age_65)),
    ("Mortality_rate_from_causes_considered_preventable", _of(lambda d: 240 - 100 * d.wealth)),
    ("Political_control_in_council", lambda area: pick(0, ("Lab", "Cons", "Lib Dem", "No Overall Control"), area.code)),
    ("Proportion_of_seats_won_by_Conservatives_in_2014_election", _seats(0)),
    ("Proportion_of_seats_won_by_Labour_in_2014_election", _seats(1)),
    ("Proportion_of_seats_won_by_Lib_Dems_in_2014_election", _seats(2)),
    ("Turnout_at_2014_local_elections", lambda area: area.figures.turnout),
)  # fmt: skip

HEADERS = tuple(header for header, _ in COLUMNS)


def values(area: Area) -> dict[str, Cell]:
    """All 84 cells of an area, by header."""
    return {header: figure(area) for header, figure in COLUMNS}


def areas() -> Iterable[Area]:
    """All rows: the districts, then the whole city."""
    return [*map(area_of, DISTRICTS), city_area()]
