"""Coordinate tables in sheets and delimited text: points by row, one or several parcels one below the other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from geoservice.intake.clean.degrees import parse_degrees
from geoservice.intake.findings import Finding, finding
from geoservice.intake.headings import fold
from geoservice.intake.readers.heading_rows import join_heading
from geoservice.intake.readers.point_columns import Group, groups_of, is_weak_name, role_of
from geoservice.intake.table import RawTable
from geoservice.intake.txt.assemble import assemble
from geoservice.intake.txt.header import Header, header_of_titles
from geoservice.intake.txt.lines import number_of
from geoservice.intake.txt.plots import Plot, Point

_LOOK_INTO: Final = 50
_NUMBER: Final = "地块编号"
_KEYS: Final = frozenset(
    {
        "地块编号",
        "地块号",
        "地块编码",
        "宗地编号",
        "宗地号",
        "宗地代码",
        "图斑编号",
        "图斑号",
        "地块",
        "宗地",
        "dkbh",
        "dkh",
        "zdbh",
        "zdh",
        "zddm",
        "tbbh",
    }
)
_TITLE: Final = re.compile(r"(?:地块|宗地|图斑)(?:编号|编码|号|代码)?\s*[:：]\s*([^\s,，;；()（）]+)")
_NAME: Final = re.compile(r"(?:地块|宗地|项目)名称\s*[:：]\s*([^\s,，;；]+)")
_AREA: Final = re.compile(
    r"面积\s*(?:[(（]?(公顷|平方米|㎡|亩|ha|m2|m²)[)）]?)?\s*[:：=]?\s*([\d.]+)\s*(公顷|平方米|㎡|亩|ha|m2|m²)?"
)


@dataclass
class _Block:
    """A parcel as it is being read: its plot and what other columns say of it."""

    plot: Plot
    said: dict[str, list[Any]] = field(default_factory=dict)
    beside: list[list[Point]] = field(default_factory=list)


@dataclass
class _Sheet:
    """A sheet as it is being read, row by row."""

    headings: list[str]
    groups: list[Group]
    blocks: list[_Block] = field(default_factory=list)
    number: str = ""
    name: str = ""
    area: str = ""
    fresh: bool = True
    skipped: list[tuple[int, str]] = field(default_factory=list)


def points_of(cells: list[list[Any]], name: str, format: str) -> RawTable | None:
    """Return the parcels of a coordinate table, ``None`` where the sheet is none; O(cells)."""
    at = _heading_at(cells)
    if at is None:
        return None
    top, bottom, headings = at
    sheet = _Sheet(headings, groups_of(headings))
    for row in cells[:top]:
        _note_title(row, sheet)
    for i in range(bottom + 1, len(cells)):
        _take_row(cells[i], i + 1, sheet)
    return _table(sheet, cells[:top], (top + 1, bottom + 1), name, format)


def _heading_at(cells: list[list[Any]]) -> tuple[int, int, list[str]] | None:
    """Return first and last row of the first heading that names point columns, and its joined headings."""
    for i in range(min(len(cells), _LOOK_INTO)):
        if not any(isinstance(v, str) for v in cells[i]):
            continue
        one = [str(v) if isinstance(v, str) else "" for v in cells[i]]
        if groups_of([h or None for h in one]):
            return i, i, one
        below = cells[i + 1] if i + 1 < len(cells) else []
        if any(role_of(v) in {"name", "ring"} for v in cells[i]) and any(role_of(v) for v in below):
            joined = [_last_level(h) for h in join_heading([cells[i], below], i, [])]
            if groups_of([h or None for h in joined]):
                return i, i + 1, joined
    return None


def _last_level(heading: str) -> str:
    """Return the level of a joined heading that says something of points, else the first."""
    levels = heading.split("/")
    return next((level for level in reversed(levels) if role_of(level)), levels[0])


def _take_row(row: list[Any], number: int, sheet: _Sheet) -> None:
    if not any(v is not None for v in row):
        return
    again = [str(v) if isinstance(v, str) else "" for v in row]
    if groups := groups_of([h or None for h in again]):
        if [(g.north, g.east) for g in groups] != [(g.north, g.east) for g in sheet.groups]:
            sheet.headings, sheet.groups = again, groups
        sheet.fresh = True
        return
    if any(role_of(v) == "name" for v in row) and not any(_begins(row, group) for group in sheet.groups):
        sheet.fresh = True  # the upper level of a heading in two levels
        return
    if not any(_begins(row, group) for group in sheet.groups):
        if not _note_title(row, sheet):
            sheet.skipped.append((number, str(next(v for v in row if v is not None))[:20]))
        return
    _turn_page(row, sheet)
    for index, group in enumerate(sheet.groups):
        if _begins(row, group):
            _take_point(row, number, group, index, sheet)


def _begins(row: list[Any], group: Group) -> bool:
    """Tell whether a row has something that must be a point: a coordinate, readable or not."""
    return any(_coordinate(row[i]) is not None for i in (group.north, group.east))


def _turn_page(row: list[Any], sheet: _Sheet) -> None:
    """Begin another parcel where a column names another one, or where a heading stood in between."""
    column = next((i for i, h in enumerate(sheet.headings) if fold(h) in _KEYS and i < len(row)), None)
    if column is not None and row[column] is not None and _text(row[column]) != sheet.number:
        sheet.number, sheet.fresh = _text(row[column]), True


def _take_point(row: list[Any], number: int, group: Group, index: int, sheet: _Sheet) -> None:
    block = _block(number, sheet)
    plot = block.plot
    first, second = _coordinate(row[group.north]), _coordinate(row[group.east])
    if first is None or second is None:
        plot.broken = plot.broken or (number, "，".join(_text(v) for v in row if v is not None)[:60])
        return
    name = _text(row[group.name]) if group.name is not None and row[group.name] is not None else ""
    ring = _text(row[group.ring]) if group.ring is not None and row[group.ring] is not None else ""
    while len(block.beside) <= index:
        block.beside.append([])
    block.beside[index].append(Point(number, name, ring, first, second))
    used = {i for g in sheet.groups for i in (g.north, g.east, g.name, g.ring)}
    for i, heading in enumerate(sheet.headings):
        if heading and i not in used and row[i] is not None and not is_weak_name(heading):
            block.said.setdefault(heading, []).append(row[i])


def _block(number: int, sheet: _Sheet) -> _Block:
    """Return the parcel a point belongs to; one that was named before goes on."""
    if sheet.fresh:
        known = next((b for b in sheet.blocks if sheet.number and b.plot.number == sheet.number), None)
        if known is None:
            known = _Block(Plot(number, area=sheet.area, number=sheet.number, name=sheet.name))
            sheet.blocks.append(known)
        sheet.blocks.remove(known)
        sheet.blocks.append(known)
        sheet.fresh, sheet.area, sheet.name = False, "", ""
    return sheet.blocks[-1]


def _note_title(row: list[Any], sheet: _Sheet) -> bool:
    """Keep what a title says about the parcel below it; tell whether it said anything."""
    text = " ".join(_text(v) for v in row if v is not None)
    if match := _TITLE.search(text):
        sheet.number, sheet.fresh = match.group(1), True
    if match := _NAME.search(text):
        sheet.name, sheet.fresh = match.group(1), True
    if match := _AREA.search(text):
        _note_area(f"{match.group(2)}{match.group(3) or match.group(1) or ''}", sheet)
        return True
    return bool(_TITLE.search(text) or _NAME.search(text))


def _note_area(area: str, sheet: _Sheet) -> None:
    """Give an area to the parcel above it, or keep it for the one below when none has begun."""
    if sheet.fresh or not sheet.blocks:
        sheet.area = area
    else:
        sheet.blocks[-1].plot.area = area


def _table(sheet: _Sheet, titles: list[list[Any]], rows: tuple[int, int], name: str, format: str) -> RawTable:
    found: list[Finding] = []
    plots = [block.plot for block in sheet.blocks]
    for block in sheet.blocks:
        # Columns further right go on where those to their left end.
        block.plot.points = [point for points in block.beside for point in points]
        block.plot.count = str(len(block.plot.points))
    header = _header(titles)
    made = assemble(plots, header, found, area_expected=False)
    found += [finding("row_skipped", row=at, value=said) for at, said in sheet.skipped[:3]]
    values = pd.DataFrame(
        {
            _NUMBER: [plot.number or None for plot in plots],
            "地块名称": [plot.name or None for plot in plots],
            "地块面积": made.areas,
            **_constant(sheet.blocks),
        },
        dtype=object,
    )
    return RawTable(
        name=name,
        format=format,
        values=values.dropna(axis="columns", how="all").reindex(range(len(plots))),
        rows=np.array([plot.line for plot in plots], dtype=np.int64),
        geometry=made.shapes,
        unreadable=made.unreadable,
        crs=made.crs,
        crs_evidence=made.crs_evidence,
        header_rows=tuple(dict.fromkeys(rows)),
        findings=found,
    )


def _header(titles: list[list[Any]]) -> Header:
    return header_of_titles([" ".join(_text(v) for v in row if v is not None) for row in titles])


def _constant(blocks: list[_Block]) -> dict[str, list[Any]]:
    """Return the columns that say one thing about a whole parcel; lengths of sides and the like say more."""
    names = dict.fromkeys(h for b in blocks for h in b.said if fold(h) not in _KEYS)
    columns = {}
    for heading in names:
        distinct = [list(dict.fromkeys(map(_text, b.said.get(heading, [])))) for b in blocks]
        if all(len(d) <= 1 for d in distinct):
            columns[heading] = [b.said[heading][0] if b.said.get(heading) else None for b in blocks]
    return columns


def _coordinate(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return float(value)
    if not isinstance(value, str):
        return None
    number = number_of(value)
    return parse_degrees(value) if number is None else number


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()
