"""From a grid of cells to a table: titles above, one or two heading rows, totals below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from geoservice.intake.errors import refuse
from geoservice.intake.findings import Finding, finding
from geoservice.intake.headings import fold
from geoservice.intake.readers.heading_rows import find_heading, join_heading
from geoservice.intake.readers.point_table import points_of
from geoservice.intake.table import RawTable, ReadOptions

Cells: TypeAlias = list[list[Any]]

_NOT_DATA = re.compile(
    r"^\s*(合\s*计|总\s*计|小\s*计|累\s*计|填\s*表|制\s*表|审\s*核|注[:：]|备\s*注[:：]|说\s*明[:：]|数据来源)"
)
_MOST_SKIPPED = 3


@dataclass(frozen=True)
class Grid:
    """Cells of a sheet or delimited text, top left first; missing cells are ``None``.

    Attributes
    ----------
    cells : list of list
        Rows may differ in length.
    merged : list of (top, left, bottom, right)
        Merged ranges, counted from 0, last row and column included.
    """

    cells: Cells
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def to_table(grid: Grid, name: str, format: str, options: ReadOptions) -> RawTable:
    """Return the table a grid holds.

    Raises
    ------
    IntakeRefused
        There is no heading row.
    """
    cells = _square(grid.cells)
    if not options.header_rows and (points := points_of(cells, name, format)) is not None:
        return points
    rows = options.header_rows or find_heading(cells, options.words, grid.merged)
    if not rows or rows[-1] > len(cells):
        raise refuse("no_header", value=name)
    top, bottom = rows[0] - 1, rows[-1] - 1
    headings = _distinct(join_heading(cells[top : bottom + 1], top, grid.merged))
    _spread_down(cells, grid.merged, bottom + 1)
    found = [finding("header_joined", value=f"{top + 1}、{bottom + 1}")] if bottom > top else []
    kept, numbers = _data_rows(cells, bottom + 1, cells[bottom], found)
    width = _used_width(headings, kept, found, numbers)
    values = pd.DataFrame(
        {heading: [row[i] for row in kept] for i, heading in enumerate(headings[:width]) if heading},
        dtype=object,
    )
    return RawTable(
        name=name,
        format=format,
        values=values.reindex(range(len(kept))),
        rows=np.array(numbers, dtype=np.int64),
        header_rows=tuple(range(top + 1, bottom + 2)),
        findings=found,
    )


def _square(cells: Cells) -> Cells:
    width = max((len(row) for row in cells), default=0)
    return [[_cell(v) for v in row] + [None] * (width - len(row)) for row in cells]


def _cell(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _distinct(headings: Sequence[str]) -> list[str]:
    """Give repeated headings numbers, so that each names one column."""
    seen: dict[str, int] = {}
    names = []
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        names.append(heading if seen[heading] == 1 or not heading else f"{heading}_{seen[heading]}")
    return names


def _spread_down(cells: Cells, merged: list[tuple[int, int, int, int]], first: int) -> None:
    """Give every row of a vertically merged data cell its value, as a person reads it."""
    for top, left, bottom, _right in merged:
        if top >= first and bottom > top and left < len(cells[top]):
            for row in range(top + 1, min(bottom + 1, len(cells))):
                if cells[row][left] is None:
                    cells[row][left] = cells[top][left]


def _data_rows(cells: Cells, first: int, heading: list[Any], found: list[Finding]) -> tuple[Cells, list[int]]:
    kept, numbers, skipped = [], [], 0
    folded = [fold(str(v)) for v in heading if v is not None]
    for position in range(first, len(cells)):
        row = cells[position]
        said = [v for v in row if v is not None]
        if not said:
            continue
        if _is_note(said) or [fold(str(v)) for v in said] == folded:
            skipped += 1
            if skipped <= _MOST_SKIPPED:
                found.append(finding("row_skipped", row=position + 1, value=str(said[0])[:20]))
            continue
        kept.append(row)
        numbers.append(position + 1)
    return kept, numbers


def _is_note(said: list[Any]) -> bool:
    return isinstance(said[0], str) and bool(_NOT_DATA.match(said[0]))


def _used_width(headings: list[str], kept: Cells, found: list[Finding], numbers: list[int]) -> int:
    width = max((i + 1 for i, h in enumerate(headings) if h), default=0)
    for row, number in zip(kept, numbers, strict=True):
        beyond = sum(v is not None for v in row[width:])
        if beyond:
            found.append(finding("cells_beyond_header", row=number, value=beyond))
    return width
