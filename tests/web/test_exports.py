"""Collections as files over HTTP: the same rows and fields as in pages, by ``f`` or ``Accept``, audited and limited."""

from __future__ import annotations

import io
import json
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import unquote

import openpyxl
import pyarrow.parquet as pq
import pyogrio
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from geoservice.access.policy import read_policy
from geoservice.access.principals import Principal, Scope
from geoservice.exports.formats import FORMATS
from geoservice.model import audit
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.web.exporting import BULK
from tests.fixtures.city import number_of
from tests.fixtures.services import Filled
from tests.web.conftest import As, reader

COLLECTIONS = ("parks", "zones", "parcels", "projects", "availability", "demolition", "layers")
NEVER = {"demolition": {"extra"}}


def audited(filled: Filled) -> list[Any]:
    with filled.service.database.read() as connection:
        return list(
            connection.execute(select(audit).where(audit.c.action.like("export %")).order_by(audit.c.id))
        )


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_every_role_gets_the_rows_and_fields_of_its_pages(as_role: As, role: str) -> None:
    """GeoParquet and sequences stand for all forms, which are written from the same batches."""
    one = as_role(role)
    for collection in COLLECTIONS:
        pages = {feature["id"]: feature for feature in one.features(f"/v1/{collection}")}
        answer = one.get(f"/v1/{collection}", params={"f": "parquet"})
        assert answer.status_code == 200, answer.text
        table = pq.read_table(io.BytesIO(answer.content)).to_pydict()
        shown = set(next(iter(pages.values()))["properties"])
        assert set(table) - {"geometry", "bbox"} == shown - {"search"} - NEVER.get(collection, set())
        assert sorted(table["key"]) == sorted(pages)
        lines = one.get(f"/v1/{collection}", params={"f": "geojsonseq"}).content.split(b"\x1e")[1:]
        for feature in map(json.loads, lines):
            served = pages[feature["id"]]["properties"]
            for name, value in feature["properties"].items():
                if name not in ("reasons", "available_from"):
                    assert value == served[name], (collection, name)


def test_a_scope_holds_for_files(as_role: As, standing: Filled) -> None:
    east = standing.built.zones["东城区"]
    one = as_role("expropriation", Scope(ScopeKind.DISTRICT, east))
    table = pq.read_table(io.BytesIO(one.get("/v1/parcels", params={"f": "parquet"}).content)).to_pydict()
    assert set(table["district"]) == {east}


def test_hidden_fields_and_filters_are_refused_in_every_form(as_role: As) -> None:
    everybody = as_role("public")
    for name in BULK:
        for params in ({"fields": "key,mortgaged"}, {"state": "clear"}):
            answer = everybody.get("/v1/parcels", params={"f": name, **params})
            assert answer.status_code == 403, (name, params)
    assert everybody.get("/v1/parcels", params={"f": "csv", "fields": "nope"}).status_code == 400


def test_filters_and_dates_are_those_of_pages(as_role: As) -> None:
    land = as_role("land")
    for params in (
        {"state": "clear"},
        {"q": "1号地"},
        {"bbox": "119.5,33.2,119.503,33.203"},
        {"datetime": "1999-01-01"},
    ):
        expected = len(land.features("/v1/parcels", **params))
        answer = land.get("/v1/parcels", params={"f": "gpkg", **params})
        assert int(answer.headers["export-rows"]) == expected


def test_the_answer_is_a_download_with_a_chinese_name(as_role: As, tmp_path: Path) -> None:
    answer = as_role("land").get("/v1/parcels", params={"f": "gpkg", "crs": "EPSG:4528"})
    assert answer.headers["content-type"] == "application/geopackage+sqlite3"
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="parcels_')
    assert unquote(disposition.split("filename*=UTF-8''")[1]).startswith("宗地_")
    assert answer.headers["cache-control"].startswith("private")
    path = tmp_path / "parcels.gpkg"
    path.write_bytes(answer.content)
    assert pyogrio.read_info(path)["crs"] == "EPSG:4528"


def test_accept_decides_where_f_does_not(as_role: As) -> None:
    land = as_role("land")
    sheet = FORMATS["xlsx"].media_type
    answer = land.get("/v1/parks", headers={"Accept": f"{sheet};q=0.9, text/html;q=0.1"})
    assert answer.headers["content-type"] == sheet
    assert "Accept" in answer.headers["vary"]
    for accept in (
        "*/*",
        "text/html,application/xhtml+xml,*/*;q=0.8",
        f"application/geo+json, {sheet};q=0.5",
    ):
        answer = land.get("/v1/parks", headers={"Accept": accept})
        assert answer.headers["content-type"] == "application/geo+json"


