"""GeoParquet 1.1: columns with their types, WKB, the reference system as PROJJSON, and a box for every row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from geoservice import __version__
from geoservice.exports.arrow import GEOMETRY, record_batch, schema_of
from geoservice.exports.layout import machine_layout
from geoservice.exports.sheet import Choices, Sheet
from geoservice.geo.arrays import Geometries

_EDGES: Final = ("xmin", "ymin", "xmax", "ymax")
_BOX: Final = pa.struct([pa.field(edge, pa.float64()) for edge in _EDGES])
# GEOS type numbers; GeoParquet names types as OGC Simple Features does.
_NAMES: Final = {
    0: "Point",
    1: "LineString",
    2: "LinearRing",
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
    7: "GeometryCollection",
}


class GeoParquet:
    """A Parquet file after GeoParquet 1.1.0, with the ``bbox`` covering by which readers skip row groups."""

    name, title, suffix, media_type = "parquet", "GeoParquet", ".parquet", "application/vnd.apache.parquet"
    home: str | None = "EPSG:4490"
    ledger = False

    def write(self, sheet: Sheet, path: Path, choices: Choices) -> None:
        """Write a row group per batch; what only the last row tells stands in the footer."""
        layout = machine_layout(sheet)
        schema = schema_of(layout, shapes=sheet.shapes is not None)
        if sheet.shapes is not None:
            schema = schema.append(pa.field("bbox", _BOX))
        schema = schema.remove_metadata()
        seen = _Seen()
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for batch in sheet.read():
                rows = record_batch(batch, layout.columns(batch), batch.geometry, _without_box(schema))
                if batch.geometry is not None:
                    boxes = seen.look(batch.geometry)
                    rows = pa.record_batch([*rows.columns, boxes], schema=schema)
                writer.write_batch(rows)
            about = {
                "geoservice": json.dumps({"version": __version__, "source": sheet.source}, ensure_ascii=False)
            }
            if sheet.shapes is not None:
                about["geo"] = json.dumps(seen.document(sheet), ensure_ascii=False)
            writer.add_key_value_metadata(about)


def _without_box(schema: pa.Schema) -> pa.Schema:
    at = schema.get_field_index("bbox")
    return schema if at < 0 else schema.remove(at)


class _Seen:
    """What was met on the way: kinds of shapes, and the box around them all."""

    def __init__(self) -> None:
        self.kinds: set[int] = set()
        self.bounds = np.full(4, np.nan)

    def look(self, geometry: Geometries) -> pa.Array:
        """Return the box of each row, and remember."""
        self.kinds |= set(shapely.get_type_id(geometry).tolist()) - {-1}
        bounds = shapely.bounds(geometry)
        found = ~np.isnan(bounds[:, 0])
        if found.any():
            here = np.r_[bounds[found, :2].min(axis=0), bounds[found, 2:].max(axis=0)]
            self.bounds[:2] = np.fmin(self.bounds[:2], here[:2])
            self.bounds[2:] = np.fmax(self.bounds[2:], here[2:])
        edges = [pa.array(bounds[:, n], type=pa.float64()) for n in range(4)]
        return pa.StructArray.from_arrays(edges, fields=list(_BOX), mask=pa.array(~found))

    def document(self, sheet: Sheet) -> dict[str, Any]:
        """Return the file's ``geo`` metadata."""
        column: dict[str, Any] = {
            "encoding": "WKB",
            "geometry_types": sorted(_NAMES[kind] for kind in self.kinds),
            "crs": sheet.crs.to_json_dict(),
            "covering": {"bbox": {edge: ["bbox", edge] for edge in _EDGES}},
        }
        if not np.isnan(self.bounds).any():
            column["bbox"] = self.bounds.tolist()
        return {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
