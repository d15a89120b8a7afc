"""What maps show beyond collections: blockers, parks with their figures, totals of a drawn area."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from starlette.testclient import TestClient

from geoservice.access.principals import Scope
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.registry.record import record
from tests.fixtures.city import EXTENT, SOUTH, STEP, WEST, ago, ahead
from tests.fixtures.services import Filled
from tests.web.conftest import As, reader

SEES_REPORTS = {"leader", "expropriation", "land", "supervision", "admin"}


def around(west: float, south: float, east: float, north: float) -> str:
    """Write a box as an outline."""
    return ",".join(map(str, (west, south, east, south, east, north, west, north)))


WHOLE = around(EXTENT[0] - 1e-3, EXTENT[1] - 1e-3, EXTENT[2] + 1e-3, EXTENT[3] + 1e-3)


@pytest.mark.parametrize("role", list(Role))
def test_open_blockers_are_listed_to_those_who_may_see_reports(as_role: As, role: Role) -> None:
    response = as_role(role.value).get("/v1/lists/blockers")
    if role.value not in SEES_REPORTS:
        assert response.status_code == 403
        return
    (found,) = response.json()["features"]
    shown = found["properties"]
    assert (shown["kind"], shown["title"], shown["owner_unit"]) == (
        "expropriation",
        "剩余三户未签约",
        "征收办",
    )
    assert (shown["overdue_days"], shown["urgency"]) == (None, "open")
    assert found["geometry"]["type"] == "Polygon"


def test_a_blocker_is_overdue_after_its_day_and_not_there_before_it_was_raised(as_role: As) -> None:
    leader = as_role("leader")
    late = leader.get("/v1/lists/blockers", params={"datetime": ahead(25).isoformat()}).json()
    assert late["features"][0]["properties"]["overdue_days"] == 15
    before = leader.get("/v1/lists/blockers", params={"datetime": ago(61).isoformat()}).json()
    assert before["features"] == []


def test_an_office_sees_the_blockers_of_its_district(as_role: As, standing: Filled) -> None:
    east, west = (Scope(ScopeKind.DISTRICT, standing.built.zones[name]) for name in ("东城区", "西城区"))
    counts = [
        as_role("expropriation", scope).get("/v1/lists/blockers").json()["numberReturned"]
        for scope in (east, west)
    ]
    assert counts == [0, 1]


@pytest.mark.parametrize("role", ["public", "promotion", "leader"])
def test_the_land_of_parks_is_that_of_the_list(as_role: As, role: str) -> None:
    somebody = as_role(role)
    parcels = [one["properties"] for one in somebody.features("/v1/availability")]
    for park in somebody.get("/v1/lists/parks").json()["features"]:
        own = [one for one in parcels if one["park"] == park["id"]]
        shown = park["properties"]
        assert shown["parcel_count"] == len(own)
        for status in ("available", "conditional"):
            area = sum(one["area_m2"] for one in own if one["status"] == status)
            assert shown["land"][f"{status}_m2"] == pytest.approx(area, abs=0.02)
        projects = [one["properties"] for one in somebody.features("/v1/projects", park=park["id"])]
        assert shown["project_count"] == len(projects)


def test_targets_of_a_park_count_what_was_reached_in_their_period(city: Filled) -> None:
    park = city.built.parks["GX"]
    with city.service.work().begin("tester", "targets") as unit:
        rows = [
            ("park", park, "producing", ago(150), ahead(100), 3.0, "个"),
            ("park", park, "producing", ago(400), ago(200), 3.0, "个"),
            ("park", park, "investment", ago(150), ahead(100), 2_000_000_000.0, "fen"),
            ("park", park, "output", ago(150), ahead(100), 7.0, "亿元"),
        ]
        names = ["subject_noun", "subject", "kind", "period_from", "period_to", "amount", "unit"]
        record(unit, "target", pd.DataFrame(rows, columns=names))
    client = _client(city)
    leader = reader(client, city, Role.LEADER)
    shown = {one["id"]: one["properties"] for one in leader.get("/v1/lists/parks").json()["features"]}
    reached = {one["kind"]: one["reached"] for one in shown[park]["targets"]}
    assert reached == {"producing": 1.0, "investment": 1_500_000_000.0, "output": None}
    public = client.get("/v1/lists/parks").json()["features"]
    assert all(one["properties"]["targets"] == [] for one in public)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("day", [ago(45), ahead(0), ahead(120)])
def test_totals_of_the_whole_city_are_those_of_the_lists(as_role: As, role: Role, day: Any) -> None:
    somebody = as_role(role.value)
    totals = somebody.get("/v1/totals", params={"area": WHOLE, "datetime": day.isoformat()}).json()
    mapped = {
        name: [
            one["properties"]
            for one in somebody.features(f"/v1/{name}", datetime=day.isoformat())
            if one["geometry"] is not None
        ]
        for name in ("availability", "projects", "demolition")
    }
    for name, rows in mapped.items():
        assert totals["keys"][name] == [one["key"] for one in rows]
    parcels = mapped["availability"]
    assert totals["parcels"]["count"] == len(parcels)
    free = [one for one in parcels if one["status"] == "available"]
    usable = sum(one.get("usable_area_m2", one["area_m2"]) for one in free)
    assert totals["parcels"]["available_m2"] == pytest.approx(usable, abs=0.1)
    money = [
        one["investment_total_fen"]
        for one in mapped["projects"]
        if one.get("investment_total_fen") is not None
    ]
    assert totals["projects"]["investment_fen"] == (sum(money) if money else None)


@pytest.mark.parametrize("role", ["public", "promotion"])
def test_no_free_sums_of_households_for_readers_of_suppressed_figures(as_role: As, role: str) -> None:
    assert as_role(role).get("/v1/totals", params={"area": WHOLE}).json()["households"] is None


def test_households_add_up_for_those_who_see_them(as_role: As) -> None:
    households = as_role("leader").get("/v1/totals", params={"area": WHOLE}).json()["households"]
    assert households == {"tasks": 3, "total": 12, "signed": 9, "remaining": 6}  # vacated and demolished: six


def test_a_parcel_counts_where_its_inner_point_lies(as_role: As) -> None:
    leader = as_role("leader")
    inner = WEST + 0.5 * STEP  # the parcels of the first column fill four fifths of their cell
    left, right = around(WEST, SOUTH, inner, SOUTH + STEP), around(inner, SOUTH, WEST + STEP, SOUTH + STEP)
    counts = [
        leader.get("/v1/totals", params={"area": area}).json()["parcels"]["count"] for area in (left, right)
    ]
    assert counts == [1, 0]


@pytest.mark.parametrize(
    "area",
    ["", "1,2", "1,2,3,4", "a,b,c,d,e,f", "1,2,3,4,5", "0,0,1,1,1,0,0,1", "0,0,1,1,2,2", "500,0,1,1,2,0",
     "nan,0,1,1,2,0", ",".join(["1,1,2,2,3,1"] * 200)],
)  # fmt: skip
def test_what_is_no_area_is_refused(client: TestClient, area: str) -> None:
    response = client.get("/v1/totals", params={"area": area})
    assert response.status_code == 400
    assert response.json()["remedy"]


def _client(city: Filled) -> TestClient:
    from geoservice.web.app import create_app

    return TestClient(create_app(city.service), raise_server_exceptions=False)
