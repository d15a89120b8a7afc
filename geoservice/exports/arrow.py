"""Batches as Arrow record batches: the road into GDAL and Parquet, one batch in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa
import shapely

from geoservice.exports.fields import Kind
from geoservice.exports.layout import Layout
from geoservice.exports.sheet import Batch, Sheet
from geoservice.geo.arrays import Geometries

GEOMETRY: Final = "geometry"
_WKB: Final = {b"ARROW:extension:name": b"geoarrow.wkb"}
_TYPES: Final[dict[Kind, pa.DataType]] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "flag": pa.bool_(),
    "day": pa.date32(),
    "instant": pa.timestamp("ms", tz="UTC"),
    "document": pa.string(),
}


def schema_of(layout: Layout, *, shapes: bool) -> pa.Schema:
    """Return the Arrow schema of a layout, the geometry as WKB at the end."""
    columns = [pa.field(name, _TYPES[kind]) for name, kind in zip(layout.names, layout.kinds, strict=True)]
    return pa.schema([*columns, pa.field(GEOMETRY, pa.binary(), metadata=_WKB)] if shapes else columns)


def record_batches(sheet: Sheet, layout: Layout) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a sheet."""
    schema = schema_of(layout, shapes=sheet.shapes is not None)
    for batch in sheet.read():
        yield record_batch(batch, layout.columns(batch), batch.geometry, schema)


def record_batch(
    batch: Batch, columns: list[list[Any]], geometry: Geometries | None, schema: pa.Schema
) -> pa.RecordBatch:
    """Return one batch under a schema."""
    arrays = [pa.array(values, type=schema.field(n).type) for n, values in enumerate(columns)]
    if geometry is not None:
        arrays.append(pa.array(shapely.to_wkb(geometry), type=pa.binary()))
    return pa.record_batch(arrays, schema=schema)
