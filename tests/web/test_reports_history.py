"""Histories: every version with both times, what it changed, by whom and why; what was known on a date."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import update

from geoservice.clock import now
from geoservice.model import parcel
from geoservice.model.vocabulary import Role
from geoservice.registry.put import put
from geoservice.registry.record import record
from tests.fixtures.city import FOUNDED, ago, number_of
from tests.fixtures.services import Filled
from tests.web.conftest import As, reader

INSIDE = {"leader", "land", "supervision", "admin"}


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_only_those_inside_look_behind_the_present(as_role: As, standing: Filled, role: str) -> None:
    built = standing.built
    paths = {
        "parks": built.parks["GX"],
        "parcels": built.parcels[number_of(0, 0)],
        "projects": built.projects["XM-A"],
        "demolition": built.tasks["ZC-1"],
    }
    for name, key in paths.items():
        response = as_role(role).get(f"/v1/{name}/{key}/history")
        assert response.status_code == (200 if role in INSIDE else 403), (name, response.text)
        if role in INSIDE:
            document = response.json()
            assert document["key"] == key
            assert document["versions"][0]["by"]["actor"] == "tester"
            assert "geom" not in document["versions"][0]["fields"]


def test_a_change_shows_what_who_and_why(city: Filled, own: Any) -> None:
    number = number_of(0, 0)
    with city.service.work().begin("王科长", "correct", reason="批文更正") as unit:
        frame = pd.DataFrame([{"parcel_number": number, "state": "supplying"}])
        put(unit, "parcel", frame, valid_from=ago(3))
    land = reader(own, city, Role.LAND)
    key = city.built.parcels[number]
    versions = land.get(f"/v1/parcels/{key}/history").json()["versions"]
    first, cut, new = versions
    assert (first["valid_from"], first["valid_to"]) == (FOUNDED.isoformat(), None)
    assert first["superseded_at"] == cut["recorded_at"] == new["recorded_at"]
    assert cut["valid_to"] == new["valid_from"] == ago(3).isoformat()
    assert cut["changes"] == {}
    assert new["changes"] == {"state": {"from": "clear", "to": "supplying"}}
    assert new["by"] == {"actor": "王科长", "action": "correct", "reason": "批文更正"}
    assert new["superseded_at"] is None


def test_a_corrected_stage_keeps_the_older_word(city: Filled, own: Any) -> None:
    key = city.built.projects["XM-B"]
    with city.service.work().begin("李科长", "correct") as unit:
        event = {"project": key, "stage": "completed", "planned_on": ago(5)}
        record(unit, "stage_event", pd.DataFrame([event]))
    stages = reader(own, city, Role.LEADER).get(f"/v1/projects/{key}/history").json()["stages"]
    planned = [
        (one["planned_on"], one["superseded_at"] is None) for one in stages if one["stage"] == "completed"
    ]
    assert planned == [(ago(30).isoformat(), False), (ago(5).isoformat(), True)]
    assert stages[-1]["by"]["actor"] == "李科长"


def test_what_was_known_on_a_date(city: Filled, own: Any) -> None:
    """Ten days ago the office believed the parcel clear; today it knows that it was on offer even then."""
    number, key = number_of(0, 0), city.built.parcels[number_of(0, 0)]
    with city.service.database.write() as connection:
        written = now() - timedelta(days=20)
        connection.execute(update(parcel).where(parcel.c.key == key).values(recorded_at=written))
    with city.service.work().begin("tester", "correct") as unit:
        frame = pd.DataFrame([{"parcel_number": number, "state": "supplying"}])
        put(unit, "parcel", frame, valid_from=ago(15))
    land = reader(own, city, Role.LAND)
    day = {"datetime": ago(12).isoformat()}
    path = f"/v1/parcels/{key}"
    assert land.get(path, params=day).json()["properties"]["state"] == "supplying"
    then = land.get(path, params={**day, "known_on": ago(10).isoformat()}).json()
    assert then["properties"]["state"] == "clear"
    assert land.get(path, params={**day, "known_on": ago(30).isoformat()}).status_code == 404
    past = land.get(f"{path}/history", params={"known_on": ago(10).isoformat()}).json()["versions"]
    assert [one["superseded_at"] for one in past] == [None]
    assert len(land.get(f"{path}/history").json()["versions"]) == 3


def test_fields_a_role_does_not_see_have_no_history(city: Filled, own: Any) -> None:
    key = city.built.projects["XM-B"]
    fields = reader(own, city, Role.LAND).get(f"/v1/projects/{key}/history").json()["versions"][0]["fields"]
    assert "lead_department" in fields
    assert "late" not in fields


def test_unknown_keys_and_parameters_are_problems(as_role: As, standing: Filled) -> None:
    land = as_role("land")
    assert land.get("/v1/parcels/DK99999999/history").status_code == 404
    key = standing.built.parcels[number_of(0, 0)]
    for params in ({"datetime": "2026-01-01"}, {"known_on": "then"}):
        response = land.get(f"/v1/parcels/{key}/history", params=params)
        assert response.status_code == 400
        assert response.headers["content-type"] == "application/problem+json"
