"""Excel workbooks of 2007 and later (.xlsx, .xlsm) through openpyxl."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from typing import Any

import openpyxl

from geoservice.intake.readers.grid import Grid, to_table
from geoservice.intake.readers.protocol import Source
from geoservice.intake.table import RawTable, ReadOptions

_ZEROS = re.compile(r"^0{2,}$")
_LOOK_INTO = 50


class ExcelOpenXml:
    """A workbook; every visible sheet that holds anything is a layer."""

    format = "Excel"

    def recognises(self, source: Source) -> bool:
        """Tell by the zip directory of an Office document with sheets."""
        if not source.head.startswith(b"PK\x03\x04"):
            return False
        return b"xl/" in source.head or b"[Content_Types].xml" in source.head

    def layers(self, source: Source) -> list[str]:
        """Return the visible sheets with content."""
        with _workbook(source, read_only=True) as book:
            return [s.title for s in book.worksheets if s.sheet_state == "visible" and _has_content(s)]

    def read(self, source: Source, layer: str, options: ReadOptions) -> RawTable:
        """Return one sheet; formulas count with the value Excel last computed."""
        with _workbook(source, read_only=False) as book:
            sheet = book[layer]
            cells = [[_value(cell) for cell in row] for row in sheet.iter_rows()]
            merged = [
                (r.min_row - 1, r.min_col - 1, r.max_row - 1, r.max_col - 1)
                for r in sheet.merged_cells.ranges
            ]
        return to_table(Grid(cells, merged), layer, self.format, options)


@contextmanager
def _workbook(source: Source, *, read_only: bool) -> Iterator[Any]:
    with warnings.catch_warnings():
        # Styles, validations and extensions that openpyxl drops do not concern the values.
        warnings.simplefilter("ignore")
        # The stream keeps openpyxl from judging by the file name.
        with source.path.open("rb") as stream:
            book = openpyxl.load_workbook(stream, read_only=read_only, data_only=True)
            try:
                yield book
            finally:
                book.close()


def _has_content(sheet: Any) -> bool:
    rows = sheet.iter_rows(max_row=_LOOK_INTO, values_only=True)
    return any(value is not None for row in rows for value in row)


def _value(cell: Any) -> Any:
    value = cell.value
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value
    # A code stored as a number but shown with leading zeros is the text that is shown.
    if isinstance(value, (int, float)) and _ZEROS.match(str(cell.number_format)) and value == int(value):
        return str(int(value)).zfill(len(cell.number_format))
    return value
