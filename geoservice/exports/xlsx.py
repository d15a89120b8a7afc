"""Excel: a sheet of features as a ledger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from geoservice.exports.delimited import WKT, wkt_of
from geoservice.exports.fields import Field, Kind
from geoservice.exports.layout import Layout, ledger_layout
from geoservice.exports.ledger import MAX_TEXT, Ledger, LedgerColumn, LedgerKind, write_ledgers
from geoservice.exports.sheet import Batch, Choices, Note, Sheet

_COUNTED: Final = {"parcels": "宗", "availability": "宗", "projects": "项", "parks": "个", "demolition": "项"}
_KINDS: Final[dict[Kind, LedgerKind]] = {
    "text": "text",
    "integer": "integer",
    "number": "number",
    "day": "day",
    "instant": "instant",
}
_SUMMED: Final = frozenset({"m2", "mu", "ha", "wan", "count"})


class Excel:
    """A formatted workbook (.xlsx): Chinese headings, units, totals; the shape as WKT only where asked."""

    name, title, suffix = "xlsx", "Excel", ".xlsx"
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    home: str | None = "EPSG:4490"
    ledger = True

    def write(self, sheet: Sheet, path: Path, choices: Choices) -> None:
        """Write the workbook."""
        layout = ledger_layout(sheet)
        with_shape = sheet.shapes is not None and choices.wkt is True
        columns = [_column(field, layout, n) for n, field in enumerate(sheet.fields)]
        if with_shape:
            columns.append(LedgerColumn(WKT, hidden=True))
        rows = _rows(sheet, layout, with_shape=with_shape)
        counted = _COUNTED.get(sheet.name, "条")
        write_ledgers(path, [Ledger(f"{sheet.title}台账", columns, rows, (sheet.source,), counted)])


def _column(field: Field, layout: Layout, n: int) -> LedgerColumn:
    kind: LedgerKind = "percent" if field.unit == "percent" else _KINDS[layout.kinds[n]]
    return LedgerColumn(layout.names[n], kind, total=field.unit in _SUMMED)


def _rows(sheet: Sheet, layout: Layout, *, with_shape: bool) -> Iterator[tuple[Any, ...]]:
    left_out: list[str] = []
    for batch in sheet.read():
        columns = layout.columns(batch)
        if with_shape and batch.geometry is not None:
            columns.append(_shapes(sheet, batch, left_out))
        yield from zip(*columns, strict=True)
    if left_out:
        sheet.notes.append(
            Note(
                "shape_too_long",
                f"{len(left_out)} 个图形的坐标超过 Excel 单元格的长度，未写入：{'、'.join(left_out[:10])}",
                f"{len(left_out)} shapes are longer than a cell of Excel and were left out: {', '.join(left_out[:10])}",
            )
        )


def _shapes(sheet: Sheet, batch: Batch, left_out: list[str]) -> list[str | None]:
    texts = (
        wkt_of(batch.geometry, geographic=bool(sheet.crs.is_geographic)) if batch.geometry is not None else []
    )
    for at, text in enumerate(texts):
        if text is not None and len(text) > MAX_TEXT:
            left_out.append(batch.keys[at])
            texts[at] = None
    return texts
