"""Workbooks an office can hand on: title, source line, frozen heading, number formats, real dates, totals.

Rows stream to disk as they come. Text stays text — codes keep their zeros, and nothing that came as data ever runs
as a formula, also when somebody edits the cell (``quotePrefix``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange

from geoservice.clock import SHANGHAI
from geoservice.exports.errors import ExportRefused
from geoservice.model.spreadsheet import guard

LedgerKind: TypeAlias = Literal["text", "integer", "number", "percent", "day", "instant"]

MAX_ROWS: Final = 1_048_576
MAX_TEXT: Final = 32_767
_ILLEGAL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FORMATS: Final[dict[str, str]] = {
    "text": "@",
    "integer": "#,##0",
    "number": "#,##0.00####",
    "percent": "0.0%",
    "day": "yyyy-mm-dd",
    "instant": "yyyy-mm-dd hh:mm",
}
_WIDTHS: Final[dict[str, float]] = {
    "text": 18,
    "integer": 11,
    "number": 15,
    "percent": 10,
    "day": 12,
    "instant": 17,
}
_LINE: Final = Side(style="thin", color="D1D5DB")
_BORDER: Final = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD_FILL: Final = PatternFill("solid", fgColor="E5E7EB")
_FONT: Final = "等线"


@dataclass(frozen=True)
class LedgerColumn:
    """A column of a ledger.

    Attributes
    ----------
    heading : str
        With its unit in brackets, such as ``宗地面积（亩）``.
    kind : str
        ``text, integer, number, percent, day`` or ``instant``; codes are text.
    total : bool
        Whether the last row adds it up.
    group : str
        Heading above the heading, shared with its neighbours of the same group.
    width : float or None
        In characters; ``None`` for what the kind usually takes.
    hidden : bool
        Carried along without being shown.
    """

    heading: str
    kind: LedgerKind = "text"
    total: bool = False
    group: str = ""
    width: float | None = None
    hidden: bool = False


@dataclass(frozen=True)
class Ledger:
    """A sheet of a workbook.

    Attributes
    ----------
    title : str
        Above the table, and name of the sheet.
    columns : sequence of LedgerColumn
    rows : iterable of sequences
        Values by column; read once, as they are written.
    lines : sequence of str
        Below the title: source, date, validity.
    counted : str
        What a row is, for the last row: ``宗``, ``项`` …
    """

    title: str
    columns: Sequence[LedgerColumn]
    rows: Iterable[Sequence[Any]]
    lines: Sequence[str] = ()
    counted: str = "条"


def write_ledgers(path: Path, ledgers: Sequence[Ledger]) -> None:
    """Write ledgers into one workbook, a sheet each. O(cells), memory O(columns).

    Raises
    ------
    ExportRefused
        More rows, or a longer text, than a sheet can hold; names the row.
    """
    book = Workbook(write_only=True)
    try:
        for name, ledger in zip(_sheet_names(ledgers), ledgers, strict=True):
            _write(book.create_sheet(name), ledger)
        book.save(path)
    except BaseException:
        _throw_away(book)
        raise


def _throw_away(book: Workbook) -> None:
    """Remove the files in which rows were kept so far: nobody will save them now."""
    for sheet in book.worksheets:
        writer = getattr(sheet, "_writer", None)
        if writer is not None:
            with suppress(Exception):
                sheet.close()
            with suppress(OSError, ValueError):
                writer.cleanup()


def _sheet_names(ledgers: Sequence[Ledger]) -> list[str]:
    r"""Return distinct names as Excel allows them: 31 characters, without ``[]:*?/\``."""
    names: list[str] = []
    for ledger in ledgers:
        plain = re.sub(r"[\[\]:*?/\\']", " ", ledger.title).strip()[:31] or "台账"
        name, number = plain, 1
        while name.lower() in (one.lower() for one in names):
            number += 1
            name = f"{plain[:27]} ({number})"
        names.append(name)
    return names


def _write(sheet: Any, ledger: Ledger) -> None:
    columns, grouped = ledger.columns, any(column.group for column in ledger.columns)
    above = 1 + len(ledger.lines)
    heading = above + (2 if grouped else 1)
    width = max(len(columns), 1)
    _prepare(sheet, columns, heading)
    for row in range(1, above + 1):
        sheet.merged_cells.add(CellRange(min_col=1, max_col=width, min_row=row, max_row=row).coord)
    sheet.append([_cell(sheet, ledger.title, font=Font(_FONT, 16, bold=True), alignment=_CENTRE)])
    for line in ledger.lines:
        sheet.append([_cell(sheet, line, font=Font(_FONT, 9, color="6B7280"), alignment=_WRAPPED)])
    if grouped:
        _append_groups(sheet, columns, above + 1)
    heads = [None if grouped and not column.group else column.heading for column in columns]
    sheet.append([_head(sheet, text) for text in heads])
    rows = _append_rows(sheet, ledger, MAX_ROWS - heading - 1)
    last = heading + rows
    # A sheet keeps its filter with the heading, also where it has no row yet.
    sheet.auto_filter.ref = f"A{heading}:{get_column_letter(width)}{max(last, heading)}"


_CENTRE: Final = Alignment(horizontal="center", vertical="center")
_WRAPPED: Final = Alignment(wrap_text=True, vertical="top")
_HEAD: Final = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _prepare(sheet: Any, columns: Sequence[LedgerColumn], heading: int) -> None:
    """Set what Excel wants to know before the first row: widths, frozen panes, the printed page."""
    for number, column in enumerate(columns, 1):
        size = sheet.column_dimensions[get_column_letter(number)]
        size.width = column.width or max(_WIDTHS[column.kind], min(2.1 * len(column.heading) + 2, 30))
        size.hidden = column.hidden
    sheet.freeze_panes = f"A{heading + 1}"
    sheet.print_title_rows = f"{heading}:{heading}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _append_groups(sheet: Any, columns: Sequence[LedgerColumn], row: int) -> None:
    """Write the upper heading: groups span their columns, a heading without a group spans both rows."""
    start = 0
    texts: list[str | None] = [None] * len(columns)
    for at, column in enumerate(columns):
        if not column.group:
            texts[at] = column.heading
            sheet.merged_cells.add(_span(at, at, row, row + 1))
        elif at == 0 or columns[at - 1].group != column.group:
            start, texts[at] = at, column.group
        closes = column.group and (at + 1 == len(columns) or columns[at + 1].group != column.group)
        if closes and at > start:
            sheet.merged_cells.add(_span(start, at, row, row))
    sheet.append([_head(sheet, text) for text in texts])


def _span(left: int, right: int, top: int, bottom: int) -> str:
    return str(CellRange(min_col=left + 1, max_col=right + 1, min_row=top, max_row=bottom).coord)


def _append_rows(sheet: Any, ledger: Ledger, room: int) -> int:
    totals = [0.0] * len(ledger.columns)
    styles = _styles(sheet, ledger.columns)
    count = 0
    for count, row in enumerate(ledger.rows, 1):
        if count > room:
            raise ExportRefused(
                "A sheet of Excel holds no more rows", f"{room:,}", "Narrow the question, or use csv."
            )
        sheet.append(list(_cells(sheet, ledger.columns, styles, row)))
        for at, (column, value) in enumerate(zip(ledger.columns, row, strict=True)):
            if column.total and value is not None:
                totals[at] += value
    if count:
        _append_total(sheet, ledger, count, totals)
    return count


def _styles(sheet: Any, columns: Sequence[LedgerColumn]) -> list[tuple[Any, Any]]:
    """Return the styles of each column's cells, plain and quoted: made once, since a style costs more than a cell."""
    styles = []
    for column in columns:
        cell = _cell(sheet, None, font=Font(_FONT, 10), border=_BORDER)
        cell.number_format = _FORMATS[column.kind]
        quoted = copy(cell._style)
        quoted.quotePrefix = 1
        styles.append((cell._style, quoted))
    return styles


