"""Every format holds the rows and fields that the API shows, in the system that was asked for."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import geopandas as gpd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from pyproj import CRS

from geoservice.access.principals import ANONYMOUS, Principal
from geoservice.errors import Forbidden, InvalidInput
from geoservice.exports.errors import ExportRefused
from geoservice.exports.formats import FORMATS
from geoservice.geo.crs import from_stored
from geoservice.model.vocabulary import Role
from geoservice.registry import features
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.features import FeatureQuery
from geoservice.registry.moment import Moment
from tests.exports.conftest import Write
from tests.fixtures.services import Filled

GDAL = ["gpkg", "geojson", "geojsonseq", "flatgeobuf", "shapefile", "kml"]


def served(filled: Filled, name: str, principal: Principal) -> list[dict[str, Any]]:
    view = filled.service.policy.view(principal, name)
    query = FeatureQuery(COLLECTIONS[name], Moment.today(), principal, view)
    with filled.service.database.read() as connection:
        return [f for page in features.pages(connection, query) for f in json.loads(f"[{page.features}]")]


def read(path: Any, name: str) -> gpd.GeoDataFrame:
    frame = gpd.read_parquet(path) if name == "parquet" else pyogrio.read_dataframe(path)
    assert isinstance(frame, gpd.GeoDataFrame)
    return frame


@pytest.mark.parametrize("name", ["gpkg", "geojson", "flatgeobuf", "parquet"])
@pytest.mark.parametrize("principal", [ANONYMOUS, Principal("l", Role.LAND)], ids=["public", "land"])
def test_a_file_holds_what_the_pages_hold(
    standing: Filled, write: Write, name: str, principal: Principal
) -> None:
    for collection in ("parcels", "projects", "availability", "demolition"):
        expected = served(standing, collection, principal)
        file = write(collection, name, principal=principal)
        frame = read(file.path, name).sort_values("key")
        assert frame["key"].tolist() == [feature["id"] for feature in expected]
        assert file.done.rows == len(expected)
        shown = (
            set(expected[0]["properties"]) - {"search"} - ({"extra"} if collection == "demolition" else set())
        )
        assert set(frame.columns) - {"id", "bbox", "geometry"} == shown
        for feature, shape in zip(expected, frame.geometry, strict=True):
            if feature["geometry"] is None:
                assert shape is None
            else:
                assert shapely.geometry.shape(feature["geometry"]).hausdorff_distance(shape) < 1e-7


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("crs", ["EPSG:4528", "EPSG:4549", "EPSG:4490", "EPSG:3857", "EPSG:4498"])
def test_the_wanted_system_is_written_and_declared(write: Write, name: str, crs: str) -> None:
    only = {"kml": "OGC:CRS84", "geojsonseq": "OGC:CRS84"}
    if name in only or (name == "txt" and crs in ("EPSG:4490", "EPSG:3857")):
        with pytest.raises(ExportRefused):
            write("parcels", name, crs=crs)
        return
    file = write("parcels", name, crs=crs, fields=["key", "name"], wkt=True, encoding="utf-8")
    if name in ("csv", "xlsx", "txt"):
        return  # no place to declare it; the coordinates are tested by reading them again
    frame = read(file.path, name)
    frame = frame.sort_values("KEY" if name == "shapefile" else "key")
    assert frame.crs.to_epsg() == int(crs[5:]) or CRS(frame.crs).equals(CRS(crs), ignore_axis_order=True)
    original = read(write("parcels", "gpkg", fields=["key"]).path, "gpkg")
    there = from_stored(original.geometry.to_numpy(), crs)
    assert max(a.hausdorff_distance(b) for a, b in zip(there, frame.geometry, strict=True)) < 1e-4


def test_unknown_and_hidden_fields_are_refused(write: Write) -> None:
    with pytest.raises(Forbidden, match="fields"):
        write("parcels", "csv", principal=ANONYMOUS, fields=["key", "mortgaged"])
    with pytest.raises(InvalidInput, match="no such fields"):
        write("parcels", "csv", fields=["key", "colour"])
    with pytest.raises(InvalidInput, match="twice"):
        write("parcels", "csv", fields=["key", "key"])
    with pytest.raises(Forbidden):
        write("demolition", "csv", fields=["key", "extra"])


def test_fields_come_in_the_order_in_which_they_are_asked_for(write: Write) -> None:
    text = write("parcels", "csv", fields=["name", "key"], wkt=False).path.read_text("utf-8-sig")
    assert next(csv.reader(io.StringIO(text))) == ["name", "key"]


def test_geoparquet_is_of_version_1_1_with_a_box_for_every_row(write: Write) -> None:
    for crs in (None, "EPSG:4528"):
        file = pq.ParquetFile(write("projects", "parquet", crs=crs).path)
        about = json.loads(file.metadata.metadata[b"geo"])
        column = about["columns"]["geometry"]
        assert about["version"] == "1.1.0"
        assert about["primary_column"] == "geometry"
        assert column["covering"]["bbox"]["xmax"] == ["bbox", "xmax"]
        assert CRS.from_json_dict(column["crs"]).to_epsg() == (4490 if crs is None else 4528)
        assert set(column["geometry_types"]) <= {"MultiPolygon", "Polygon", "Point"}
        table = file.read().to_pydict()
        for wkb, box in zip(table["geometry"], table["bbox"], strict=True):
            assert (wkb is None) == (box is None)
            if wkb is not None:
                assert shapely.from_wkb(wkb).bounds == (box["xmin"], box["ymin"], box["xmax"], box["ymax"])


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_found_is_a_file_without_rows(write: Write, name: str) -> None:
    nothing = Moment(Moment.today().day.replace(year=1999))
    if name == "txt":
        with pytest.raises(ExportRefused, match="no shape"):
            write("parcels", name, moment=nothing)
        return
    file = write("parcels", name, moment=nothing)
    assert file.done.rows == 0
    assert name == "geojsonseq" or file.path.stat().st_size > 0
    if name in ("gpkg", "flatgeobuf", "parquet", "geojson"):
        assert len(read(file.path, name)) == 0


def test_a_shapefile_says_its_encoding_and_what_its_names_mean(write: Write) -> None:
    for encoding, said in (("utf-8", "UTF-8"), ("gbk", "GBK")):
        file = write("parcels", "shapefile", encoding=encoding)
        with zipfile.ZipFile(file.path) as archive:
            assert set(archive.namelist()) == {
                "fields.csv", "parcels.cpg", "parcels.dbf", "parcels.prj", "parcels.shp", "parcels.shx",
            }  # fmt: skip
            assert archive.read("parcels.cpg").decode() == said
            names = list(csv.DictReader(io.StringIO(archive.read("fields.csv").decode("utf-8-sig"))))
        frame = read(file.path, "shapefile")
        assert [row["shapefile"] for row in names] == [c for c in frame.columns if c != "geometry"]
        assert all(len(c.encode()) <= 10 for c in frame.columns if c != "geometry")
        assert {row["api"] for row in names} >= {"parcel_number", "certified_area_m2"}


def test_shapes_of_several_kinds_go_into_files_of_their_own(write: Write) -> None:
    with zipfile.ZipFile(write("projects", "shapefile").path) as archive:
        assert {name for name in archive.namelist() if name.endswith(".shp")} <= {
            "projects.shp", "projects_line.shp", "projects_point.shp",
        }  # fmt: skip


def test_what_has_no_shape_at_all_is_for_tables(write: Write) -> None:
    for name in ("shapefile", "flatgeobuf"):
        with pytest.raises(ExportRefused, match="holds shapes"):
            write("layers", name)
    for name in ("csv", "xlsx", "gpkg", "parquet", "geojson"):
        assert write("layers", name).done.rows == 2
