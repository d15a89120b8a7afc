"""Contradictions: each kind is found where it is, and nowhere else."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import update

from geoservice.model import parcel
from geoservice.model.vocabulary import Role
from geoservice.registry.put import put
from geoservice.registry.record import record
from tests.fixtures.city import ago, ahead, number_of
from tests.fixtures.services import Filled
from tests.web.conftest import As, reader

PATH = "/v1/contradictions"


def _found(who: Any, **params: Any) -> dict[str, list[dict[str, Any]]]:
    told: dict[str, list[dict[str, Any]]] = {}
    for feature in who.features(PATH, **params):
        told.setdefault(feature["properties"]["code"], []).append(feature)
    return told


def test_the_city_as_it_stands(as_role: As, standing: Filled) -> None:
    names = {key: number for number, key in standing.built.projects.items()}
    found = _found(as_role("leader"))
    landless = {names[f["properties"]["projects"][0]] for f in found.pop("project_without_land")}
    assert landless == {"XM-B", "XM-C", "XM-F", "XM-G"}
    # XM-D signed for a parcel that is still being acquired.
    (taken,) = found.pop("signed_on_land_not_free")
    assert names[taken["properties"]["projects"][0]] == "XM-D"
    assert taken["properties"]["parcels"] == [standing.built.parcels[number_of(5, 0)]]
    assert found == {}


def test_each_contradiction_names_its_records_dates_and_unit(city: Filled, own: Any) -> None:
    built = city.built
    projects, parcels = built.projects, built.parcels
    with city.service.work().begin("tester", "trouble") as unit:
        links = [
            ("XM-C", (4, 0), None),  # to be cleared in 90 days, the start is planned in 20
            ("XM-G", (2, 1), None),  # supplied, the start was planned 9 days ago
            ("XM-F", (0, 2), 0.3),  # XM-H holds the whole of it
            ("XM-B", (1, 4), None),  # the parcel ends
        ]
        frame = pd.DataFrame(
            [(projects[p], parcels[number_of(*cell)], "site", share) for p, cell, share in links],
            columns=["project", "parcel", "role", "share"],
        )
        put(unit, "project_parcel", frame, valid_from=ago(20))
        events = [("XM-C", ahead(20)), ("XM-G", ago(9))]
        frame = pd.DataFrame([(projects[p], "started", day) for p, day in events])
        record(unit, "stage_event", frame.set_axis(["project", "stage", "planned_on"], axis=1))
    with city.service.database.write() as connection:
        ended = update(parcel).where(parcel.c.key == parcels[number_of(1, 4)]).values(valid_to=ago(2))
        connection.execute(ended)
    land = reader(own, city, Role.LAND)
    found = _found(land)
    late = [f for f in found["start_before_clearing"] if projects["XM-C"] in f["properties"]["projects"]]
    assert late[0]["properties"]["dates"] == {
        "planned": ahead(20).isoformat(),
        "clear": ahead(90).isoformat(),
    }
    assert late[0]["properties"]["unit"] == "东城街道"
    assert ahead(90).isoformat() in late[0]["properties"]["text"]
    assert late[0]["geometry"]["type"] in ("Polygon", "MultiPolygon")
    taken = [f["properties"]["projects"] for f in found["signed_on_land_not_free"]]
    assert [projects["XM-C"]] in taken
    (idle,) = found["supplied_not_started"]
    assert idle["properties"]["projects"] == [projects["XM-G"]]
    assert idle["properties"]["dates"] == {"planned": ago(9).isoformat()}
    (twice,) = found["parcel_promised_twice"]
    assert set(twice["properties"]["projects"]) == {projects["XM-F"], projects["XM-H"]}
    assert "130%" in twice["properties"]["text"]
    (ended_link,) = found["link_to_ended_parcel"]
    assert ended_link["properties"]["projects"] == [projects["XM-B"]]
    assert ended_link["properties"]["parcels"] == [parcels[number_of(1, 4)]]
    assert "project_without_land" not in found
    assert reader(own, city, Role.PUBLIC).get(PATH).status_code == 403
    rows = land.get(PATH, params={"f": "json"}).json()["rows"]
    assert len(rows) == sum(len(features) for features in found.values())
