"""Boundary-point TXT (勘测定界界址点坐标交换格式), GBK or Unicode, in every dialect bureaus write."""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from geoservice.errors import GeoserviceError
from geoservice.geo.measure import area_m2
from geoservice.geo.zones import gauss_kruger_epsg, width_of_zone_number
from geoservice.intake.errors import refuse
from geoservice.intake.findings import Finding, finding
from geoservice.intake.readers.encoding import decode
from geoservice.intake.readers.protocol import Source
from geoservice.intake.table import RawTable, ReadOptions
from geoservice.intake.txt.areas import stated_area
from geoservice.intake.txt.axes import Form, odd_one, order_of
from geoservice.intake.txt.header import Header, read_header
from geoservice.intake.txt.lines import Line, lines_of
from geoservice.intake.txt.plots import Plot, is_plot, read_plots
from geoservice.intake.txt.rings import odd_name, shape_of

_SECTIONS: Final = ("地块坐标", "属性描述", "宗地坐标")
_ENCODINGS: Final = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
_MARKS: Final = tuple(word.encode(e) for word in _SECTIONS for e in _ENCODINGS)
_PLOT: Final = re.compile(rb"[,\xac]\s*@[ ,\t]*(?:\r|\n)")
_GEOGRAPHIC: Final = {"cgcs2000": "EPSG:4490", "xian80": "EPSG:4610", "beijing54": "EPSG:4214"}
_COLUMNS: Final = {
    "地块编号": "number",
    "地块名称": "name",
    "图形属性": "shape",
    "图幅号": "sheet",
    "地块用途": "use",
    "地类编码": "use_code",
}


class BoundaryTxt:
    """A file of boundary points; rows are named by the line of their plot record."""

    format = "界址点 TXT"

    def recognises(self, source: Source) -> bool:
        """Tell by the name of a section, or by a record that ends in @."""
        return any(mark in source.head for mark in _MARKS) or _PLOT.search(source.head) is not None

    def layers(self, source: Source) -> list[str]:
        """Return the one layer such a file has."""
        return [source.path.stem]

    def read(self, source: Source, layer: str, options: ReadOptions) -> RawTable:
        """Return the plots with shapes told apart by containment, east first.

        Raises
        ------
        IntakeRefused
            There is no plot record, points stand before the first, or plots are in different systems.
        """
        data = source.path.read_bytes()
        decoded = decode(data, source.name, options.encoding or _unmarked(data))
        found: list[Finding] = []
        head, body = _sections(lines_of(decoded.text), source.name)
        _note_width([*head, *body], found)
        header = read_header(head, found)
        plots = read_plots(body, found)
        shapes, areas, unreadable, forms = _shapes(plots, found)
        crs, evidence = _crs(header, plots, forms, found)
        values = {name: [getattr(p, field) or None for p in plots] for name, field in _COLUMNS.items()}
        return RawTable(
            name=layer,
            format=self.format,
            values=pd.DataFrame(values | {"地块面积": areas}, dtype=object),
            rows=np.array([p.line for p in plots], dtype=np.int64),
            geometry=shapes,
            unreadable=unreadable,
            crs=crs,
            crs_evidence=evidence,
            encoding=decoded.encoding,
            encoding_evidence=decoded.evidence,
            findings=found,
        )


def _unmarked(data: bytes) -> str | None:
    """Return the UTF-16 a file without byte order mark is in: zero bytes give it away."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" not in data[:4096]:
        return None
    return next((e for e in _ENCODINGS[2:] if any(w.encode(e) in data for w in _SECTIONS)), None)


def _sections(lines: list[Line], name: str) -> tuple[list[Line], list[Line]]:
    """Return the header and everything from the first plot record on.

    Raises
    ------
    IntakeRefused
        No plot record, or points before it: whose they are cannot be told.
    """
    first = next((i for i, line in enumerate(lines) if is_plot(line)), None)
    if first is None:
        raise refuse("txt_no_plot", value=name)
    start = max((i for i in range(first) if lines[i].text.startswith("[")), default=-1)
    stray = next((ln for ln in lines[start + 1 : first] if "=" not in ln.text and ":" not in ln.text), None)
    if stray is not None:
        raise refuse("txt_point_stray", line=stray.number, value=stray.text)
    return lines[:first], [line for line in lines[first:] if not line.text.startswith("[")]


def _note_width(lines: list[Line], found: list[Finding]) -> None:
    wide = [line for line in lines if line.wide]
    if wide:
        found.append(finding("txt_fullwidth", row=wide[0].number, value=wide[0].text, count=len(wide)))


def _shapes(
    plots: list[Plot], found: list[Finding]
) -> tuple[Any, list[str | None], dict[int, str], dict[int, Form]]:
    shapes = np.full(len(plots), None, dtype=object)
    areas: list[str | None] = [None] * len(plots)
    unreadable: dict[int, str] = {}
    forms: dict[int, Form] = {}
    for i, plot in enumerate(plots):
        wrong = _wrong(plot)
        said = order_of(plot.points[0].first, plot.points[0].second) if plot.points else None
        if wrong is not None or said is None:
            unreadable[i] = wrong or "没有界址点"
            continue
        form, east_first = said
        try:
            shapes[i] = shape_of(plot, east_first, found)
        except (GeoserviceError, ValueError, shapely.errors.ShapelyError) as error:
            unreadable[i] = str(error)
            continue
        forms[i] = form
        _note_plot(plot, east_first, found)
        if plot.shape == "面":
            measured = area_m2(shapes[i : i + 1])[0] if form == "degrees" else shapes[i].area
            areas[i] = stated_area(plot, float(measured), found)
    return shapes, areas, unreadable, forms


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
