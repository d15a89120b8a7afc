"""A map book: a page for each park or project, with its map, its facts and what hangs on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from geoservice.cartography.definition import MapDefinition, Text
from geoservice.cartography.page import Page
from geoservice.cartography.paper.drawing import Features, bounds_of, map_svg
from geoservice.cartography.paper.sheet import bar_of, common, frame_of
from geoservice.cartography.paper.sizes import Paper
from geoservice.cartography.paper.typesetting import typeface, typeset

_TRACK_MM = 14.0
_LEAST_SPAN_DEG = 0.006
"""A page shows some surroundings, also of the smallest site."""


@dataclass(frozen=True)
class Fact:
    """A fact of a page."""

    title: str
    value: str


@dataclass(frozen=True)
class Line:
    """A line of a list on a page."""

    text: str
    value: str = ""


@dataclass(frozen=True)
class Entry:
    """A page of the book.

    Attributes
    ----------
    feature : mapping
        The GeoJSON feature the page is about.
    title, subtitle : str
    facts : sequence of Fact
    lines_title : str
        Heading of the list.
    lines : sequence of Line
    track : sequence of mapping
        Stages: ``label, day, done, colour``.
    """

    feature: Mapping[str, Any]
    title: str
    subtitle: str
    facts: Sequence[Fact]
    lines_title: str = ""
    lines: Sequence[Line] = ()
    track: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def typeset_book(
    definition: MapDefinition,
    entries: Sequence[Entry],
    features: Features,
    base: Features,
    page: Page,
    paper: Paper,
    title: Text,
) -> bytes:
    """Return the book as PDF: contents, then a page for each entry. O(entries · features in its frame).

    Parameters
    ----------
    definition : MapDefinition
        How the maps look.
    entries : sequence of Entry
        In the order of the pages.
    features, base : mapping of str to sequence
        As for a sheet.
    page : Page
        City, date, stamp, language.
    paper : Paper
        Size of the pages.
    title : Text
        Of the book.
    """
    english = page.language == "en"
    below = _TRACK_MM if any(entry.track for entry in entries) else 0.0
    whole = frame_of(paper, page.bounds, below_mm=below)
    drawings: dict[str, str] = {}
    pages = []
    for number, entry in enumerate(entries):
        frame = frame_of(paper, _around(entry.feature) or page.bounds, below_mm=below)
        name = f"map{number}.svg"
        drawings[name] = map_svg(
            definition,
            features,
            base,
            frame,
            paper.factor,
            font=typeface(),
            coordinates=page.notice is None,
            chosen=str(entry.feature["id"]),
        )
        pages.append(_page(entry, name) | {"bar": bar_of(frame, paper, english=english)})
    about = Text(f"{len(entries)} 页", f"{len(entries)} pages")
    data = common(title, about, page, paper, whole) | {
        "entries": pages,
        "columns": 3 if paper.width_mm > paper.height_mm else 2,
    }
    return typeset("book", data, drawings)


def _page(entry: Entry, drawing: str) -> dict[str, Any]:
    return {
        "title": entry.title,
        "subtitle": entry.subtitle,
        "drawing": drawing,
        "facts": [{"title": fact.title, "value": fact.value} for fact in entry.facts],
        "lines-title": entry.lines_title,
        "lines": [{"text": shortened(line.text), "value": line.value} for line in entry.lines],
        "track": [dict(stage) for stage in entry.track],
    }


def shortened(words: str, ems: float = 15.0) -> str:
    """Cut a text to what one line of the list holds; a Latin letter is half as wide as a Chinese one.

    >>> shortened("东屏永川路北侧改善型住宅小区项目"), shortened("短名")
    ('东屏永川路北侧改善型住宅小区…', '短名')
    """
    room = ems
    for at, letter in enumerate(words):
        room -= 1.0 if ord(letter) > 0x2E7F else 0.55
        if room < 0:
            return words[: at - 1] + "…"
    return words


def _around(feature: Mapping[str, Any]) -> tuple[float, float, float, float] | None:
    bounds = bounds_of([feature])
    if bounds is None:
        return None
    west, south, east, north = bounds
    wide = max((east - west) * 0.25, (_LEAST_SPAN_DEG - (east - west)) / 2, 0.0)
    high = max((north - south) * 0.25, (_LEAST_SPAN_DEG - (north - south)) / 2, 0.0)
    return west - wide, south - high, east + wide, north + high
