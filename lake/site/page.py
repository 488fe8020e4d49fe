"""The page as HTML, and the file that it is written to.

Everything that comes from data is escaped by the templates; style and script stand in the page itself, and its policy
lets the browser run and load nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shlex
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lake.city import City
from lake.contract import Contract
from lake.errors import CitylakeError
from lake.query.query import AsOf
from lake.report.scorecard import DistrictCard
from lake.settings import Settings
from lake.site import charts, shapes, upkeep, words
from lake.site.facts import Facts, SourceTerms, read_facts
from lake.site.labels import Name, fit_names
from lake.site.measures import Measure, measures
from lake.site.packages import packages
from lake.site.parts import district_parts
from lake.site.table import address, figures_csv, figures_rows, scores_csv

TEMPLATE = "page.html.j2"


@dataclass(frozen=True)
class Standing:
    """A row of the ranking; without ranks the dot stands at the score."""

    card: DistrictCard
    interval: charts.Interval | None


def write_page(
    settings: Settings,
    city: City,
    contracts: Mapping[str, Contract],
    path: Path | None = None,
    as_of: AsOf = None,
) -> Path:
    """Write the page of a city (default: where the lake keeps it), whole or not at all; returns where it lies.

    Raises UsageError if the release has no such city, CitylakeError before the first release or if the file cannot be
    written.
    """
    target = path or settings.page(city.city)
    html = render_page(read_facts(settings, city, contracts, as_of))
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(html, encoding="utf-8")
        part.replace(target)
    except OSError as problem:
        raise CitylakeError(
            f"the page of {city.name} cannot be written to {target}: {problem.strerror or problem}",
            hint=f"see that a file can be written there; `citylake scorecard --city {city.city} --html FILE` writes it",
        ) from problem
    finally:
        with suppress(OSError):
            part.unlink()
    return target


def render_page(facts: Facts) -> str:
    """The page as text."""
    environment = Environment(
        loader=PackageLoader("lake.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["words"] = words
    style, script = _inline("page.css"), _inline("page.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )
    return environment.get_template(TEMPLATE).render(css=style, js=script, policy=policy, **_content(facts))


def _inline(name: str) -> Markup:
    """A style or script of ours, as it stands in the page."""
    return Markup((Path(__file__).parent / "templates" / name).read_text(encoding="utf-8"))


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _content(facts: Facts) -> dict[str, Any]:
    """What the templates are told, part by part."""
    return {
        "facts": facts,
        "city": facts.city.name,
        "card": facts.card,
        "names": facts.names,
        "anchors": {code: f"district-{n}" for n, code in enumerate(facts.names, start=1)},
        "stale": [one.dataset.replace("_", " ") for one in facts.entry.stale],
        "domain_names": [words.domain(name).lower() for name in facts.card.domains] if facts.card else [],
        **_map(facts),
        **_ranking(facts),
        "parts": district_parts(facts),
        "upkeep": upkeep.upkeep(facts),
        "waits_width": upkeep.WIDTH,
        "waits_height": upkeep.HEIGHT,
        "spark_width": charts.SPARK_WIDTH,
        "spark_height": charts.SPARK_HEIGHT,
        "rows": figures_rows(facts),
        **_downloads(facts),
        "terms": _terms(facts),
        "explain": _explain(facts),
    }


def _map(facts: Facts) -> dict[str, Any]:
    found = measures(facts)
    drawing = shapes.draw(facts.outlines)
    names = {area.code: area.name for area in facts.city.districts}
    labels: list[Name] = fit_names(drawing.rooms, names) if drawing else []
    return {
        "first": found[0] if found else None,
        "measure_groups": [(group, list(members)) for group, members in groupby(found, key=lambda one: one.group)],
        "measure_data": {one.key: _for_script(one) for one in found},
        "drawing": drawing,
        "labels": labels,
    }


def _for_script(measure: Measure) -> dict[str, Any]:
    """What the script needs to show a measure; every text is ready."""
    return {
        "name": measure.name,
        "unit": measure.unit,
        "about": measure.about,
        "classes": [(one.colour, one.text) for one in measure.classes],
        "cells": [(code, cell.fill, cell.text, cell.note, cell.is_dark) for code, cell in measure.ordered],
    }


def _ranking(facts: Facts) -> dict[str, Any]:
    districts: Sequence[DistrictCard] = facts.card.districts if facts.card else ()
    scored = [card for card in districts if card.score is not None]
    ranked = sum(card.rank is not None for card in scored)
    return {
        "ranked": ranked,
        "standings": [_standing(card, ranked) for card in scored],
        "unranked": [(card, _missing(facts, card)) for card in districts if card.score is None],
        "ticks": charts.rank_ticks(ranked) if ranked else charts.score_ticks(),
    }


def _standing(card: DistrictCard, ranked: int) -> Standing:
    if card.rank is None:
        return Standing(card, charts.score_dot(card.score or 0.0))
    return Standing(card, charts.rank_interval(card, ranked))


def _missing(facts: Facts, card: DistrictCard) -> list[str]:
    """Names of the indicators that a district has no score for."""
    codes = card.missing.split(", ") if card.missing else []
    return [facts.indicators[code].name if code in facts.indicators else code for code in codes]


def _downloads(facts: Facts) -> dict[str, Any]:
    parted = packages(facts)
    return {
        "packages": parted,
        "figures_csv": address(figures_csv(facts, parted.open)),
        "share_alike_csv": {one.licence: address(figures_csv(facts, one.indicators)) for one in parted.share_alike},
        "scores_csv": address(scores_csv(facts)) if parted.index_is_open else None,
    }


def _terms(facts: Facts) -> list[tuple[str, list[SourceTerms]]]:
    """Sources by the line that their publisher asks for, in the order of the city file."""
    found: dict[str, list[SourceTerms]] = {}
    for one in facts.sources:
        found.setdefault(one.attribution, []).append(one)
    return list(found.items())


def _explain(facts: Facts) -> str:
    """A command that follows the first figure with a value back to its files."""
    known = [one for one in facts.figures if one.value is not None] or list(facts.figures)
    if not known:
        return "citylake explain --help"
    one = known[0]
    return (
        f"citylake explain qol_indicators city={facts.city.city} district_code={shlex.quote(one.district_code)} "
        f"indicator_code={one.indicator_code} period={one.period}"
    )
