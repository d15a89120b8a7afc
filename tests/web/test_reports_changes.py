"""Changes between two dates equal what two plain reads differ by, for every role."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from geoservice.access.policy import read_policy
from geoservice.model.vocabulary import Role
from geoservice.registry.put import put
from geoservice.registry.record import record
from tests.fixtures.city import ago, ahead, number_of
from tests.fixtures.services import Filled
from tests.web.conftest import As, reader

COLLECTIONS = ("parks", "parcels", "projects", "availability", "demolition")
POLICY = read_policy()


def _ask(who: Any, start: Any, end: Any, **more: Any) -> dict[str, Any]:
    params = {"from": start.isoformat(), "to": end.isoformat(), **more}
    response = who.get("/v1/changes", params=params)
    assert response.status_code == 200, response.text
    document: dict[str, Any] = response.json()
    return document


@pytest.mark.parametrize("role", [role.value for role in Role])
@pytest.mark.parametrize(("start", "end"), [(ago(1000), ago(0)), (ago(300), ago(0)), (ago(0), ahead(200))])
def test_changes_are_what_two_reads_differ_by(as_role: As, role: str, start: Any, end: Any) -> None:
    who = as_role(role)
    found = _ask(who, start, end, limit=10_000)
    told = {feature["id"]: feature for feature in found["features"]}
    for collection in COLLECTIONS:
        before, after = (
            {f["id"]: f for f in who.features(f"/v1/{collection}", datetime=day.isoformat(), limit=10_000)}
            for day in (start, end)
        )
        for key, feature in after.items():
            change = told.get(f"{collection}/{key}")
            if key not in before:
                assert change is not None and change["properties"]["kinds"] == ["new"]
                assert change["geometry"] == feature["geometry"]
                continue
            old, new = before[key]["properties"], feature["properties"]
            for name in ("state", "stage", "status", "name", "mortgaged", "public_state", "reasons"):
                if name in new and old[name] != new[name]:
                    assert change is not None, (collection, key, name)
                    assert change["properties"]["fields"][name] == {"from": old[name], "to": new[name]}
            if change is not None:
                assert set(change["properties"]["fields"]) <= set(new)
    ids = list(told)
    assert len(ids) == found["numberMatched"] == found["numberReturned"]
    for name, feature in told.items():
        collection, key = name.split("/")
        assert feature["properties"]["collection"] == collection
        if "ended" in feature["properties"]["kinds"]:
            assert role != "public"


def test_the_words_for_what_happened(city: Filled, own: Any) -> None:
    built, number = city.built, number_of(0, 0)
    with city.service.work().begin("tester", "news") as unit:
        frame = pd.DataFrame([{"parcel_number": number, "state": "supplying", "note": "新备注"}])
        put(unit, "parcel", frame, valid_from=ago(3))
        event = {"project": built.projects["XM-C"], "stage": "started", "actual_on": ago(2)}
        record(unit, "stage_event", pd.DataFrame([event]))
    admin, public = reader(own, city, Role.ADMIN), reader(own, city, Role.PUBLIC)
    found = {f["id"]: f["properties"] for f in _ask(admin, ago(4), ago(0))["features"]}
    key = built.parcels[number]
    parcel = found[f"parcels/{key}"]
    assert parcel["kinds"] == ["changed"]
    assert parcel["fields"] == {
        "state": {"from": "clear", "to": "supplying"},
        "note": {"from": "内部备注", "to": "新备注"},
    }
    verdict = found[f"availability/{key}"]
    assert verdict["kinds"] == ["verdict_moved"]
    assert verdict["verdict"]["status"]["to"] == "unavailable"
    assert [reason["code"] for reason in verdict["verdict"]["reasons_new"]] == ["supplying"]
    project = found[f"projects/{built.projects['XM-C']}"]
    assert project["kinds"] == ["stage_moved"]
    assert project["fields"]["stage"] == {"from": "approved", "to": "started"}
    # What the public does not see has not changed for it, and nobody is told of it.
    outside = _ask(public, ago(4), ago(0))
    told = {f["id"]: f["properties"] for f in outside["features"]}
    assert f"parcels/{key}" not in told
    assert f"projects/{built.projects['XM-C']}" not in told
    assert set(told[f"availability/{key}"]["fields"]) <= {"status", "reasons"}
    assert "新备注" not in str(outside)


def test_a_withdrawn_parcel_is_not_told_to_the_public(city: Filled, own: Any) -> None:
    key, number = city.built.parcels[number_of(0, 0)], number_of(0, 0)
    with city.service.work().begin("tester", "withdraw") as unit:
        frame = pd.DataFrame([{"parcel_number": number, "promotable": False}])
        put(unit, "parcel", frame, valid_from=ago(2))
    public = _ask(reader(own, city, Role.PUBLIC), ago(4), ago(0))
    assert key not in str(public)
    inside = _ask(reader(own, city, Role.LAND), ago(4), ago(0), collection="parcels")
    assert [f["properties"]["kinds"] for f in inside["features"] if key in f["id"]] == [["changed"]]


def test_pages_add_up_and_counts_tell_of_all(as_role: As) -> None:
    who = as_role("leader")
    whole = _ask(who, ago(1000), ago(0))
    ids, path = [], f"/v1/changes?from={ago(1000)}&to={ago(0)}&limit=7"
    while path:
        page = who.get(path).json()
        assert page["counts"] == whole["counts"]
        assert page["numberMatched"] == whole["numberMatched"]
        ids += [feature["id"] for feature in page["features"]]
        path = next((link["href"] for link in page["links"]), "")
    assert ids == [feature["id"] for feature in whole["features"]]
    assert whole["counts"]["parcels"] == {"new": 30}


def test_a_place_and_a_collection_narrow(as_role: As, standing: Filled) -> None:
    who = as_role("leader")
    found = _ask(who, ago(1000), ago(0), collection="parcels", district="东城区")
    assert {f["properties"]["district"] for f in found["features"]} == {standing.built.zones["东城区"]}
    assert found["numberMatched"] == 15
    park = _ask(who, ago(1000), ago(0), park="GX")
    assert f"parks/{standing.built.parks['GX']}" in {f["id"] for f in park["features"]}
    rows = who.get(f"/v1/changes?from={ago(1000)}&f=json&collection=parks").json()["rows"]
    assert {row["key"] for row in rows} == set(standing.built.parks.values())


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"from": "x"},
        {"from": "2026-02-01", "to": "2026-01-01"},
        {"from": "2026-01-01", "collection": "layers"},
        {"from": "2026-01-01", "after": "nothing"},
        {"from": "2026-01-01", "park": "nowhere"},
    ],
)
def test_a_wrong_question_is_a_problem(as_role: As, params: dict[str, str]) -> None:
    response = as_role("land").get("/v1/changes", params=params)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
