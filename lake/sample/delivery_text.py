"""A text delivery while it is being written: its lines, and what a correct ingest must say about them.

Whoever adds a line says in the same breath whether it must survive, so that the truth is kept apart from any reader.
Bulk files that DuckDB writes (`lake.sample.daily`, `lake.sample.air`) fill a `FileTruth` from their own draws instead.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
CTRL_Z = b"\x1a"


@dataclass(frozen=True)
class FileTruth:
    """What a night must find in one file; counts are source records (a wide row is one), the header is none."""

    dataset: str
    rows_accepted: int
    rows_rejected: dict[str, int]
    cells_rejected: int = 0
    defects: dict[str, int] = field(default_factory=dict)

    @property
    def rows_read(self) -> int:
        """All records, blank lines included; a lone Ctrl-Z is none."""
        return self.rows_accepted + sum(self.rows_rejected.values())


@dataclass(frozen=True)
class TextForm:
    """How lines become bytes."""

    line_end: str = "\n"
    byte_order_mark: bool = False
    last_line_end: bool = True
    ctrl_z: bool = False
    glued_header: bool = False


@dataclass
class DeliveryText:
    """Lines of one file in order, with the counts of what must be accepted and rejected. A blank header is none."""

    dataset: str
    header: str
    form: TextForm = TextForm()
    lines: list[str] = field(default_factory=list)
    accepted: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    defects: Counter[str] = field(default_factory=Counter)
    cells_rejected: int = 0

    def keep(self, line: str, *defects: str) -> None:
        """Add a record that must survive, whatever odd things (defects) it carries; a `bad_cell` alone is lost."""
        self.lines.append(line)
        self.accepted += 1
        self.defects.update(defects)
        self.cells_rejected += defects.count("bad_cell")

    def reject(self, line: str, reason: str, defect: str = "") -> None:
        """Add a record that must be rejected for this reason."""
        self.lines.append(line)
        self.rejected[reason] += 1
        self.defects[defect or reason] += 1

    def blank(self, fields: int = 1) -> None:
        """Add an empty line, or with more fields a row of commas."""
        self.reject("," * (fields - 1), "blank_row", "blank_line" if fields == 1 else "blank_row_of_commas")

    def truth(self) -> FileTruth:
        """The counts so far."""
        form = [*_form_defects(self.form), *([] if self.header else ["no_header"])]
        defects = dict(sorted((self.defects + Counter(form)).items()))
        return FileTruth(self.dataset, self.accepted, dict(sorted(self.rejected.items())), self.cells_rejected, defects)

    def encode(self) -> bytes:
        """The bytes of the file."""
        form = self.form
        head = self.header + (form.line_end if self.header and not form.glued_header else "")
        body = form.line_end.join(self.lines) + (form.line_end if form.last_line_end else "")
        start = BYTE_ORDER_MARK if form.byte_order_mark else b""
        return start + (head + body).encode() + (CTRL_Z if form.ctrl_z else b"")


def _form_defects(form: TextForm) -> list[str]:
    names = {
        "byte_order_mark": form.byte_order_mark,
        "carriage_return_line_ends": form.line_end == "\r",
        "no_last_line_end": not form.last_line_end,
        "trailing_ctrl_z": form.ctrl_z,
        "glued_header": form.glued_header,
    }
    return [name for name, present in names.items() if present]


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A name beside a file's place to write to; then it is moved there, so that a sensor never meets half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    yield part
    part.replace(path)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file in one piece."""
    with beside(path) as part:
        part.write_bytes(content)


def quoted_number(value: int) -> str:
    """A whole number with a thousands separator, quoted as delimited text needs it."""
    return f'"{value:,}"'
