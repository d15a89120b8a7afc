"""Write ledgers as offices keep them: Excel with a title over the heading, CSV in GBK."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

_STAMP = (2026, 11, 20, 0, 0, 0)
Sheet = tuple[str, str, Sequence[dict[str, Any]]]


def write_excel(path: Path, sheets: Iterable[Sheet]) -> None:
    """Write sheets of (name, title, rows); the title is merged over the heading row."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, title, rows in sheets:
        _fill(book.create_sheet(name), title, rows)
    buffer = io.BytesIO()
    book.save(buffer)
    path.write_bytes(_timeless(buffer.getvalue()))


def write_csv(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Write a GBK table with CRLF line ends, as Excel saves it."""
    with path.open("w", encoding="gbk", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


def _fill(sheet: Worksheet, title: str, rows: Sequence[dict[str, Any]]) -> None:
    headings = list(rows[0])
    sheet.append([title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(headings))
    sheet["A1"].font, sheet["A1"].alignment = Font(bold=True, size=16), Alignment(horizontal="center")
    sheet.append(headings)
    for row in rows:
        sheet.append([row[heading] if row[heading] != "" else None for heading in headings])
    _dress(sheet, headings)


def _dress(sheet: Worksheet, headings: list[str]) -> None:
    """Style the heading, show days as days, freeze what should stay in sight."""
    for column, heading in enumerate(headings, 1):
        cell = sheet.cell(2, column)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDE6EE")
        sheet.column_dimensions[get_column_letter(column)].width = max(10, 2.1 * len(heading))
    for cells in sheet.iter_rows(min_row=3):
        for cell in cells:
            if isinstance(cell.value, date):
                cell.number_format = "yyyy-mm-dd"
    sheet.freeze_panes = "D3"


def _timeless(content: bytes) -> bytes:
    """Return the workbook without the time of writing, so that the same city gives the same file."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in sorted(old.namelist()):
            data = old.read(entry)
            if entry == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-11-20T00:00:00Z", data)
            new.writestr(zipfile.ZipInfo(entry, _STAMP), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
