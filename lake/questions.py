"""Questions that a draft leaves to people: values that begin with `TODO`, anywhere in a contract, city file or suite.

Who answers one writes the answer in its place. Until then the file cannot be used, and each question is told like a
mistake, with file and line. Which questions a draft asks is the matter of `lake.draft`.
"""

from collections.abc import Iterable, Iterator

from lake.yaml_source import Loc, Mistake, YamlSource

MARK = "TODO"


class Question(Mistake):
    """A place of a file where an answer is still to be written."""


def with_questions(source: YamlSource, mistakes: Iterable[Mistake]) -> list[Mistake]:
    """The open questions of a file and its mistakes; what else is wrong where a question stands follows from it."""
    asked = list(_asked(source.value, ()))
    places = {(source.line(loc), source.key(loc)) for loc, _ in asked}
    questions = [_question(source, loc, text) for loc, text in asked]
    return [*questions, *(mistake for mistake in mistakes if (mistake.line, mistake.key) not in places)]


def _question(source: YamlSource, loc: Loc, text: str) -> Question:
    owner = loc[:-1] if isinstance(loc[-1], int) else loc  # an item of a list would be called by the question itself
    words = text.removeprefix(MARK).lstrip(": ") or "write the answer in its place"
    return Question(source.path, source.line(loc), source.key(owner), "is an open question", words)


def _asked(value: object, loc: Loc) -> Iterator[tuple[Loc, str]]:
    if isinstance(value, str) and value.startswith(MARK):
        yield loc, value
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in below:
        yield from _asked(item, (*loc, step))