def test_what_cannot_be_asked_of_a_file_is_said(as_role: As) -> None:
    land = as_role("land")
    for params, status in (
        ({"f": "dwg"}, 400),
        ({"f": "csv", "limit": "10"}, 400),
        ({"f": "csv", "crs": "EPSG:1"}, 400),
        ({"f": "csv", "crs": "EPSG:2364"}, 400),
        ({"f": "kml", "crs": "EPSG:4528"}, 400),
        ({"f": "shapefile", "encoding": "gb18030"}, 400),
        ({"f": "csv", "colour": "red"}, 400),
    ):
        answer = land.get("/v1/parcels", params=params)
        assert answer.status_code == status, params
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["remedy"]
    assert land.get("/v1/demolition", params={"by": "park", "f": "gpkg"}).status_code == 400
    assert land.get("/v1/layers", params={"f": "shapefile"}).status_code == 400


def test_layers_are_handed_over_feature_by_feature(as_role: As) -> None:
    answer = as_role("land").get("/v1/layers/JBNT/features", params={"f": "geojsonseq"})
    assert [json.loads(line)["properties"]["layer"] for line in answer.content.split(b"\x1e")[1:]] == ["JBNT"]


def test_who_holds_the_file_is_not_sent_it_again(as_role: As) -> None:
    land = as_role("land")
    etag = land.get("/v1/parks", params={"f": "csv"}).headers["etag"]
    again = land.get("/v1/parks", params={"f": "csv"}, headers={"If-None-Match": etag})
    assert again.status_code == 304
    other = land.get("/v1/parks", params={"f": "xlsx"}, headers={"If-None-Match": etag})
    assert other.status_code == 200


def test_every_file_stands_in_the_audit_log(own: TestClient, city: Filled) -> None:
    one = reader(own, city, Role.LAND)
    one.get("/v1/parcels", params={"f": "csv", "state": "clear", "crs": "EPSG:4528", "fields": "key,name"})
    entry = audited(city)[-1]
    said = json.loads(entry.reason)
    assert entry.actor == "land-city"
    assert entry.action == "export parcels as csv"
    assert said["rows"] == 5
    assert said["role"] == "land"
    assert said["filters"] == {"equal": {"state": ["clear"]}}
    assert said["fields"] == ["key", "name"]
    assert "zone 40" in said["crs"]
    before = len(audited(city))
    assert one.get("/v1/parcels", params={"f": "csv", "fields": "nope"}).status_code == 400
    assert len(audited(city)) == before, "what was refused was not handed over"


def test_the_permission_is_the_policys(own: TestClient, city: Filled) -> None:
    policy = read_policy()
    assert all(policy.allows(Principal("x", role), "exports:read") for role in Role)


def test_too_many_at_once_come_again(own: TestClient) -> None:
    own.app.state.exports = BoundedSemaphore(1)  # type: ignore[attr-defined]
    own.app.state.exports.acquire()  # type: ignore[attr-defined]
    answer = own.get("/v1/parks", params={"f": "csv"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    own.app.state.exports.release()  # type: ignore[attr-defined]
    assert own.get("/v1/parks", params={"f": "csv"}).status_code == 200


def test_nothing_is_left_in_the_folder_for_temporary_files(
    as_role: As, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for name in BULK:
        assert as_role("land").get("/v1/parcels", params={"f": name}).status_code == 200
    assert as_role("land").get("/v1/parcels", params={"f": "csv", "crs": "EPSG:2364"}).status_code == 400
    assert list(tmp_path.iterdir()) == []


def test_the_workbook_is_one_an_office_can_hand_on(as_role: As) -> None:
    answer = as_role("land").get("/v1/parcels", params={"f": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "宗地台账"
    assert "数据日期" in rows[1][0]
    assert rows[2][0] == "地块编号"
    assert rows[3][0] == number_of(0, 0)
    assert sheet.freeze_panes == "A4"
    assert rows[-1][0] == "合计 30 宗"
    with_total = rows[2].index("图形面积（平方米）")
    assert rows[-1][with_total] == pytest.approx(sum(row[with_total] for row in rows[3:-1]))


def test_the_counter_of_revisions_is_not_moved_by_reading(own: TestClient, city: Filled) -> None:
    one = reader(own, city, Role.LAND)
    etag = one.get("/v1/parcels").headers["etag"]
    one.get("/v1/parcels", params={"f": "csv"})
    assert one.get("/v1/parcels").headers["etag"] == etag
    with city.service.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(audit)) > 0
