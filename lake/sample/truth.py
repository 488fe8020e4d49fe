"""`truth.json`: what a correct night over the sample must find, file by file and indicator by indicator.

The book is filled by the writers while they write, from their own parameters and arithmetic; nothing is read back from
the files and nothing of the pipeline is used. Values of `restricted` rows stand here in full: nobody lives here.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from lake.sample.delivery_text import FileTruth, write_bytes
from lake.sample.districts import CITY_NAME

TRUTH_FILE = "truth.json"


@dataclass(frozen=True)
class Arguments:
    """What the sample was made with; `days` grows with every next day, `first_days` never."""

    households: int
    days: int
    seed: int
    first_days: int


@dataclass(frozen=True)
class IndicatorTruth:
    """One row that `marts.qol_indicators` must hold; the same words and units as there.

    The value of an estimate is the parameter that the sample was drawn with: the interval must hold it.
    """

    indicator_code: str
    district_code: str
    period: str
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    coverage: float | None = 1.0
    status: str = "ok"
    is_estimate: bool = False


@dataclass(frozen=True)
class HealthTruth:
    """Years that marts.health_expectancy must find: le_y as told, hle_y as the parameter that its limits must hold."""

    area: str
    period: str
    sex: str
    age: int
    le_y: float
    hle_y: float


@dataclass(frozen=True)
class DemandTruth:
    """One row of marts.demand_projection, the same words and units as there."""

    area: str
    year: int
    band: str
    principal: int
    low: int
    low_variant: str
    high: int
    high_variant: str
    index: float
    spread_pct: float


@dataclass
class TruthBook:
    """Everything that goes into `truth.json`."""

    arguments: Arguments
    files: dict[str, FileTruth] = field(default_factory=dict)
    indicators: list[IndicatorTruth] = field(default_factory=list)
    household_file_differs: list[dict[str, str]] = field(default_factory=list)
    repeat_sales: list[list[str]] = field(default_factory=list)  # transaction ids of one home, by day
    dropped_pairs: dict[str, int] = field(default_factory=dict)  # pairs of sales by the reason why they do not count
    health_expectancy: list[HealthTruth] = field(default_factory=list)
    demand_projection: list[DemandTruth] = field(default_factory=list)
    closing_times: dict[str, object] = field(default_factory=dict)  # how long requests wait, as they were drawn
    feed_service: list[dict[str, object]] = field(default_factory=list)  # rows of marts.transit_feed_service
    stop_service: list[dict[str, object]] = field(default_factory=list)  # rows of marts.transit_stop_service
    precinct_rule_error_pct: dict[str, float] = field(default_factory=dict)  # by district
    centers: dict[str, dict[str, list[int]]] = field(default_factory=dict)  # kind -> district -> all, accessible

    def add_file(self, name: str, truth: FileTruth) -> None:
        """Record a file by its path below the sample's folder."""
        self.files[name] = truth

    def replace_indicators(self, rows: Iterable[IndicatorTruth]) -> None:
        """Take rows in; earlier rows of the same indicators go."""
        new = list(rows)
        codes = {row.indicator_code for row in new}
        self.indicators = [row for row in self.indicators if row.indicator_code not in codes] + new

    def save(self, folder: Path) -> None:
        """Write `truth.json` with sorted files and indicators."""
        rows = sorted(self.indicators, key=lambda row: (row.indicator_code, row.period, row.district_code))
        files = {name: {"rows_read": truth.rows_read, **asdict(truth)} for name, truth in sorted(self.files.items())}
        content = {
            "city": CITY_NAME,
            "arguments": asdict(self.arguments),
            "files": files,
            "household_file_differs": self.household_file_differs,
            "repeat_sales": self.repeat_sales,
            "dropped_pairs": self.dropped_pairs,
            "health_expectancy": [asdict(row) for row in self.health_expectancy],
            "demand_projection": [asdict(row) for row in self.demand_projection],
            "closing_times": self.closing_times,
            "feed_service": self.feed_service,
            "stop_service": self.stop_service,
            "precinct_rule_error_pct": self.precinct_rule_error_pct,
            "centers": self.centers,
            "indicators": [asdict(row) for row in rows],
        }
        write_bytes(folder / TRUTH_FILE, (json.dumps(content, indent=1) + "\n").encode())

    @classmethod
    def load(cls, folder: Path) -> "TruthBook":
        """Read the book back. Raises FileNotFoundError where there is none."""
        content = json.loads((folder / TRUTH_FILE).read_text())
        book = cls(Arguments(**content["arguments"]))
        for name, entry in content["files"].items():
            entry.pop("rows_read")
            book.files[name] = FileTruth(**entry)
        book.household_file_differs = content["household_file_differs"]
        book.repeat_sales = content["repeat_sales"]
        book.dropped_pairs = content["dropped_pairs"]
        book.health_expectancy = [HealthTruth(**row) for row in content["health_expectancy"]]
        book.demand_projection = [DemandTruth(**row) for row in content["demand_projection"]]
        book.closing_times = content["closing_times"]
        book.feed_service, book.stop_service = content["feed_service"], content["stop_service"]
        book.precinct_rule_error_pct = content["precinct_rule_error_pct"]
        book.centers = content["centers"]
        book.indicators = [IndicatorTruth(**row) for row in content["indicators"]]
        return book
