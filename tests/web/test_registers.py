"""Registers of land and projects: counted by hand, one question in every form, nobody sees more than the policy."""

from __future__ import annotations

import csv
import io
from typing import Any

import pandas as pd
import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from geoservice.access.principals import Scope
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.registry.put import put
from geoservice.reporting.registers import REGISTERS
from tests.fixtures.city import ago, ahead, number_of
from tests.fixtures.services import Filled
from tests.web.conftest import Reader, reader

FOUR = [number_of(column, row) for column, row in ((0, 0), (1, 0), (2, 0), (3, 0))]


@pytest.fixture
def land(own: TestClient, city: Filled) -> Reader:
    """Return the land bureau's client of a city with registers in it."""
    parcels = city.built.parcels
    with city.service.work().begin("tester", "registers") as unit:
        batches = pd.DataFrame(
            [
                {
                    "batch_number": "P1",
                    "document_number": "批〔1〕",
                    "approved_on": ago(900),
                    "converted_area_m2": 60_000.0,
                },
                {"batch_number": "P2", "approved_on": ago(10), "acquired_area_m2": 1_000.0},
                {"batch_number": "P3", "approved_on": None, "converted_area_m2": 5.0},
            ]
        )
        keys = put(unit, "approval_batch", batches, valid_from=ago(900)).keys
        inside = [
            (keys[0], FOUR[0], 20_000.0),
            (keys[0], FOUR[1], 15_000.0),
            (keys[0], FOUR[2], None),
            (keys[1], FOUR[3], None),
        ]
        rows = [
            {"batch": batch, "parcel": parcels[number], "batch_area_m2": area}
            for batch, number, area in inside
        ]
        put(unit, "batch_parcel", pd.DataFrame(rows), valid_from=ago(900))
        contracts = [
            _contract(
                "C1",
                parcels[FOUR[0]],
                signed_on=ago(800),
                agreed_start_on=ago(500),
                supplied_area_m2=18_000.0,
            ),
            _contract(
                "C2",
                parcels[FOUR[1]],
                signed_on=ago(100),
                agreed_start_on=ahead(30),
                supplied_area_m2=99_000.0,
                holder="=cmd|' /C calc'!A0",
            ),
            _contract(
                "C3",
                parcels[FOUR[3]],
                signed_on=ago(700),
                started_on=ago(400),
                stopped_on=ago(390),
                supplied_area_m2=10_000.0,
                developed_area_m2=1_000.0,
                investment_agreed_fen=100,
                investment_done_fen=90,
            ),
            _contract("C4", parcels[FOUR[2]], signed_on=ahead(5)),
        ]
        contract_keys = put(unit, "supply_contract", pd.DataFrame(contracts), valid_from=ago(900)).keys
        cases = [
            {
                "parcel": parcels[FOUR[0]],
                "kind": "idle",
                "opened_on": ago(90),
                "contract": contract_keys[0],
                "cause": "enterprise",
                "investigated_on": ago(60),
                "determined_on": ago(5),
                "unit": "自规局",
            },
            {
                "parcel": parcels[FOUR[1]],
                "kind": "inefficient",
                "opened_on": ago(50),
                "investigated_on": ago(20),
            },
        ]
        put(unit, "land_case", pd.DataFrame(cases), valid_from=ago(900))
    return reader(own, city, Role.LAND)


def _contract(number: str, parcel: str, **fields: Any) -> dict[str, Any]:
    return {"contract_number": number, "parcel": parcel, "method": "listing", "holder": "某公司", **fields}


def _rows(who: Reader, name: str, **params: Any) -> list[dict[str, Any]]:
    response = who.get(f"/v1/registers/{name}", params={"f": "json", **params})
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["rows"]
    return found


def test_what_was_approved_and_not_supplied(land: Reader, city: Filled) -> None:
    rows = _rows(land, "approved-not-supplied")
    assert [row["batch_number"] for row in rows] == ["P1"], "P2 is all under contract, P3 was never approved"
    first = rows[0]
    # 18,000 of C1's own area; C2 counts with what its parcel has in the batch; C4 is not signed yet.
    assert first["supplied_area_m2"] == 33_000.0
    assert first["remaining_area_m2"] == 27_000.0
    assert first["parcels_waiting_numbers"] == [FOUR[2]]
    summary = land.get("/v1/registers/approved-not-supplied", params={"f": "json"}).json()["summary"]["years"]
    assert [year["batches"] for year in summary] == [1, 1]
    before = _rows(land, "approved-not-supplied", datetime=ago(801).isoformat())
    assert before[0]["supplied_area_m2"] == 0.0
    assert _rows(land, "approved-not-supplied", datetime=ago(901).isoformat()) == []


def test_what_was_supplied_and_not_begun(land: Reader) -> None:
    rows = _rows(land, "supplied-not-used")
    assert [(r["contract_number"], r["days_since_signed"], r["days_past_start"]) for r in rows] == [
        ("C1", 800, 500),
        ("C2", 100, -30),
    ]
    then = _rows(land, "supplied-not-used", datetime=ago(500).isoformat())
    assert {row["contract_number"] for row in then} == {"C1", "C3"}, "C3 began 400 days ago"


