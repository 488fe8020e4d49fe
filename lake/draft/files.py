"""A draft becomes four files of the project, each from its template in `templates/`; no file is ever overwritten."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import jinja2
import yaml

from lake.contract import Load, contract_files
from lake.contract_checks import logical_type
from lake.draft.dataset import Draft
from lake.errors import UsageError
from lake.iceberg.tables import LINEAGE_COLUMNS

TEMPLATES = Path(__file__).parent / "templates"
PLACES = {
    "contract.yaml.j2": "lake/contracts/{domain}/{name}.yaml",
    "suite.yaml.j2": "expectations/raw/{name}.yaml",
    "staging.sql.j2": "dbt_project/models/staging/{domain}/stg_{name}.sql",
    "staging.yml.j2": "dbt_project/models/staging/{domain}/stg_{name}.yml",
}
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_ ()/-]*[A-Za-z0-9)]|[A-Za-z]")
_KEYWORDS = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")


def write_draft(draft: Draft, root: Path) -> list[Path]:
    """Write the draft into the project in `root`; the files, contract first.

    Raises UsageError, and writes nothing, where the dataset or one of its files is there already.
    """
    places = {template: root / place.format(**vars(draft)) for template, place in PLACES.items()}
    there = [path for path in contract_files(root / "lake" / "contracts") if path.stem == draft.name]
    there += [path for path in places.values() if path.exists()]
    if there:
        files = ", ".join(dict.fromkeys(str(path.relative_to(root)) for path in there))
        raise UsageError(
            f"There is a dataset `{draft.name}`: {files}.",
            hint="Choose another --name, or remove these files to draft anew; nothing was changed.",
        )
    environment = _environment()
    for template, path in places.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as out:
            out.write(environment.get_template(template).render(draft=draft, **_words(draft)))
    return list(places.values())


def _words(draft: Draft) -> dict[str, object]:
    columns = [column.name for column in draft.columns]
    return {
        "modes": ", ".join(get_args(Load.model_fields["mode"].annotation)),
        "candidates": "; ".join(", ".join(column.name for column in key) for key in draft.keys),
        "column_set": [*columns, *(column.name for column in LINEAGE_COLUMNS)],
    }


def _environment() -> jinja2.Environment:
    """Marks that neither dbt's nor YAML's text uses, and filters that let no text of a file become YAML by itself."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters |= {"yaml": _yaml, "comment": _comment, "no_jinja": _no_jinja, "logical_type": logical_type}
    return environment


def _yaml(value: object) -> str:
    """A value as YAML on one line; texts that could mean something else stand in quotes."""
    if isinstance(value, list):
        return f"[{', '.join(_yaml(item) for item in value)}]"
    if not isinstance(value, str):
        return json.dumps(value)
    if _PLAIN.fullmatch(value) and value.lower() not in _KEYWORDS:
        return value
    return yaml.dump(value, default_style='"', allow_unicode=True, width=10**6).strip()


def _comment(text: str) -> str:
    """A text that stays on its line."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _no_jinja(text: str) -> str:
    """A text in which dbt, which reads descriptions as Jinja, finds nothing to carry out."""
    return text.replace("{", "(").replace("}", ")")
