"""Programs that others wrote, against a running server: what they find, and what they asked for on the way."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pyogrio
import pytest
from owslib.ogcapi.features import Features

from tests.clients.conftest import FAR, Door
from tests.conftest import lacking

pytestmark = pytest.mark.clients
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BOX = (FAR[0], FAR[1], FAR[0] + 0.0079, FAR[1] + 0.0039)
"""Four columns and two rows of the further parcels."""


def run(*arguments: str, **environment: str) -> str:
    program = shutil.which(arguments[0])
    if program is None:
        lacking(f"{arguments[0]} is not installed")
    done = subprocess.run(
        [program, *arguments[1:]],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def questions(door: Door) -> list[dict[str, list[str]]]:
    found = door.asked("/parcels/items")
    # A client that holds an answer already is told so.
    assert {each["status"] for each in found} <= {200, 304}
    return [parse_qs(each["query"]) for each in found]


def test_gdal_opens_every_collection_and_pages_by_the_servers_links(door: Door, tmp_path: Path) -> None:
    listed = httpx.get(f"{door.base}/ogc/collections").json()["collections"]
    told = run("ogrinfo", "-ro", "-so", "-al", f"OAPIF:{door.base}/ogc")
    assert [line.split(": ")[1] for line in told.splitlines() if line.startswith("Layer name: ")] == [
        each["id"] for each in listed
    ]
    door.begin()
    target = tmp_path / "parcels.gpkg"
    run("ogr2ogr", str(target), f"OAPIF:{door.base}/ogc", "parcels", "-oo", "PAGE_SIZE=500")
    held = pyogrio.read_dataframe(target)
    assert len(held) == door.parcels and held["key"].is_unique
    # One look at the first feature for the columns, then pages by the opaque cursor of the links.
    pages = [asked for asked in questions(door) if asked.get("limit") == ["500"]]
    assert len(pages) >= 3 and sum("cursor" in asked for asked in pages) == 2


def test_gdal_sends_boxes_and_filters_to_the_server(door: Door) -> None:
    address = f"OAPIF:{door.base}/ogc"
    door.begin()
    near = pyogrio.read_dataframe(address, layer="parcels", bbox=BOX)
    assert len(near) == 8
    assert any("bbox" in asked for asked in questions(door))
    door.begin()
    found = pyogrio.read_dataframe(address, layer="parcels", where="use_code = '100102' AND area_m2 > 1")
    assert len(found) == 600
    asked = questions(door)[-1]
    assert "use_code" in asked.get("filter", [""])[0] or asked.get("use_code") == ["100102"]


def test_owslib_reads_documents_and_features(door: Door) -> None:
    client = Features(f"{door.base}/ogc/")
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in client.conformance()["conformsTo"]
    assert "parcels" in client.feature_collections()
    assert "use_code" in client.collection_queryables("parcels")["properties"]
    door.begin()
    found = client.collection_items("parcels", bbox=list(BOX), limit=3)
    assert (found["numberMatched"], found["numberReturned"]) == (8, 3)
    equal: dict[str, Any] = {"op": "=", "args": [{"property": "use_code"}, "100102"]}
    assert client.collection_items("parcels", cql=equal, limit=1)["numberMatched"] == 600
    assert [each["method"] for each in door.asked("/parcels/items")] == ["GET", "POST"]
    key = found["features"][0]["id"]
    assert client.collection_item("parcels", key)["id"] == key


def test_ogc_client_reads_collections_queryables_and_features(door: Door) -> None:
    if not (ROOT / "node_modules/@camptocamp/ogc-client").is_dir():
        lacking("@camptocamp/ogc-client is not installed: npm ci")
    told = json.loads(run("node", str(HERE / "reads.mjs"), f"{door.base}/ogc"))
    assert told["features"] and {"parcels", "availability", "projects"} <= set(told["collections"])
    assert {"parcels", "availability"} <= set(told["tiles"])
    assert "use_code" in told["queryables"] and len(told["keys"]) == 5


def test_qgis_pages_narrows_and_draws(door: Door, tmp_path: Path) -> None:
    """Read with the QGIS of Debian 12 (3.22), which sends boxes but evaluates expressions itself."""
    system = "/usr/bin/python3"
    probe = subprocess.run([system, "-c", "import qgis.core"], capture_output=True, check=False)
    if probe.returncode != 0:
        lacking("python3-qgis is not installed")
    door.begin()
    told = run(
        system,
        str(HERE / "qgis_reads.py"),
        door.base,
        "parcels",
        "use_code = '100102'",
        *map(str, BOX),
        QT_QPA_PLATFORM="offscreen",
        HOME=str(tmp_path),
        XDG_RUNTIME_DIR=str(tmp_path),
        PYTHONPATH="",
    )
    seen = json.loads(next(line for line in told.splitlines() if line.startswith("ANSWER "))[7:])
    assert seen["valid"] and seen["count"] == door.parcels
    assert len(seen["all"]) == len(set(seen["all"])) == door.parcels
    assert len(seen["keys"]) == 8 and len(seen["filtered"]) == 600
    assert seen["tiles"] and seen["drawn"]
    asked = questions(door)
    assert any(each.get("limit") == ["1000"] and "cursor" in each for each in asked)
    assert any("bbox" in each for each in asked)
    tiles = [each for each in door.asked() if "/tiles/WebMercatorQuad/" in each["path"]]
    assert tiles and {each["status"] for each in tiles} <= {200, 204}


def test_what_newer_qgis_sends_filters_on_the_server(door: Door) -> None:
    """Send expressions as QGIS 3.32 and later compiles them (qgsoapifcql2textexpressioncompiler.cpp)."""
    claimed = httpx.get(f"{door.base}/ogc/conformance").json()["conformsTo"]
    assert any(name.endswith("/conf/basic-spatial-operators") for name in claimed)
    west, south, east, north = BOX
    # In EPSG:4490, the system of storage that the layer takes, latitude stands first.
    box = f'S_INTERSECTS("geometry",BBOX({south},{west},{north},{east}))'
    asked = {
        "limit": "1000",
        "filter": f"((\"use_code\" = '100102') AND {box})",
        "filter-lang": "cql2-text",
        "filter-crs": "http://www.opengis.net/def/crs/EPSG/0/4490",
        "crs": "http://www.opengis.net/def/crs/EPSG/0/4490",
    }
    answer = httpx.get(f"{door.base}/ogc/collections/parcels/items", params=asked)
    assert answer.status_code == 200, answer.text
    assert answer.json()["numberMatched"] == 4


def test_what_newer_qgis_sends_edits_a_feature(door: Door) -> None:
    """Send what QGIS 3.32 and later sends; the QGIS of Debian 12 (3.22) reads only.

    Taken from its source, src/providers/wfs/oapif: OPTIONS on items and on one feature decide what the
    layer offers, attributes and shapes go as PATCH of application/merge-patch+json without If-Match, and
    Content-Crs is sent where the layer is not in CRS84, coordinates turned as its authority says.
    """
    items = f"{door.base}/ogc/collections/parcels/items"
    with httpx.Client(headers={"Authorization": f"Bearer {door.token}"}) as client:
        feature = client.get(items, params={"limit": 1}).json()["features"][0]
        one = f"{items}/{feature['id']}"
        assert {"POST"} <= set(client.options(items).headers["allow"].split(", "))
        assert {"PUT", "PATCH", "DELETE"} <= set(client.options(one).headers["allow"].split(", "))
        kind = {"Content-Type": "application/merge-patch+json"}
        sent = client.patch(one, headers=kind, content=json.dumps({"properties": {"note": "由 QGIS 改"}}))
        assert sent.status_code == 200, sent.text
        turned = [[[[y, x] for x, y in ring] for ring in part] for part in feature["geometry"]["coordinates"]]
        turned[0][0][0][0] -= 0.0001
        turned[0][0][-1][0] -= 0.0001
        shape = {"geometry": {"type": "MultiPolygon", "coordinates": turned}}
        crs = {"Content-Crs": "http://www.opengis.net/def/crs/EPSG/0/4490"}
        sent = client.patch(one, headers=kind | crs, content=json.dumps(shape))
        assert sent.status_code == 200, sent.text
        held = client.get(one).json()
        assert held["properties"]["note"] == "由 QGIS 改"
        assert held["geometry"] != feature["geometry"]
