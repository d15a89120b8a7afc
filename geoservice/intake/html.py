"""The report as one self-contained HTML page: no script, no font, no request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from geoservice.intake.findings import Finding, label_of
from geoservice.intake.report import Report, size_text
from geoservice.intake.svg import WIDTH, Frame, frame_of, path_of

SHOWN_PER_GROUP: Final = 25
_MARKS: Final = 150
"""Most places of one kind that are marked; more of a kind show by the colour of their shapes."""


@dataclass(frozen=True)
class Mark:
    """A finding's place on the map, with the list it belongs to."""

    x: float
    y: float
    severity: str
    group: int
    title: str


def render_html(report: Report) -> str:
    """Return a report as an HTML page, Chinese with an English switch; every value is escaped.

    Parameters
    ----------
    report : Report
        Of each kind of finding the first rows are listed, with the count of all.
    """
    drawn = _drawn(report)
    frame = frame_of([shape for _, shape in drawn])
    page: str = _template().render(
        report=report,
        groups=list(enumerate(report.groups())),
        shown=SHOWN_PER_GROUP,
        map=_map(report, drawn, frame) if frame else None,
        size=size_text(report.file.size),
    )
    return page


def _drawn(report: Report) -> list[tuple[int, Any]]:
    """Return the shapes to draw: a parcel in the sea would shrink the city to a dot, it is marked at the edge."""
    strays = {f.row for f in report.findings if f.code == "outside_extent"}
    near = [(i, shape) for i, shape in report.outlines if report.features[i].row not in strays]
    return near or report.outlines


def _map(report: Report, drawn: list[tuple[int, Any]], frame: Frame) -> dict[str, Any]:
    wrong = {f.row for f in report.findings if f.severity == "error"}
    warned = {f.row for f in report.findings if f.severity == "warning"} - wrong
    classes: dict[str, list[Any]] = {"sound": [], "warned": [], "wrong": []}
    for index, shape in drawn:
        row = report.features[index].row
        classes["wrong" if row in wrong else "warned" if row in warned else "sound"].append(shape)
    return {
        "width": WIDTH,
        "height": round(frame.height, 1),
        "paths": {name: path_of(shapes, frame) for name, shapes in classes.items()},
        "marks": _marks(report, frame),
    }


def _marks(report: Report, frame: Frame) -> list[Mark]:
    marks: list[Mark] = []
    for number, group in enumerate(report.groups()):
        if group.severity == "error" or (group.severity == "warning" and len(group.findings) <= _MARKS):
            marks += _placed(group.findings[:_MARKS], number, frame)
    # Errors are drawn last, above the warnings.
    return marks[::-1]


def _placed(findings: Sequence[Finding], group: int, frame: Frame) -> list[Mark]:
    marks = []
    for found in findings:
        if found.place is None:
            continue
        x, y = frame.point(*found.place)
        # A parcel in the sea lies beyond the drawing: it stands at the edge, on its side.
        x, y = min(max(x, 5.0), WIDTH - 5.0), min(max(y, 5.0), frame.height - 5.0)
        marks.append(Mark(x, y, found.severity, group, found.message))
    return marks


@lru_cache(maxsize=1)
def _template() -> Any:
    environment = Environment(
        loader=PackageLoader("geoservice.intake"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["thousands"] = lambda number: f"{number:,}"
    environment.filters["label"] = label_of
    return environment.get_template("report.html")
