"""A page of docs/ is followed: what it says to save is saved, to change is changed, to run is run, to see looked for.

Fenced blocks are the steps: `sh` holds commands, `text` after it what they must say (each line somewhere, however wide
its blanks), `diff` changes the file that the last line before it names, any other the file that this line says to save.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.integration.project_copy import ProjectCopy

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"(?:Save as|In) `([^`]+)`:\s*$")


@dataclass(frozen=True)
class Step:
    """One fenced block: its kind, its text, and the file that the line before it names."""

    kind: str
    text: str
    file: str


def steps(page: str) -> Iterator[Step]:
    """The steps of a page in order."""
    for block in BLOCK.finditer(page):
        named = NAMED.search(page[: block.start()].rstrip("\n"))
        yield Step(block[1], block[2], named[1] if named else "")


def follow(page: Path, project: ProjectCopy) -> list[str]:
    """Do what the page says; the names of the kinds of steps that were done. AssertionError where it does not work."""
    said, done = "", []
    for step in steps(page.read_text(encoding="utf-8")):
        done.append(step.kind)
        if step.kind == "sh":
            said = "".join(_run(line, project) for line in step.text.splitlines())
        elif step.kind == "text":
            seen = [" ".join(line.split()) for line in said.splitlines()]
            unseen = [line for line in step.text.splitlines() if not any(line in one for one in seen)]
            assert unseen == [], said
        elif step.kind == "diff":
            _change(project.root / step.file, step.text)
        else:
            assert step.file, f"a block that no line tells what to do with: {step.text[:80]}"
            path = project.root / step.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text, encoding="utf-8")
    return done


def _run(line: str, project: ProjectCopy) -> str:
    command, *arguments = shlex.split(line)
    assert command == "citylake", f"only citylake is run: {line}"
    done = project.citylake(*arguments)
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    return done.stdout


def _change(path: Path, hunks: str) -> None:
    """Each hunk's old lines stand exactly once in the file and become its new ones."""
    text = path.read_text(encoding="utf-8")
    for hunk in re.split(r"^@@\n", hunks, flags=re.MULTILINE):
        lines = hunk.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if not line.startswith("+"))
        new = "".join(line[1:] for line in lines if not line.startswith("-"))
        assert text.count(old) == 1, f"{path.name} holds {text.count(old)} times:\n{old}"
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