def test_idle_land_with_its_arithmetic_and_its_case(land: Reader) -> None:
    rows = {row["contract_number"]: row for row in _rows(land, "idle")}
    assert set(rows) == {"C1", "C3"}
    assert (rows["C1"]["clause"], rows["C1"]["case_state"], rows["C1"]["cause"]) == (
        "not_started",
        "determined",
        "enterprise",
    )
    assert "500 天" in rows["C1"]["arithmetic"]
    assert (rows["C3"]["clause"], rows["C3"]["case_state"]) == ("stopped", "suspected")
    assert rows["C3"]["developed_share"] == pytest.approx(0.1)
    earlier = {
        r["contract_number"]: r["case_state"] for r in _rows(land, "idle", datetime=ago(30).isoformat())
    }
    assert earlier == {"C1": "investigated"}, "C3 had then stopped for 360 days"
    assert [r["case_state"] for r in _rows(land, "inefficient")] == ["investigated"]


def test_duties_come_ahead_of_time(land: Reader) -> None:
    rows = _rows(land, "reminders")
    assert [(r["contract_number"], r["duty"], r["days_left"]) for r in rows] == [
        ("C1", "start", -500),
        ("C2", "start", 30),
    ]


def test_demand_against_supply(land: Reader, city: Filled) -> None:
    with city.service.work().begin("tester", "demand") as unit:
        wants = {"demand_area_m2": 10_000_000.0, "demand_use_code": "100102", "demand_use_system": "TD2023"}
        rows = [{"project_number": "XM-C", **wants}, {"project_number": "XM-D", **wants}]
        put(unit, "project", pd.DataFrame(rows), valid_from=ago(1))
    found = {row["use_class"]: row for row in _rows(land, "reserve-shortfall")}
    industry = found["1001"]
    assert industry["project_count"] == 1, "XM-D has a parcel already"
    free = land.features("/v1/availability", status="available", limit=100)
    usable = sum(f["properties"]["usable_area_m2"] for f in free)
    assert industry["available_area_m2"] == pytest.approx(usable, abs=0.01)
    assert industry["gap_area_m2"] == pytest.approx(10_000_000.0 - usable, abs=0.01)


@pytest.mark.parametrize("name", sorted(REGISTERS))
def test_every_form_tells_the_same_rows(land: Reader, name: str) -> None:
    path = f"/v1/registers/{name}"
    rows = _rows(land, name)
    geo = land.get(path).json()
    assert [f["properties"] for f in geo["features"]] == rows
    assert geo["numberReturned"] == len(rows)
    table = list(csv.DictReader(io.StringIO(land.get(path, params={"f": "csv"}).text.lstrip("\ufeff"))))
    assert [row["key"] for row in table] == [row["key"] for row in rows]
    answer = land.get(path, params={"f": "xlsx"})
    assert "filename*=UTF-8''" in answer.headers["content-disposition"]
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert not [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    texts = [str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert texts[0] == REGISTERS[name].zh
    columns = {column.zh for column in REGISTERS[name].columns}
    assert {text.split("（")[0] for text in texts} >= columns
    page = land.get(f"/registers/{name}")
    assert page.status_code == 200
    assert page.text.count("data-key=") == len(rows)
    again = land.get(path, headers={"If-None-Match": land.get(path).headers["etag"]})
    assert again.status_code == 304


def test_who_reads_registers(land: Reader, own: TestClient, city: Filled) -> None:
    for role in Role:
        who = reader(own, city, role)
        allowed = role in (Role.LEADER, Role.LAND, Role.SUPERVISION, Role.ADMIN)
        for path in ("/v1/registers", "/registers", "/v1/registers/idle", "/registers/idle"):
            assert (who.get(path).status_code == 200) is allowed, (role, path)
    assert land.get("/v1/registers/nothing").status_code == 404
    assert land.get("/v1/registers/idle", params={"x": "1"}).status_code == 400


def test_a_part_of_the_city_has_its_part_of_a_register(land: Reader, own: TestClient, city: Filled) -> None:
    east = _rows(land, "supplied-not-used", district="东城区")
    west = _rows(land, "supplied-not-used", district="西城区")
    assert (len(east), len(west)) == (0, 2)
    assert own.get("/registers/idle").status_code == 403
    scoped = reader(own, city, Role.LAND, (Scope(ScopeKind.DISTRICT, city.built.zones["东城区"]),))
    assert scoped.get("/v1/registers/idle").status_code == 200


def test_names_from_ledgers_are_text_on_the_page(land: Reader, city: Filled) -> None:
    with city.service.work().begin("tester", "attack") as unit:
        row = {"parcel_number": FOUR[1], "name": "<img src=x onerror=alert(1)>"}
        put(unit, "parcel", pd.DataFrame([row]), valid_from=ago(1))
    page = land.get("/registers/supplied-not-used").text
    assert "<img" not in page
    assert "&lt;img src=x" in page
    text = land.get("/v1/registers/supplied-not-used", params={"f": "csv"}).text
    assert "\n=cmd" not in text
    assert ",=cmd" not in text
