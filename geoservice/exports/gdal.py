"""GeoPackage, FlatGeobuf and KML through GDAL, fed by an Arrow stream so that no file is ever held whole."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from pyogrio.errors import DataLayerError, DataSourceError
from pyogrio.raw import write_arrow

from geoservice.errors import GeoserviceError
from geoservice.exports.arrow import GEOMETRY, record_batches, schema_of
from geoservice.exports.errors import ExportRefused
from geoservice.exports.layout import Layout, ledger_layout, machine_layout
from geoservice.exports.sheet import Choices, Sheet


class GeoPackage:
    """OGC GeoPackage: every type, every reference system, opened by QGIS and ArcGIS alike."""

    name, title, suffix, media_type = "gpkg", "GeoPackage", ".gpkg", "application/geopackage+sqlite3"
    home: str | None = "EPSG:4490"
    ledger = False

    def write(self, sheet: Sheet, path: Path, choices: Choices) -> None:
        """Write one layer with its spatial index."""
        about = {"IDENTIFIER": sheet.title, "DESCRIPTION": sheet.source}
        write_gdal(sheet, machine_layout(sheet), path, "GPKG", layer_options=about)


class FlatGeobuf:
    """FlatGeobuf: one layer that can be read in part over HTTP, by its index of packed Hilbert R-tree."""

    name, title, suffix, media_type = "flatgeobuf", "FlatGeobuf", ".fgb", "application/flatgeobuf"
    home: str | None = "EPSG:4490"
    ledger = False

    def write(self, sheet: Sheet, path: Path, choices: Choices) -> None:
        """Write the layer; it has an index unless a row has no shape, which the index cannot hold."""
        if sheet.shapes is None:
            raise ExportRefused("FlatGeobuf holds shapes, and there are none", sheet.name, "Use csv or xlsx.")
        indexed = 0 < sheet.rows == sheet.placed
        options = {
            "SPATIAL_INDEX": "YES" if indexed else "NO",
            "TEMPORARY_DIR": str(path.parent),
            "TITLE": sheet.title,
            "DESCRIPTION": sheet.source,
        }
        write_gdal(sheet, machine_layout(sheet), path, "FlatGeobuf", layer_options=options)


class Kml:
    """KML: longitudes and latitudes for viewers, the attributes under Chinese headings."""

    name, title, suffix, media_type = "kml", "KML", ".kml", "application/vnd.google-earth.kml+xml"
    home: str | None = "OGC:CRS84"
    ledger = True
    only_home = True

    def write(self, sheet: Sheet, path: Path, choices: Choices) -> None:
        """Write one folder; a placemark's name is the row's."""
        layout = ledger_layout(sheet)
        named = next((n for n, one in zip(layout.names, sheet.fields, strict=True) if one.name == "name"), "")
        write_gdal(sheet, layout, path, "KML", dataset_options={"NameField": named} if named else {})


_FAILED: Final = "The file could not be written"


def write_gdal(sheet: Sheet, layout: Layout, path: Path, driver: str, **options: Any) -> None:
    """Stream a sheet into a file of a GDAL driver.

    Raises
    ------
    GeoserviceError
        What the rows themselves raised, or that GDAL could not write them.
    """
    failures: list[BaseException] = []
    schema = schema_of(layout, shapes=sheet.shapes is not None)
    stream = pa.RecordBatchReader.from_batches(schema, _watched(record_batches(sheet, layout), failures))
    try:
        with warnings.catch_warnings():
            # GDAL notes what a format cannot type; the table of formats says so in general.
            warnings.simplefilter("ignore")
            write_arrow(
                stream,
                path,
                layer=sheet.name,
                driver=driver,
                geometry_name=GEOMETRY if sheet.shapes else None,
                geometry_type=sheet.shapes,
                crs=sheet.crs.to_wkt() if sheet.shapes else None,
                **options,
            )
    except (DataSourceError, DataLayerError, RuntimeError, pa.ArrowException) as error:
        if failures and isinstance(failures[0], GeoserviceError):
            raise failures[0] from None
        raise ExportRefused(
            _FAILED, str(failures[0] if failures else error), "Use another format."
        ) from error


def _watched(batches: Iterator[pa.RecordBatch], failures: list[BaseException]) -> Iterator[pa.RecordBatch]:
    """Keep what a batch raises: an Arrow stream passes on only that it failed."""
    try:
        yield from batches
    except BaseException as error:
        failures.append(error)
        raise
