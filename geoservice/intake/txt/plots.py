"""Plot records (what ends in @) and the points below them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from geoservice.intake.findings import Finding, finding
from geoservice.intake.txt.lines import Line, fields_of, number_of

_SHAPES: Final = {"面": "面", "面状": "面", "线": "线", "线状": "线", "点": "点", "点状": "点"}
_USUAL: Final = frozenset({8, 9})


@dataclass(frozen=True, slots=True)
class Point:
    """A boundary point as written: line, name, ring number and its two coordinates in file order."""

    line: int
    name: str
    ring: str
    first: float
    second: float


@dataclass(slots=True)
class Plot:
    """A plot: its record, its points, and the first line that cannot be read.

    Attributes
    ----------
    line : int
    count, area, number, name, sheet, use, use_code : str
        As written; empty where missing.
    shape : {"面", "线", "点"}
    points : list of Point
    broken : (int, str), optional
        Line and text of what should be a point and is none.
    """

    line: int
    count: str = ""
    area: str = ""
    number: str = ""
    name: str = ""
    shape: str = "面"
    sheet: str = ""
    use: str = ""
    use_code: str = ""
    points: list[Point] = field(default_factory=list)
    broken: tuple[int, str] | None = None


def is_plot(line: Line) -> bool:
    """Tell a plot record, whatever its fields, by the sign it ends in."""
    return line.text.rstrip(", ").endswith("@") and line.text.count(",") >= 3


def read_plots(lines: list[Line], found: list[Finding]) -> list[Plot]:
    """Return the plots with their points; O(lines)."""
    plots: list[Plot] = []
    more: Line | None = None
    for line in lines:
        if is_plot(line):
            plots.append(_plot(line, found))
            continue
        plot = plots[-1]
        point = _point(line)
        if point is None:
            plot.broken = plot.broken or (line.number, line.text[:60])
        else:
            plot.points.append(point)
            more = more or (line if len(fields_of(line)) > 4 else None)
    if more is not None:
        found.append(finding("txt_point_fields", row=more.number, value=more.text))
    return plots


def _plot(line: Line, found: list[Finding]) -> Plot:
    fields = [part.strip() for part in line.text.rstrip(", ").removesuffix("@").rstrip().split(",")]
    if fields and not fields[-1]:
        fields.pop()  # what stood between the last comma and the @
    anchor = _anchor(fields)
    if anchor is None:
        anchor = 4
        found.append(finding("txt_plot_shape", row=line.number, value=line.text))
        shape = "面"
    else:
        shape = _SHAPES[fields[anchor]]
    if len(fields) + 1 not in _USUAL or anchor != 4:
        found.append(finding("txt_plot_fields", row=line.number, value=line.text, count=len(fields) + 1))
    before, after = fields[:anchor], [*fields[anchor + 1 :], "", "", ""]
    sheet, use, use_code = after[:3]
    count, area, number, name = _before(before)
    return Plot(line.number, count, area, number, name, shape, sheet, use, use_code)


def _anchor(fields: list[str]) -> int | None:
    """Return where 图形属性 stands: behind at least count, area and number."""
    return next((i for i, text in enumerate(fields) if i >= 3 and text in _SHAPES), None)


def _before(fields: list[str]) -> tuple[str, str, str, str]:
    """Return count, area, number and name; provincial variants put fields of their own in front."""
    if len(fields) == 3:
        return fields[0], fields[1], fields[2], ""
    count, area, number, name = [*fields, "", "", "", ""][:4] if len(fields) < 4 else fields[-4:]
    return count, area, number, name


def _point(line: Line) -> Point | None:
    fields = fields_of(line)
    if len(fields) == 3:
        fields = [fields[0], "", *fields[1:]]
    if len(fields) < 4:
        return None
    first, second = number_of(fields[2]), number_of(fields[3])
    if first is None or second is None or (fields[1] and number_of(fields[1]) is None):
        return None
    name = fields[0].lstrip("-— ")
    return Point(line.number, name, fields[1], first, second)
