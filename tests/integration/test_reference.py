"""docs/reference is what the project says of itself; docs and README name only what is there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from lake.contract import load_contracts
from lake.settings import project_root
from orchestration.cli import app
from orchestration.reference.commands import commands, options
from orchestration.reference.markdown import code, table, text
from orchestration.reference.pages import reference_pages
from tests.integration.night_runner import manifest_path

ROOT = project_root()
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
COMMANDS = {name: set(options(command)) | {"--help", "-h"} for name, command in commands(app)}
BLOCK = re.compile(r"^```.*?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
OURS = re.compile(r"(lake|expectations|orchestration|dbt_project|tests|docs)/[\w./-]+\.\w+")
FOLLOWED = ("adding-a-dataset.md", "adding-a-city.md")  # they name files that they make; tests follow them


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    return reference_pages(manifest_path(), load_contracts())


def test_there_are_these_pages_and_no_others(written: dict[str, str]) -> None:
    assert {path.name for path in (ROOT / "docs" / "reference").glob("*.md")} == set(written)


@pytest.mark.parametrize("name", ["commands.md", "contract-keys.md", "datasets.md", "indicators.md", "marts.md"])
def test_a_reference_page_is_what_make_docs_writes(written: dict[str, str], name: str) -> None:
    there = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert there == written[name], f"run `make docs`: docs/reference/{name} is not what the descriptions say"


def test_descriptions_show_as_they_are_written() -> None:
    assert text("a <b>*bold*</b> | [x](y) _z_ snake_case `x < y | z`") == (
        r"a &lt;b&gt;\*bold\*&lt;/b&gt; \| \[x\](y) \_z\_ snake_case `x < y \| z`"
    )
    assert code("a `b` | c") == r"`a 'b' \| c`"
    assert table(("a",), []) == ""


def test_documents_name_only_commands_options_and_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    wrong = []
    for path in PAGES:
        for typed in _typed(path):
            words = shlex.split(typed, comments=True)
            if words[0] == "make":
                wrong += [f"{path.name}: {typed}" for word in words[1:2] if word.isalpha() and word not in targets]
            elif not _is_a_command(words):
                wrong.append(f"{path.name}: {typed}")
    assert wrong == []


def test_links_and_files_of_documents_are_there() -> None:
    wrong = []
    for path in PAGES:
        content = path.read_text(encoding="utf-8")
        for link in LINK.findall(content):
            file, _, anchor = link.partition("#")
            target = (path.parent / file).resolve() if file else path
            if "://" not in link and not (target.exists() and (not anchor or anchor in _anchors(target))):
                wrong.append(f"{path.name}: {link}")
        if path.name not in FOLLOWED:
            named = {span for span in _inline(content) if OURS.fullmatch(span)}
            wrong += [f"{path.name}: {file}" for file in sorted(named) if not (ROOT / file).exists()]
    assert wrong == []


def _typed(path: Path) -> Iterator[str]:
    """Commands in code of a page: inline, and lines of blocks."""
    content = path.read_text(encoding="utf-8")
    lines = [line for block in BLOCK.findall(content) for line in block.splitlines()]
    for typed in (*_inline(content), *lines):
        if typed.split()[:1] in (["citylake"], ["make"]) and len(typed.split()) > 1:
            yield typed


def _inline(content: str) -> list[str]:
    return [" ".join(span.split()) for span in CODE.findall(BLOCK.sub("", content))]


def _is_a_command(words: list[str]) -> bool:
    if words[1].startswith("-"):
        return set(words[1:]) <= {"--help", "-h"}
    name = next((name for name in COMMANDS if words[: len(name.split())] == name.split()), None)
    given = {word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)}
    return name is not None and given <= COMMANDS[name]


def _anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}
