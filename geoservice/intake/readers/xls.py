"""Excel workbooks before 2007 (.xls) through xlrd."""

from __future__ import annotations

from datetime import time
from typing import Any

import xlrd

from geoservice.intake.errors import IntakeRefused, refuse
from geoservice.intake.readers.grid import Grid, to_table
from geoservice.intake.readers.protocol import Source
from geoservice.intake.table import RawTable, ReadOptions

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_STREAMS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))


class ExcelBinary:
    """A workbook of Excel 97–2003."""

    format = "Excel 97–2003"

    def recognises(self, source: Source) -> bool:
        """Tell by the first bytes of an OLE2 container."""
        return source.head.startswith(_OLE2)

    def layers(self, source: Source) -> list[str]:
        """Return the visible sheets with content."""
        book = _workbook(source)
        return [s.name for s in book.sheets() if s.visibility == 0 and s.nrows and s.ncols]

    def read(self, source: Source, layer: str, options: ReadOptions) -> RawTable:
        """Return one sheet."""
        book = _workbook(source)
        sheet = book.sheet_by_name(layer)
        cells = [[_value(cell, book) for cell in sheet.row(i)] for i in range(sheet.nrows)]
        merged = [(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells]
        return to_table(Grid(cells, merged), layer, self.format, options)


def _workbook(source: Source) -> Any:
    data = source.path.read_bytes()
    if _ENCRYPTED in data:
        raise _locked(source)
    if not any(stream in data for stream in _STREAMS):
        raise refuse(
            "format_foreign",
            value=source.name,
            kind="旧版 Office 文档（不是工作簿）",
            how="请把其中的表格另存为 .xlsx。",
            how_en="Save the table in it as .xlsx.",
        )
    try:
        # Merged ranges come with the formatting only.
        return xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=_Silence())
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise _locked(source) from error
        raise


def _locked(source: Source) -> IntakeRefused:
    return refuse(
        "format_foreign",
        value=source.name,
        kind="有密码的 Office 文件",
        how="请用 Excel 或 WPS 去掉密码后另存为 .xlsx。",
        how_en="Remove the password with Excel or WPS and save it as .xlsx.",
    )


def _value(cell: Any, book: Any) -> Any:
    if cell.ctype in {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR}:
        return None
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _date(cell.value, book.datemode)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return cell.value


def _date(serial: float, datemode: int) -> Any:
    try:
        stamp = xlrd.xldate_as_datetime(serial, datemode)
    except (ValueError, OverflowError):
        return serial
    return stamp.date() if stamp.time() == time() else stamp


class _Silence:
    """Takes what xlrd would print about oddities of a file."""

    def write(self, _text: str) -> int:
        """Drop the text."""
        return 0
