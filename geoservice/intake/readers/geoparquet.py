"""GeoParquet (1.0 and 1.1), and plain Parquet tables."""

from __future__ import annotations

import json
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geoservice.geo.arrays import Geometries
from geoservice.intake.errors import refuse
from geoservice.intake.readers.ogr import ordinals, parse_wkb
from geoservice.intake.readers.protocol import Source
from geoservice.intake.readers.zipped import MAX_BYTES
from geoservice.intake.table import RawTable, ReadOptions

_MAGIC: Final = b"PAR1"


class GeoParquet:
    """A Parquet file; the column of shapes, its encoding and CRS are named in its metadata."""

    format = "GeoParquet"

    def recognises(self, source: Source) -> bool:
        """Tell by the magic bytes."""
        return source.head.startswith(_MAGIC)

    def layers(self, source: Source) -> list[str]:
        """Return the one table.

        Raises
        ------
        IntakeRefused
            It would unpack to more than the service takes in.
        """
        meta = pq.read_metadata(source.path)
        size = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
        if size > MAX_BYTES:
            raise refuse(
                "archive_refused",
                value=source.name,
                reason="解压后过大",
                reason_en="it would unpack to too much",
            )
        return [source.path.stem]

    def read(self, source: Source, layer: str, options: ReadOptions) -> RawTable:
        """Return the table; a nested column is JSON text."""
        table = pq.read_table(source.path)
        said = _metadata(table)
        shape, shapes, unreadable, crs, evidence = _shape(table, said)
        covering = _coverings(said)
        columns = [n for n in table.column_names if n != shape and n not in covering]
        values = pd.DataFrame({name: _cells(table.column(name)) for name in columns}, dtype=object)
        return RawTable(
            name=layer,
            format=self.format if said else "Parquet",
            values=values.reindex(range(table.num_rows)),
            rows=ordinals(table.num_rows),
            geometry=shapes,
            unreadable=unreadable,
            crs=crs,
            crs_evidence=evidence,
            encoding="UTF-8",
            encoding_evidence="Parquet 规定",
        )


def _metadata(table: pa.Table) -> dict[str, Any]:
    text = (table.schema.metadata or {}).get(b"geo")
    said = json.loads(text) if text else {}
    return said if isinstance(said, dict) and isinstance(said.get("columns"), dict) else {}


def _shape(
    table: pa.Table, said: dict[str, Any]
) -> tuple[str | None, Geometries | None, dict[int, str], str | None, str]:
    name = said.get("primary_column")
    column = said["columns"].get(name) if said else None
    if not isinstance(name, str) or not isinstance(column, dict) or name not in table.column_names:
        return None, None, {}, None, ""
    if str(column.get("encoding", "")).upper() == "WKB":
        shapes, unreadable = parse_wkb(np.array(table.column(name).to_pylist(), dtype=object))
    else:
        shapes, unreadable = _native(table, name), {}
    return name, shapes, unreadable, *_crs(column)


def _native(table: pa.Table, name: str) -> Geometries:
    """Return shapes of GeoArrow's own encodings (GeoParquet 1.1), which GeoPandas knows to read."""
    from geopandas.io._geoarrow import construct_shapely_array

    column = table.column(name).combine_chunks()
    kind = json.loads(table.schema.metadata[b"geo"])["columns"][name]["encoding"]
    shapes: Geometries = construct_shapely_array(column, f"geoarrow.{kind}")
    return shapes


def _crs(column: dict[str, Any]) -> tuple[str | None, str]:
    if "crs" not in column:
        return "OGC:CRS84", "GeoParquet 规定（未写 crs）"
    crs = column["crs"]
    if crs is None:
        return None, ""
    return (crs if isinstance(crs, str) else json.dumps(crs)), "文件元数据的 crs"


def _coverings(said: dict[str, Any]) -> set[str]:
    """Return the columns of bounding boxes (GeoParquet 1.1, covering), which are no attributes."""
    found = set()
    for column in (said.get("columns") or {}).values():
        box = (column.get("covering") or {}).get("bbox") or {}
        found |= {path[0] for path in box.values() if isinstance(path, list) and path}
    return found


def _cells(column: pa.ChunkedArray) -> list[Any]:
    return [_cell(value) for value in column.to_pylist()]


def _cell(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return "、".join(value)
    return (
        json.dumps(value, ensure_ascii=False, default=str)
        if isinstance(value, (dict, list, tuple))
        else value
    )
