"""The roll of a map says what the list says: to every role, on every day it speaks of, on both engines."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

from geoservice.access.principals import Scope
from geoservice.model.vocabulary import Role, ScopeKind, StageGroup, TaskState
from geoservice.registry.tiles.tracks import EPOCH
from tests.fixtures.city import ago, ahead
from tests.fixtures.services import Filled
from tests.web.conftest import As, Reader

CLASSED = {"availability": "status", "projects": "stage_group", "demolition": "state"}
TRACKS = {"availability": "verdicts", "projects": "stages", "demolition": "clearance"}
WORDS = {
    "verdicts": {"a": "available", "c": "conditional", "u": "unavailable"},
    "stages": {str(n): group.value for n, group in enumerate(StageGroup, start=1)},
    "clearance": {str(n): state.value for n, state in enumerate(TaskState)},
}
DAYS = (ago(850), ago(300), ago(45), ago(1), ahead(0), ahead(45), ahead(150), ahead(400))


def column(roll: dict[str, Any], name: str) -> list[Any]:
    held = roll["columns"][name]
    return [held["values"][number] for number in held["index"]] if "index" in held else held["values"]


def answer_on(track: str, text: str | None, day: date) -> str | None:
    """Read a dated answer as the map does."""
    code = "-"
    for part in (text or "").split(";"):
        since, _, said = part.partition(":")
        if said and int(since) <= day.toordinal() - EPOCH:
            code = said
    plain = code.rstrip("*").rstrip("st") if track == "stages" else code.rstrip("*")
    return None if code == "-" else WORDS[track].get(plain, plain)


def covers(roll: dict[str, Any], day: date) -> bool:
    first, last = roll["covers"]["from"], roll["covers"]["to"]
    return (first is None or day >= date.fromisoformat(first)) and (
        last is None or day < date.fromisoformat(last)
    )


def read(reader: Reader, name: str, **asked: Any) -> dict[str, Any]:
    response = reader.get(f"/v1/rolls/{name}", params=asked)
    assert response.status_code == 200, response.text
    document: dict[str, Any] = response.json()
    return document


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", list(CLASSED))
def test_classes_are_those_of_the_list_on_every_day(
    as_role: As, standing: Filled, name: str, role: Role
) -> None:
    east = Scope(ScopeKind.DISTRICT, standing.built.zones["东城区"])
    reader = as_role(role.value, *([east] if role is Role.EXPROPRIATION else []))
    roll = read(reader, name, fields="name")
    texts = column(roll, TRACKS[name]) if TRACKS[name] in roll["columns"] else []
    told = 0
    for day in DAYS:
        if not covers(roll, day):
            continue
        listed = reader.features(f"/v1/{name}", datetime=day.isoformat(), limit=10_000)
        said = [answer_on(TRACKS[name], text, day) for text in texts]
        answers = [
            one["properties"].get(CLASSED[name]) or one["properties"].get("public_state") for one in listed
        ]
        assert Counter(one for one in said if one) == Counter(one for one in answers if one), day
        told += 1
    assert told >= 1
    if role is Role.LEADER and name != "demolition":
        assert told >= 6  # nothing came or went, so that the slider needs no request


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", ["parks", "parcels", *CLASSED])
def test_a_roll_holds_what_the_list_holds(as_role: As, name: str, role: Role) -> None:
    reader = as_role(role.value)
    listed = reader.features(f"/v1/{name}", limit=10_000)
    roll = read(reader, name, fields="name,district_name")
    if name == "projects" and "invested_fen" in listed[0]["properties"]:
        sums = column(read(reader, name, fields="invested_fen"), "invested_fen")
        assert sums == [one["properties"]["invested_fen"] for one in listed]
    assert column(roll, "key") == [one["id"] for one in listed]
    assert roll["count"] == len(listed)
    assert roll["unmapped"] == sum(one["geometry"] is None for one in listed)
    shown = {name for one in listed for name in one["properties"]}
    assert set(roll["columns"]) - {TRACKS.get(name)} <= shown
    assert column(roll, "name") == [one["properties"]["name"] for one in listed]


def test_places_are_the_boxes_of_the_shapes(as_role: As) -> None:
    reader = as_role("leader")
    roll = read(reader, "projects", fields="name")
    places = roll["places"]
    for number, feature in enumerate(reader.features("/v1/projects")):
        if feature["geometry"] is None:
            assert places["west"][number] is None
            continue
        west, south = (
            (places["origin"][axis] + places[side][number]) * places["scale"]
            for axis, side in enumerate(("west", "south"))
        )
        xs, ys = zip(*_corners(feature["geometry"]["coordinates"]), strict=True)
        assert west == pytest.approx(min(xs), abs=2e-5)
        assert south == pytest.approx(min(ys), abs=2e-5)
        assert places["width"][number] == pytest.approx((max(xs) - min(xs)) / places["scale"], abs=2)
        assert places["height"][number] == pytest.approx((max(ys) - min(ys)) / places["scale"], abs=2)


def test_what_a_role_does_not_see_is_left_out_and_what_nobody_has_is_refused(as_role: As) -> None:
    public = as_role("public")
    roll = read(public, "projects", fields="name,late,lead_official")
    assert not {"late", "lead_official"} & set(roll["columns"])
    refused = public.get("/v1/rolls/projects", params={"fields": "name,password"})
    assert refused.status_code == 400
    assert refused.json()["value"] == "password"


def test_a_roll_is_asked_for_once(as_role: As) -> None:
    reader = as_role("leader")
    first = reader.get("/v1/rolls/availability")
    again = reader.get("/v1/rolls/availability", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_tiles_of_all_features_hold_them_from_afar_too(as_role: As) -> None:
    from geoservice.geo.mvt_decode import decode

    reader = as_role("leader")
    tile = "/ogc/collections/availability/tiles/WebMercatorQuad/10/411/851"
    counted, whole = (reader.get(tile, params=asked).content for asked in ({}, {"detail": "all"}))
    assert list(decode(counted)) == ["availability_units"]
    assert len(decode(whole)["availability"]) == 30


def _corners(nested: Any) -> list[list[float]]:
    if isinstance(nested[0], int | float):
        return [nested]
    return [corner for part in nested for corner in _corners(part)]
