"""Which slot a file belongs to, read from its name.

A contract lists file-name patterns with named fields, such as `{month}-{force}-street.csv`. The first pattern that
fits the whole name gives the fields; together they are the file's identity within its source entry. `{edition}`
is special: it orders the editions of one slot and is not part of the identity. Contracts without patterns have one slot
per file name; that, and what a slot supersedes, is decided in `lake.deliveries.slots`.
"""

import dataclasses
import functools
import re
from collections.abc import Mapping

from pydantic import Field, model_validator

from lake.mistakes import StrictCamel

EDITION = "edition"
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclasses.dataclass(frozen=True)
class FileIdentity:
    """What a file's name says: the pattern it fits, its fields, its edition ('' for the first)."""

    pattern: str
    fields: Mapping[str, str]
    identifiers: frozenset[str]
    edition: str = ""

    @property
    def slot_key(self) -> str:
        """Text that is equal for files of one slot, for example `force=harbour/month=2024-05`."""
        return "/".join(f"{name}={self.fields[name]}" for name in sorted(self.fields))

    @property
    def file_name(self) -> str:
        """The name that the pattern gives with these fields: the file's own name unless `masked`."""
        values = {**self.fields, EDITION: self.edition}
        return _PLACEHOLDER.sub(lambda found: values[found[1]], self.pattern)

    @property
    def personal(self) -> dict[str, str]:
        """The fields that identify a person or household: to be replaced before anything is recorded."""
        return {name: text for name, text in self.fields.items() if name in self.identifiers}

    def masked(self, pseudonyms: Mapping[str, str]) -> "FileIdentity":
        """The same identity with each raw personal value replaced; KeyError if a pseudonym is absent."""
        hidden = {name: pseudonyms[text] for name, text in self.personal.items()}
        return dataclasses.replace(self, fields={**self.fields, **hidden})


class IdentityField(StrictCamel):
    """What a field of a file name looks like, and whether it identifies a person or household."""

    regex: str = Field(description="a regular expression for the field's text, without groups")
    identifier: bool = Field(False, description="whether it names a person or household: a pseudonym is recorded")


class Identity(StrictCamel):
    """File-name patterns, tried in their order, and the fields that they name."""

    patterns: tuple[str, ...] = Field(min_length=1, description="such as {month}-{force}-street.csv")
    fields: dict[str, IdentityField] = Field(description="what each field of the patterns looks like")

    @model_validator(mode="after")
    def _fields_and_patterns_agree(self) -> "Identity":
        named = {name for pattern in self.patterns for name in _PLACEHOLDER.findall(pattern)}
        if named != set(self.fields):
            odd = ", ".join(f"`{name}`" for name in sorted(named ^ set(self.fields)))
            raise ValueError(f"fields and patterns differ in {odd}; every field of a pattern is described once")
        for name, spec in self.fields.items():
            _checked_regex(name, spec.regex)
        return self

    def match(self, file_name: str) -> FileIdentity | None:
        """The identity that the first fitting pattern gives, None if none fits the whole name."""
        for pattern, regex in self._compiled:
            if found := regex.fullmatch(file_name):
                fields = found.groupdict()
                edition = fields.pop(EDITION, "")
                personal = frozenset(name for name in fields if self.fields[name].identifier)
                return FileIdentity(pattern, fields, personal, edition)
        return None

    @functools.cached_property
    def _compiled(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        return tuple((pattern, re.compile(self._regex_of(pattern))) for pattern in self.patterns)

    def _regex_of(self, pattern: str) -> str:
        literals_and_names = _PLACEHOLDER.split(pattern)
        return "".join(
            f"(?P<{part}>{self.fields[part].regex})" if index % 2 else re.escape(part)
            for index, part in enumerate(literals_and_names)
        )


def _checked_regex(name: str, regex: str) -> None:
    try:
        groups = re.compile(regex).groups
    except re.error as error:
        raise ValueError(f"the regex of field `{name}` does not compile: {error}") from None
    if groups:
        raise ValueError(f"the regex of field `{name}` has groups; write `(?:...)`")