def _cells(
    sheet: Any, columns: Sequence[LedgerColumn], styles: list[tuple[Any, Any]], row: Sequence[Any]
) -> Iterator[Any]:
    for column, (style, quoted), value in zip(columns, styles, row, strict=True):
        cell = _cell(sheet, _value(column, value))
        cell._style = quoted if _runs(cell) else style
        yield cell


def _runs(cell: Any) -> bool:
    """Say whether a text would become a formula when somebody edits its cell."""
    return cell.data_type == "s" and bool(cell._value) and guard(cell._value) != cell._value


def _value(column: LedgerColumn, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).replace(tzinfo=None)
    if column.kind == "text" and value is not None and not isinstance(value, (str, date)):
        return str(value)
    return value


def _append_total(sheet: Any, ledger: Ledger, count: int, totals: list[float]) -> None:
    """Add the last row; its figures are figures, so that a reader without a calculator has them too."""
    row: list[Any] = []
    for at, column in enumerate(ledger.columns):
        value: Any = round(totals[at], 6) if column.total else None
        if at == 0:
            value = f"合计 {count:,} {ledger.counted}"
        elif column.total and column.kind == "integer":
            value = int(totals[at])
        cell = _cell(sheet, value, font=Font(_FONT, 10, bold=True), border=_BORDER, fill=_HEAD_FILL)
        cell.number_format = _FORMATS[column.kind] if at else "@"
        row.append(cell)
    sheet.append(row)


def _head(sheet: Any, text: str | None) -> Any:
    return _cell(
        sheet, text, font=Font(_FONT, 10, bold=True), fill=_HEAD_FILL, border=_BORDER, alignment=_HEAD
    )


def _cell(sheet: Any, value: Any, **style: Any) -> Any:
    """Return a cell; a text is a text whatever it begins with."""
    if isinstance(value, str):
        value = _ILLEGAL.sub("", value)
        if len(value) > MAX_TEXT:
            raise ExportRefused(
                "A cell of Excel holds no longer text",
                f"{value[:40]}… ({len(value):,})",
                "Use csv, or leave the field out.",
            )
    cell = WriteOnlyCell(sheet, None)
    if isinstance(value, str):
        # Setting the value would guess a formula from its first sign.
        cell._value, cell.data_type = value, "s"
    else:
        cell.value = value
    for name, setting in style.items():
        setattr(cell, name, setting)
    return cell
