"""YAML that remembers where everything stands.

`read_yaml` gives the plain values of a file together with the line of every key and list item, so that
whoever judges the values can say `file:line`. It follows YAML 1.2: `no` and `2014-01-01` stay text, and a key
that is given twice is a mistake, as are aliases and tags. What the values mean is judged by `lake.mistakes`
and its callers, `lake.contract` and `lake.city`.
"""

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

Loc = tuple[str | int, ...]
"""Place of a value: keys and list indexes from the top of the document."""

NAMING_KEYS = ("name", "property", "dataset", "id", "code", "label", "site_code", "falls_within")
"""Keys whose text names a list item for people, in order of preference."""

_STRING_TAG = "tag:yaml.org,2002:str"
_KEYWORDS: dict[str, object] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_NUMBERS: tuple[tuple[re.Pattern[str], Callable[[str], object]], ...] = (
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+"), float),
)


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong in one file; its text is `file:line: key: problem, expected`."""

    path: Path
    line: int
    key: str
    problem: str
    expected: str = ""

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}: {self.key}" if self.key else f"{self.path}:{self.line}"
        return f"{place}: {self.problem}" + (f"; {self.expected}" if self.expected else "")


@dataclass(frozen=True)
class YamlSource:
    """The values of one file, the line of each, and what was wrong with the YAML itself."""

    path: Path
    value: dict[str, object]
    lines: dict[Loc, int]
    mistakes: tuple[Mistake, ...]

    def mistake(self, loc: Loc, problem: str, expected: str = "") -> Mistake:
        """A mistake at `loc`; what is not in the file stands at its nearest ancestor's line."""
        return Mistake(self.path, self.line(loc), self.key(loc), problem, expected)

    def line(self, loc: Loc) -> int:
        """1-based line of `loc`, or of its nearest ancestor in the file."""
        return next((self.lines[loc[:end]] for end in range(len(loc), -1, -1) if loc[:end] in self.lines), 1)

    def key(self, loc: Loc) -> str:
        """Dotted name of `loc` in which list items go by their name instead of their number."""
        parts: list[str] = []
        value: object = self.value
        for step in loc:
            owner, value = value, dig(value, step)
            if step != "value" or dig(owner, "property") is None:  # a custom property goes by its name alone
                parts.append(_item_name(value, step) if isinstance(step, int) else step)
        return ".".join(parts)


def dig(value: object, *steps: str | int) -> object:
    """The value that lies below `value` at these keys and indexes, None where one of them is not there."""
    for step in steps:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _item_name(item: object, index: int) -> str:
    if isinstance(item, dict):
        names = (item[key] for key in NAMING_KEYS if isinstance(item.get(key), str) and item[key])
        return next(names, f"[{index + 1}]")
    return item if isinstance(item, str) and item else f"[{index + 1}]"


def read_yaml(path: Path) -> YamlSource:
    """Read one YAML file of UTF-8 text whose top level is a mapping. Never raises for what stands in the file."""
    walk = _Walk()
    try:
        root = _compose(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        return YamlSource(path, {}, {}, (_syntax_mistake(path, error),))
    if root is None:
        return YamlSource(path, {}, {}, (Mistake(path, 1, "", "the file is empty", "`key: value` expected"),))
    if not isinstance(root, yaml.MappingNode):
        return YamlSource(path, {}, {}, (Mistake(path, 1, "", "the file is not a mapping", "`key: value` expected"),))
    walk.lines[()] = root.start_mark.line + 1
    value = walk.mapping_of(root, ())
    source = YamlSource(path, value, walk.lines, ())
    found = (Mistake(path, line, source.key(loc), *words) for loc, line, *words in walk.found)
    return dataclasses.replace(source, mistakes=tuple(found))


def _compose(text: str) -> yaml.Node | None:
    """The node tree: by libyaml, ten times as fast, where it is there; what that cannot read the other one explains."""
    if yaml.__with_libyaml__:
        try:
            return yaml.compose(text, Loader=yaml.CBaseLoader)
        except yaml.YAMLError:
            pass
    return yaml.compose(text, Loader=yaml.BaseLoader)


def _syntax_mistake(path: Path, error: yaml.YAMLError | UnicodeDecodeError) -> Mistake:
    if isinstance(error, UnicodeDecodeError):
        return Mistake(path, 1, "", f"is not UTF-8 text (byte {error.start})", "save the file as UTF-8")
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return Mistake(path, mark.line + 1 if mark else 1, "", f"is not valid YAML: {problem}", "check the indentation")


@dataclass
class _Walk:
    """One pass over the node tree: values out, lines and mistakes kept."""

    lines: dict[Loc, int] = field(default_factory=dict)
    found: list[tuple[Loc, int, str, str]] = field(default_factory=list)
    _seen: set[int] = field(default_factory=set)

    def value_of(self, node: yaml.Node, loc: Loc) -> object:
        self.lines.setdefault(loc, node.start_mark.line + 1)
        if id(node) in self._seen:
            return self._refuse(loc, "is an alias of an earlier value", "write the value out")
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self.mapping_of(node, loc)
        if isinstance(node, yaml.SequenceNode):
            return [self.value_of(item, (*loc, index)) for index, item in enumerate(node.value)]
        if node.tag != _STRING_TAG:
            return self._refuse(loc, f"has the tag {node.tag}", "write the value without a tag")
        quoted = isinstance(node, yaml.ScalarNode) and bool(node.style)
        return node.value if quoted else _plain(str(node.value))

    def mapping_of(self, node: yaml.MappingNode, loc: Loc) -> dict[str, object]:
        values: dict[str, object] = {}
        for key_node, value_node in node.value:
            key, line = str(key_node.value), key_node.start_mark.line + 1
            if key in values:
                self.found.append(((*loc, key), line, "is given twice", f"first on line {self.lines[*loc, key]}"))
                continue
            self.lines[*loc, key] = line
            values[key] = self.value_of(value_node, (*loc, key))
        return values

    def _refuse(self, loc: Loc, problem: str, expected: str) -> object:
        self.found.append((loc, self.lines[loc], problem, expected))
        return None


def _plain(text: str) -> object:
    if text in _KEYWORDS:
        return _KEYWORDS[text]
    for pattern, convert in _NUMBERS:
        if pattern.fullmatch(text):
            return convert(text)
    return text
