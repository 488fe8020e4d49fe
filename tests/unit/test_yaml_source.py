"""YAML 1.2 with positions: what a plain word means, and where everything stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from lake.yaml_source import read_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2014-01-01", "2014-01-01"), ("no", "no"), ("on", "on"), ("1:30", "1:30"), ("1.0.0", "1.0.0"),
        ("1_000", "1_000"),
        ("true", True), ("False", False), ("null", None), ("~", None), ("", None),
        ("007", 7), ("-3", -3), ("0.5", 0.5), ("1e3", 1000.0), ("'1'", "1"), ("'true'", "true"), ("|-\n  5", "5"),
    ],
)  # fmt: skip
def test_plain_words_follow_yaml_1_2(tmp_path: Path, text: str, value: object) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(f"key: {text}\n")
    source = read_yaml(path)

    assert source.value == {"key": value}
    assert type(source.value["key"]) is type(value)
    assert source.mistakes == ()


def test_lines_and_names_of_places(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a: 1\nlist:\n  - name: first\n    unit: m\n  - [x,\n     y]\n")
    source = read_yaml(path)

    assert (source.line(("list", 0, "unit")), source.key(("list", 0, "unit"))) == (4, "list.first.unit")
    assert (source.line(("list", 1, 1)), source.key(("list", 1, 1))) == (6, "list.[2].y")
    # what is not there stands at its nearest ancestor
    assert (source.line(("list", 0, "type")), source.line(("b",))) == (3, 1)


@pytest.mark.parametrize("text", ["a: !!python/object:os.system x\n", "a: !thing 1\n", "a: &b {}\nc: *b\n"])
def test_tags_and_aliases_are_mistakes(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text)

    assert len(read_yaml(path).mistakes) == 1
