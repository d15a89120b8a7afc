"""The open door hands whole collections over: by ``f``, by ``Accept``, by links, with the filters of items."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pyogrio

from geoservice.web.exporting import BULK
from tests.web.conftest import As

ITEMS = "/ogc/collections/parcels/items"


def test_every_collection_links_to_its_files_and_every_link_answers(as_role: As) -> None:
    land = as_role("land")
    for name in ("parcels", "projects", "layers", "layer-JBNT"):
        links = land.get(f"/ogc/collections/{name}", params={"f": "json"}).json()["links"]
        files = {link["href"].split("f=")[1]: link for link in links if link["rel"] == "enclosure"}
        assert set(files) == set(BULK) - (
            {"shapefile", "flatgeobuf", "kml", "txt"} if name == "layers" else set()
        )
        for link in files.values():
            answer = land.get(link["href"].removeprefix("http://testserver"))
            assert answer.status_code == 200, (link, answer.text[:300])
            assert answer.headers["content-type"].split(";")[0] == link["type"]
            assert answer.headers["content-disposition"].startswith("attachment;")


def test_filters_order_fields_and_system_are_those_of_items(as_role: As, tmp_path: Path) -> None:
    land = as_role("land")
    asked = {
        "filter": "state = 'clear' AND area_m2 > 1",
        "sortby": "-parcel_number",
        "properties": "key,parcel_number",
    }
    expected = [f["properties"]["parcel_number"] for f in land.get(ITEMS, params=asked).json()["features"]]
    table = pq.read_table(io.BytesIO(land.get(ITEMS, params={**asked, "f": "parquet"}).content)).to_pydict()
    assert table["parcel_number"] == expected
    assert expected
    assert set(table) == {"key", "parcel_number", "geometry", "bbox"}
    zone = "http://www.opengis.net/def/crs/EPSG/0/4528"
    answer = land.get(ITEMS, params={**asked, "f": "flatgeobuf", "crs": zone})
    assert "content-crs" not in answer.headers, "a file says its own system, east first"
    path = tmp_path / "parcels.fgb"
    path.write_bytes(answer.content)
    assert pyogrio.read_info(path)["crs"] == "EPSG:4528"
    assert pyogrio.read_bounds(path)[1][0].min() > 40_000_000
    plain = land.get(ITEMS, params={**asked, "f": "csv", "skipGeometry": "true"}).text
    assert plain.lstrip("\ufeff").splitlines()[0] == "key,parcel_number"


def test_what_is_hidden_stays_hidden_in_every_form(as_role: As) -> None:
    everybody = as_role("public")
    for name in BULK:
        for asked in ({"properties": "mortgaged"}, {"filter": "mortgaged = true"}, {"sortby": "note"}):
            assert everybody.get(ITEMS, params={"f": name, **asked}).status_code == 403, (name, asked)


def test_a_page_of_a_file_is_refused_and_accept_decides(as_role: As) -> None:
    land = as_role("land")
    assert land.get(ITEMS, params={"f": "csv", "limit": "5"}).status_code == 400
    assert (
        land.get(ITEMS, params={"f": "kml", "crs": "http://www.opengis.net/def/crs/EPSG/0/4490"}).status_code
        == 400
    )
    answer = land.get(ITEMS, headers={"Accept": "application/geo+json-seq"})
    assert answer.headers["content-type"] == "application/geo+json-seq"
    first = json.loads(answer.content.split(b"\x1e")[1])
    assert abs(first["geometry"]["coordinates"][0][0][0][0] - 119.5) < 1


def test_the_description_names_the_forms(as_role: As) -> None:
    document = as_role("land").get("/ogc/api", params={"f": "json"}).json()
    operation = document["paths"]["/collections/parcels/items"]["get"]
    form = next(p for p in operation["parameters"] if p.get("name") == "f")
    assert set(BULK) <= set(form["schema"]["enum"])
    assert {"text/csv", "application/flatgeobuf"} <= set(operation["responses"]["200"]["content"])
