"""A register as a formatted workbook an office can hand on."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from geoservice.access.principals import Principal
from geoservice.exports.ledger import Ledger, LedgerColumn, LedgerKind, write_ledgers
from geoservice.reporting.registers import Column, Listing, Register
from geoservice.reporting.registers.cells import heading, typed

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS: Final[Mapping[str, LedgerKind]] = {
    "day": "day",
    "count": "integer",
    "m2": "number",
    "mu": "number",
    "money": "number",
    "ratio": "percent",
}


def workbook_answer(
    register: Register, listing: Listing, day: date, principal: Principal, headers: Mapping[str, str]
) -> Response:
    """Return the rows of a register as an .xlsx file: Chinese headings with units, real dates, totals, source and day."""
    columns = [_column(column) for column in register.columns]
    rows = ([typed(c, one["properties"]) for c in register.columns] for one in listing.features)
    lines = (f"{register.about}", f"数据日期 {day.isoformat()} · 导出人 {principal.name} · 内部资料 不得公开")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "register.xlsx"
        write_ledgers(file, [Ledger(register.zh, columns, rows, lines, "条")])
        body = file.read_bytes()
    name = quote(f"{register.zh}_{day.isoformat()}.xlsx")
    disposition = f"attachment; filename=\"{register.name}.xlsx\"; filename*=UTF-8''{name}"
    return Response(body, 200, {**headers, "Content-Disposition": disposition}, MEDIA_TYPE)


def _column(column: Column) -> LedgerColumn:
    return LedgerColumn(heading(column), _KINDS.get(column.kind, "text"), total=column.total)
