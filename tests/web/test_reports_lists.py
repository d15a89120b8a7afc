"""Lists asked for by name: who is on them, since when, why, for whom, in three representations."""

from __future__ import annotations

import csv
import io
from typing import Any

import pandas as pd
import pytest

from geoservice.access.principals import Scope
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.registry.put import put
from tests.fixtures.city import ago, number_of
from tests.fixtures.services import Filled
from tests.web.conftest import As, reader

SIGNED, APPROVED = "/v1/lists/signed-not-started", "/v1/lists/approved-not-started"


def test_who_waits_since_when(as_role: As, standing: Filled) -> None:
    names = {key: number for number, key in standing.built.projects.items()}
    leader = as_role("leader")
    signed = [(names[f["id"]], f["properties"]["days_since"]) for f in leader.features(SIGNED)]
    assert signed == [("XM-D", 90)]
    approved = [(names[f["id"]], f["properties"]["days_since"]) for f in leader.features(APPROVED)]
    assert approved == [("XM-C", 290), ("XM-F", 280), ("XM-G", 280), ("XM-H", 50)]
    earlier = leader.features(APPROVED, datetime=ago(285).isoformat())
    assert [names[f["id"]] for f in earlier] == ["XM-C"]


def test_the_land_reason_is_not_the_project_itself(city: Filled, own: Any) -> None:
    built = city.built
    with city.service.work().begin("tester", "seal") as unit:
        frame = pd.DataFrame([{"parcel_number": number_of(0, 2), "seized": True}])
        put(unit, "parcel", frame, valid_from=ago(5))
        task = {
            "project": built.projects["XM-H"],
            "kind": "land",
            "title": "指标未落实",
            "owner_unit": "自规局",
        }
        done = {"project": built.projects["XM-H"], "kind": "funding", "title": "资金缺口"}
        put(unit, "blocker", pd.DataFrame([task, done]), valid_from=ago(5))
    land = reader(own, city, Role.LAND)
    rows = {f["id"]: f["properties"] for f in land.features(APPROVED)}
    mine = rows[built.projects["XM-H"]]
    assert {(reason["kind"], reason["code"]) for reason in mine["land_reasons"]} == {
        ("verdict", "seized"),
        ("blocker", "land"),
    }
    assert mine["parcels"] == [built.parcels[number_of(0, 2)]]
    table = land.get(APPROVED, params={"f": "csv"}).content.decode("utf-8-sig")
    told = {row["key"]: row for row in csv.DictReader(io.StringIO(table))}
    assert set(told) == set(rows)
    assert "指标未落实（自规局）" in told[built.projects["XM-H"]]["land_reasons"]
    listed = land.get(APPROVED, params={"f": "json"}).json()["rows"]
    assert {row["key"]: row for row in listed} == rows


@pytest.mark.parametrize("path", [SIGNED, APPROVED])
def test_lists_are_internal_and_end_at_the_district(as_role: As, standing: Filled, path: str) -> None:
    for role in Role:
        expected = 403 if role in (Role.PUBLIC, Role.PROMOTION) else 200
        assert as_role(role.value).get(path).status_code == expected
    east = standing.built.zones["东城区"]
    office = as_role("expropriation", Scope(ScopeKind.DISTRICT, east))
    mine = office.features(path)
    assert {f["id"] for f in mine} == {f["id"] for f in as_role("admin").features(path, district=east)}
    assert all("investment_total_fen" not in f["properties"] for f in mine)


def test_an_unknown_parameter_is_a_problem(as_role: As) -> None:
    response = as_role("land").get(SIGNED, params={"since": "2026"})
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
