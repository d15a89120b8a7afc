"""Shapefile, zipped: one set of files per kind of shape, with its encoding, system and a key to its short names."""

from __future__ import annotations

import csv
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyogrio.raw import write_arrow

from geoservice.exports.arrow import GEOMETRY, record_batch, schema_of
from geoservice.exports.delimited import require_encodable
from geoservice.exports.errors import ExportRefused
from geoservice.exports.layout import Layout, ledger_layout
from geoservice.exports.sheet import Batch, Choices, Note, Sheet
from geoservice.exports.values import as_text
from geoservice.geo.arrays import Geometries
from geoservice.model.spreadsheet import guard

MAX_BYTES: Final = 254
"""A text of dBASE holds no more."""
FIELDS_FILE: Final = "fields.csv"
LONG_TEXTS_FILE: Final = "long_texts.csv"
_CODE_PAGES: Final = {"utf-8": "UTF-8", "gbk": "GBK"}
# Which shapes share a file: GEOS type numbers, what GDAL calls the layer, and the end of the file's name.
_PARTS: Final = (
    ({3, 6}, "Polygon", ""),
    ({1, 2, 5}, "LineString", "_line"),
    ({0}, "Point", "_point"),
    ({4}, "MultiPoint", "_points"),
)


class Shapefile:
    """ESRI Shapefile in a ZIP: values as ledgers tell them, under pinyin names of ten bytes at most."""

    name, title, suffix, media_type = "shapefile", "Shapefile", ".zip", "application/zip"
    home: str | None = "EPSG:4490"
    ledger = True

    def write(self, sheet: Sheet, path: Path, choices: Choices) -> None:
        """Write the archive.

        Raises
        ------
        ExportRefused
            There are no shapes, or a character does not fit the encoding.
        """
        if sheet.shapes is None:
            raise ExportRefused(
                "A Shapefile holds shapes, and there are none", sheet.name, "Use csv or xlsx."
            )
        if choices.encoding not in _CODE_PAGES:
            raise ExportRefused(
                "A Shapefile cannot be written in this encoding", choices.encoding, "Use gbk or utf-8."
            )
        with TemporaryDirectory(dir=path.parent) as name:
            folder = Path(name)
            _Writing(sheet, folder, choices.encoding).run()
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                for part in sorted(folder.iterdir()):
                    archive.write(part, part.name)


class _Writing:
    """One Shapefile on its way."""

    def __init__(self, sheet: Sheet, folder: Path, encoding: str) -> None:
        self.sheet, self.folder, self.encoding = sheet, folder, encoding
        self.layout = ledger_layout(sheet, dbf=True)
        self.schema = schema_of(self.layout, shapes=True)
        self.cut = 0
        self.collected = 0

    def run(self) -> None:
        """Write every part."""
        _write_key(self.folder / FIELDS_FILE, self.layout)
        with _long_texts(self.folder / LONG_TEXTS_FILE) as keep:
            for batch in self.sheet.read():
                self._append(batch, keep)
        if not any(self.folder.glob("*.shp")):
            self._write(
                Batch([], {one.name: [] for one in self.sheet.fields}, np.empty(0, dtype=object)), [], 0
            )
        for dbf in self.folder.glob("*.dbf"):
            dbf.with_suffix(".cpg").write_text(_CODE_PAGES[self.encoding], "ascii")
        if not self.cut:
            (self.folder / LONG_TEXTS_FILE).unlink()
        self._note()

    def _append(self, batch: Batch, keep: Any) -> None:
        columns = [
            self._texts(batch, name, column) if kind == "text" else column
            for name, kind, column in zip(
                self.layout.names, self.layout.kinds, self.layout.columns(batch), strict=True
            )
        ]
        self._cut(batch, columns, keep)
        geometry = batch.geometry if batch.geometry is not None else np.full(len(batch), None, dtype=object)
        kinds = shapely.get_type_id(geometry)
        taken = np.zeros(len(batch), dtype=bool)
        for number, (members, _, _) in enumerate(_PARTS):
            # Rows without a shape go with the areas, where a row is looked for first.
            mine = np.isin(kinds, list(members)) | ((number == 0) & (kinds == -1))
            taken |= mine
            if mine.any():
                self._write_rows(batch, columns, geometry, mine, number)
        self.collected += int((~taken).sum())

    def _write_rows(
        self, batch: Batch, columns: list[list[Any]], geometry: Geometries, mine: Any, part: int
    ) -> None:
        at = np.flatnonzero(mine).tolist()
        chosen = Batch([batch.keys[i] for i in at], {}, geometry[mine])
        self._write(chosen, [[column[i] for i in at] for column in columns], part)

    def _write(self, batch: Batch, columns: list[list[Any]], part: int) -> None:
        _, kind, tail = _PARTS[part]
        path = self.folder / f"{self.sheet.name}{tail}.shp"
        rows = record_batch(batch, columns or [[] for _ in self.layout.names], batch.geometry, self.schema)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                write_arrow(
                    pa.Table.from_batches([rows]),
                    path,
                    driver="ESRI Shapefile",
                    geometry_name=GEOMETRY,
                    geometry_type=kind,
                    crs=self.sheet.crs.to_wkt(),
                    encoding=_CODE_PAGES[self.encoding],
                    append=path.exists(),
                    layer_options={"2GB_LIMIT": "YES", "SPATIAL_INDEX": "NO"},
                )
        except (DataSourceError, DataLayerError, RuntimeError) as error:
            raise ExportRefused("The Shapefile could not be written", str(error), "Use gpkg.") from error

    def _texts(self, batch: Batch, name: str, column: list[Any]) -> list[Any]:
        texts = [as_text(value) for value in column]
        for key, text in zip(batch.keys, texts, strict=True):
            if text is not None and self.encoding != "utf-8":
                require_encodable(text, self.encoding, f"{key} · {name}")
        return texts

    def _cut(self, batch: Batch, columns: list[list[Any]], keep: Any) -> None:
        """Shorten what dBASE cannot hold, and keep the whole text beside it."""
        for name, kind, column in zip(self.layout.names, self.layout.kinds, columns, strict=True):
            if kind != "text":
                continue
            for at, text in enumerate(column):
                if text is None or len(text) * 4 <= MAX_BYTES:
                    continue
                body = text.encode(self.encoding)
                if len(body) > MAX_BYTES:
                    keep.writerow([batch.keys[at], name, guard(text)])
                    column[at] = body[:MAX_BYTES].decode(self.encoding, "ignore")
                    self.cut += 1

    def _note(self) -> None:
        notes = self.sheet.notes
        if self.cut:
            notes.append(
                Note(
                    "texts_cut",
                    f"{self.cut} 处文字超过 254 字节，Shapefile 中截短，全文见 {LONG_TEXTS_FILE}",
                    f"{self.cut} texts are longer than 254 bytes: cut in the Shapefile, whole in {LONG_TEXTS_FILE}",
                )
            )
        if self.collected:
            notes.append(
                Note(
                    "shapes_mixed",
                    f"{self.collected} 行的图形是混合集合，Shapefile 不能容纳，未写入",
                    f"{self.collected} rows with shapes of mixed kinds were left out: no Shapefile holds them",
                )
            )


def _write_key(path: Path, layout: Layout) -> None:
    """Write what the short names stand for."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["shapefile", "api", "heading", "unit"])
        for name, field in zip(layout.names, layout.fields, strict=True):
            writer.writerow([name, field.name, field.heading, field.unit or ""])


@contextmanager
def _long_texts(path: Path) -> Iterator[Any]:
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["key", "shapefile", "text"])
        yield writer
