"""CSV (RFC 4180): one row a record, the shape as WKT, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, Final

import shapely

from geoservice.exports.errors import ExportRefused
from geoservice.exports.layout import Layout, ledger_layout, machine_layout
from geoservice.exports.sheet import Batch, Choices, Sheet
from geoservice.exports.values import as_text
from geoservice.geo.arrays import Geometries
from geoservice.geo.grid import round_to
from geoservice.model.spreadsheet import guard

WKT: Final = "wkt"
_DECIMALS: Final = {True: 9, False: 4}
_ENCODINGS: Final = ("utf-8", "gb18030", "gbk")


class Csv:
    """Comma-separated text: machine names and plain values, or Chinese headings and told ones."""

    name, title, suffix, media_type = "csv", "CSV", ".csv", "text/csv"
    home: str | None = "EPSG:4490"
    ledger = False

    def write(self, sheet: Sheet, path: Path, choices: Choices) -> None:
        """Write the table.

        Raises
        ------
        ExportRefused
            The encoding is not offered, or a character does not fit it.
        """
        layout = ledger_layout(sheet) if choices.headings == "zh" else machine_layout(sheet)
        with_shape = sheet.shapes is not None and choices.wkt is not False
        with path.open("w", encoding=_encoding(choices), newline="") as out:
            writer = csv.writer(out)
            writer.writerow([*layout.names, WKT] if with_shape else layout.names)
            for batch in sheet.read():
                rows = _rows(sheet, batch, layout, with_shape=with_shape)
                _write(writer, rows, batch, choices)


def _encoding(choices: Choices) -> str:
    if choices.encoding not in _ENCODINGS:
        raise ExportRefused(
            "CSV cannot be written in this encoding", choices.encoding, "Use utf-8, gb18030 or gbk."
        )
    return "utf-8-sig" if choices.encoding == "utf-8" and choices.bom else choices.encoding


def _rows(sheet: Sheet, batch: Batch, layout: Layout, *, with_shape: bool) -> list[tuple[Any, ...]]:
    columns = [[_cell(value) for value in column] for column in layout.columns(batch)]
    if with_shape and batch.geometry is not None:
        columns.append(wkt_of(batch.geometry, geographic=bool(sheet.crs.is_geographic)))
    return list(zip(*columns, strict=True))


def wkt_of(geometry: Geometries, *, geographic: bool) -> list[str | None]:
    """Return shapes as WKT: nine decimals of degrees, four of metres."""
    decimals = _DECIMALS[geographic]
    rounded = round_to(geometry, decimals)
    texts: list[str | None] = shapely.to_wkt(rounded, rounding_precision=decimals, trim=True).tolist()
    return texts


def _cell(value: Any) -> Any:
    value = as_text(value)
    return guard(value) if isinstance(value, str) else value


def _write(writer: Any, rows: list[tuple[Any, ...]], batch: Batch, choices: Choices) -> None:
    """Write rows; name the row whose character does not fit."""
    if choices.encoding == "gbk":
        for key, row in zip(batch.keys, rows, strict=True):
            for value in row:
                if isinstance(value, str):
                    require_encodable(value, "gbk", key)
    writer.writerows(rows)


def require_encodable(text: str, encoding: str, key: str) -> bytes:
    """Return the bytes of a text.

    Raises
    ------
    ExportRefused
        A character does not fit; names the row and the character.
    """
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        sign = text[error.start : error.end]
        codes = " ".join(f"U+{ord(one):04X}" for one in sign)
        raise ExportRefused(
            f"A character does not fit {encoding.upper()}",
            f"{key}: {sign} ({codes})",
            "Use the encoding utf-8.",
        ) from error
