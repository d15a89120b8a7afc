"""From plots to shapes with their system: what boundary-point files and coordinate tables share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely

from geoservice.errors import GeoserviceError
from geoservice.geo.arrays import Geometries
from geoservice.geo.measure import area_m2
from geoservice.geo.zones import gauss_kruger_epsg, width_of_zone_number
from geoservice.intake.errors import refuse
from geoservice.intake.findings import Finding, finding
from geoservice.intake.txt.areas import stated_area
from geoservice.intake.txt.axes import Form, odd_one, order_of
from geoservice.intake.txt.header import Header
from geoservice.intake.txt.plots import Plot
from geoservice.intake.txt.rings import odd_name, shape_of

_GEOGRAPHIC: Final = {"cgcs2000": "EPSG:4490", "xian80": "EPSG:4610", "beijing54": "EPSG:4214"}


@dataclass
class Assembled:
    """Plots put together.

    Attributes
    ----------
    shapes : ndarray of geometries
        East first; ``None`` where a plot cannot be read.
    areas : list of str
        Stated area with its unit in words, ``None`` where none is stated.
    unreadable : dict of int to str
        Position of a plot that cannot be read, and why.
    crs, crs_evidence : str
        What header and eastings declare together; ``None`` to have it found out or asked.
    """

    shapes: Geometries
    areas: list[str | None]
    unreadable: dict[int, str] = field(default_factory=dict)
    crs: str | None = None
    crs_evidence: str = ""


def assemble(
    plots: list[Plot], header: Header, found: list[Finding], *, area_expected: bool = True
) -> Assembled:
    """Return the shapes of plots, told apart by containment, east first; O(points).

    Parameters
    ----------
    plots : list of Plot
    header : Header
    found : list of Finding
        Receives what is odd, by line.
    area_expected : bool
        Whether a plot without a stated area is worth a warning, as in boundary-point files.

    Raises
    ------
    IntakeRefused
        Plots are in different systems.
    """
    made = Assembled(np.full(len(plots), None, dtype=object), [None] * len(plots))
    forms = _shapes(plots, made, found, area_expected)
    made.crs, made.crs_evidence = _crs(header, plots, forms, found)
    return made


def _shapes(plots: list[Plot], made: Assembled, found: list[Finding], area_expected: bool) -> dict[int, Form]:
    forms: dict[int, Form] = {}
    for i, plot in enumerate(plots):
        wrong = _wrong(plot)
        said = order_of(plot.points[0].first, plot.points[0].second) if plot.points else None
        if wrong is not None or said is None:
            made.unreadable[i] = wrong or "没有界址点"
            continue
        form, east_first = said
        try:
            made.shapes[i] = shape_of(plot, east_first, found)
        except (GeoserviceError, ValueError, shapely.errors.ShapelyError) as error:
            made.unreadable[i] = str(error)
            continue
        forms[i] = form
        _note_plot(plot, east_first, found)
        if plot.shape == "面" and (area_expected or plot.area):
            shape = made.shapes[i : i + 1]
            measured = area_m2(shape)[0] if form == "degrees" else shape[0].area
            made.areas[i] = stated_area(plot, float(measured), found, in_hectares=area_expected)
    return forms


def _wrong(plot: Plot) -> str | None:
    """Return why the points of a plot cannot be taken, with the line."""
    if plot.broken is not None:
        return f"第 {plot.broken[0]} 行“{plot.broken[1]}”不是界址点"
    odd = odd_one(plot.points)
    if odd is None:
        return None
    return (
        f"第 {odd.line} 行的坐标 {odd.first:.10g}, {odd.second:.10g} 不成纵横坐标，或与本地块其他点写法不同"
    )


def _note_plot(plot: Plot, east_first: bool, found: list[Finding]) -> None:
    first = plot.points[0]
    if east_first:
        value = f"{first.first:.10g}, {first.second:.10g}"
        found.append(finding("txt_east_first", row=first.line, value=value))
    odd_name(plot.points, found)
    ends: dict[str, int] = {}
    for point in plot.points:
        ends[f"{point.first},{point.second}"] = ends.get(f"{point.first},{point.second}", 0) + 1
    closing = sum(n - 1 for n in ends.values())
    given = len(plot.points)
    if plot.count not in {str(given), str(given - closing)}:
        found.append(finding("txt_count", row=plot.line, value=plot.count or "（空）", given=given))


def _crs(
    header: Header, plots: list[Plot], forms: dict[int, Form], found: list[Finding]
) -> tuple[str | None, str]:
    """Return the system that header and eastings declare together, ``None`` to have it found out or asked."""
    if header.datum in {"xian80", "beijing54"}:
        return _GEOGRAPHIC[header.datum], "文件头的坐标系"
    by_form: dict[tuple[Form, int | None], int] = {}
    for i, form in forms.items():
        east = max(plots[i].points[0].first, plots[i].points[0].second)
        by_form.setdefault((form, int(east // 1e6) if form == "zoned" else None), plots[i].line)
    if len(by_form) > 1:
        lines = "、".join(str(line) for line in by_form.values())
        raise refuse("txt_systems_mixed", value=lines)
    if not by_form:
        return None, ""
    (form, prefix), line = next(iter(by_form.items()))
    if form == "degrees":
        found.append(finding("txt_degrees", row=line))
        return (_GEOGRAPHIC[header.datum], "文件头的坐标系") if header.datum else (None, "")
    if form == "bare":
        found.append(finding("txt_no_zone", row=line, value="" if header.zone is None else header.zone))
    return _zoned(header, prefix, found)


def _zoned(header: Header, prefix: int | None, found: list[Finding]) -> tuple[str | None, str]:
    if prefix is not None and header.zone not in {None, prefix}:
        found.append(
            finding("txt_zone_contradicts", row=header.line_of("带号"), value=header.zone, prefix=prefix)
        )
    zone = header.zone if prefix is None else prefix
    width = width_of_zone_number(zone) if zone is not None else None
    if zone is None or width is None or header.datum is None:
        return None, ""
    code = gauss_kruger_epsg("cgcs2000", width, zone, numbered=prefix is not None)
    return f"EPSG:{code}", "文件头的坐标系与" + ("横坐标前两位" if prefix is not None else "带号")
