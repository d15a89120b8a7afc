"""Provisional holds: internal, never two on the same land at the same time, and over by themselves."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
import shapely
from fastapi.testclient import TestClient

from geoservice import clock
from geoservice.availability.facts import CHECKLIST, GATES
from geoservice.model.vocabulary import ClearItem, GateKind, Role
from tests.fixtures.city import ago, ahead, number_of, square
from tests.fixtures.services import Filled
from tests.web.conftest import Reader, reader

FREE = number_of(0, 2)
"""Clear land that project XM-H holds; holds go beside it on (1, 0), which is reserved, and (0, 1)."""
CLEAR = number_of(0, 1)


class Holder:
    """Somebody who may set land aside, or tries to."""

    def __init__(self, own: TestClient, city: Filled, role: str) -> None:
        self.reader: Reader = reader(own, city, Role(role))

    def post(self, path: str, etag: str | None = None, **body: Any) -> Any:
        headers = self.reader.headers | ({} if etag is None else {"If-Match": etag})
        return self.reader.client.post(f"/v1/holds{path}", json=body, headers=headers)

    def set_aside(self, parcel: str, **body: Any) -> Any:
        wish = {"parcel": parcel, "party": "某集团", "expires_on": ahead(30).isoformat(), **body}
        return self.post("", **wish)


@pytest.fixture
def promotion(own: TestClient, city: Filled) -> Holder:
    return Holder(own, city, "promotion")


def _verdict(who: Reader, city: Filled, number: str, **params: str) -> Any:
    response = who.get(f"/v1/parcels/{city.built.parcels[number]}/verdict", params=params)
    assert response.status_code == 200, response.text
    return response.json()


def _codes(verdict: Any) -> set[str]:
    return {reason["code"] for reason in verdict["reasons"]}


def test_a_hold_takes_the_land_and_its_expiry_frees_it(promotion: Holder, city: Filled) -> None:
    before = _verdict(promotion.reader, city, CLEAR)
    made = promotion.set_aside(CLEAR, intention="新能源电池", unit="招商二处")
    assert made.status_code == 201, made.text
    shown = made.json()["properties"]
    assert (shown["state"], shown["part"], shown["days_left"]) == ("live", False, 30)
    assert made.headers["location"].endswith(made.json()["id"])
    held = _verdict(promotion.reader, city, CLEAR)
    assert held["status"] == "unavailable"
    reason = next(reason for reason in held["reasons"] if reason["code"] == "held")
    assert reason["until"] == ahead(30).isoformat()
    assert reason["until_plan"]
    assert reason["unit"] == "招商二处"
    assert "某集团" not in str(held)
    after = _verdict(promotion.reader, city, CLEAR, datetime=ahead(30).isoformat())
    assert after["status"] == before["status"]
    assert "held" not in _codes(after)
    assert held["available_from"] == ahead(30).isoformat()


def test_expiry_needs_no_write(promotion: Holder, city: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    key = promotion.set_aside(CLEAR).json()["id"]
    then = ahead(31)
    monkeypatch.setattr(clock, "today", lambda: then)
    assert "held" not in _codes(_verdict(promotion.reader, city, CLEAR))
    states = promotion.reader.get("/v1/holds", params={"f": "json"}).json()["rows"]
    assert [(row["key"], row["state"]) for row in states] == [(key, "expired")]
    assert promotion.set_aside(CLEAR, expires_on=ahead(40).isoformat()).status_code == 201


def test_a_second_hold_on_the_same_land_is_refused(promotion: Holder, city: Filled) -> None:
    first = promotion.set_aside(CLEAR).json()["id"]
    refused = promotion.set_aside(CLEAR, party="另一集团")
    assert refused.status_code == 409
    assert first in refused.text
    later = promotion.set_aside(
        CLEAR, party="另一集团", held_from=ahead(30).isoformat(), expires_on=ahead(60).isoformat()
    )
    assert later.status_code == 201, later.text
    assert later.json()["properties"]["state"] == "ahead"
    extended = promotion.post(
        f"/{first}/extend",
        promotion.reader.get(f"/v1/holds/{first}").headers["etag"],
        expires_on=ahead(45).isoformat(),
        reason="再等两周",
    )
    assert extended.status_code == 409


def _half(column: float) -> Any:
    shape = square(column, 1, 0.5, 1.0, 1.0).geoms[0]
    return {"type": "Polygon", "coordinates": [list(map(list, shape.exterior.coords))]}


def test_two_parts_of_a_parcel_go_to_two(promotion: Holder, city: Filled) -> None:
    west, east = _half(-0.1), _half(0.4)
    first = promotion.set_aside(CLEAR, geometry=west)
    assert first.status_code == 201, first.text
    assert first.json()["properties"]["part"]
    verdict = _verdict(promotion.reader, city, CLEAR)
    assert 0 < verdict["usable_area_m2"] < verdict["area_m2"]
    usable = shapely.from_geojson(json.dumps(verdict["usable_geometry"]))
    share = usable.area / square(0, 1).area
    assert share == pytest.approx(verdict["usable_area_m2"] / verdict["area_m2"], rel=1e-4)
    assert "usable_geometry" not in str(
        reader(promotion.reader.client, city, Role.PUBLIC).get("/v1/availability").text
    )
    assert promotion.set_aside(CLEAR, party="另一集团", geometry=_half(0.2)).status_code == 409
    assert promotion.set_aside(CLEAR, party="另一集团", geometry=east).status_code == 201
    assert promotion.set_aside(CLEAR, party="第三集团", geometry=_half(3)).status_code == 400
    bow = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    assert promotion.set_aside(CLEAR, party="第三集团", geometry=bow).status_code == 400


def test_release_and_extension_need_state_and_reason(promotion: Holder, city: Filled) -> None:
    key = promotion.set_aside(CLEAR).json()["id"]
    etag = promotion.reader.get(f"/v1/holds/{key}").headers["etag"]
    until = ahead(90).isoformat()
    assert promotion.post(f"/{key}/extend", expires_on=until, reason="谈判中").status_code == 428
    assert promotion.post(f"/{key}/extend", etag, expires_on=until).status_code == 400
    assert (
        promotion.post(f"/{key}/extend", etag, expires_on=ahead(5).isoformat(), reason="误").status_code
        == 400
    )
    extended = promotion.post(f"/{key}/extend", etag, expires_on=until, reason="谈判中")
    assert extended.json()["properties"]["days_left"] == 90
    assert promotion.post(f"/{key}/release", etag, reason="不来了").status_code == 412
    released = promotion.post(f"/{key}/release", extended.headers["etag"], reason="不来了")
    assert released.json()["properties"]["state"] == "released"
    assert "held" not in _codes(_verdict(promotion.reader, city, CLEAR))
    again = promotion.post(f"/{key}/release", released.headers["etag"], reason="不来了")
    assert again.status_code == 409


@pytest.mark.parametrize(
    "body", [{"expires_on": ago(1).isoformat()}, {"parcel": "DK99999999"}, {"colour": 1}]
)
def test_an_impossible_hold_is_refused(promotion: Holder, body: dict[str, Any]) -> None:
    response = promotion.set_aside(**{"parcel": CLEAR, **body})
    assert response.status_code in (400, 404)
    assert response.headers["content-type"] == "application/problem+json"


def test_only_who_may_sees_holds_and_the_public_reads_one_word(
    promotion: Holder, city: Filled, own: TestClient
) -> None:
    key = promotion.set_aside(CLEAR).json()["id"]
    path = f"/v1/records/hold/{key}"
    for role in Role:
        who = reader(own, city, role)
        may = role.value in ("promotion", "leader", "land", "supervision", "admin")
        assert who.get("/v1/holds").status_code == (200 if may else 403), role
        assert who.get(f"/v1/holds/{key}").status_code == (200 if may else 403), role
        if not may:
            assert who.get(path).status_code == 403
            assert Holder(own, city, role.value).set_aside(FREE).status_code == 403
    anonymous = reader(own, city, Role.PUBLIC)
    for shown in (anonymous.get("/v1/availability"), anonymous.get("/v1/parcels")):
        assert "某集团" not in shown.text
        assert "hold" not in shown.text
        assert "held" not in shown.text
    told = _verdict(anonymous, city, CLEAR)
    assert {"restricted"} >= _codes(told) - {"planning_missing"}


def test_of_two_who_hold_at_once_one_is_told(own: TestClient, city: Filled) -> None:
    both = [Holder(own, city, role) for role in ("promotion", "land")]
    gate = threading.Barrier(2)
    answers: list[int] = []

    def go(who: Holder, party: str) -> None:
        gate.wait()
        answers.append(who.set_aside(CLEAR, party=party).status_code)

    threads = [
        threading.Thread(target=go, args=(who, party)) for who, party in zip(both, ("甲", "乙"), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201, 409]


def test_the_kernel_names_items_and_gates_as_the_vocabulary_does() -> None:
    assert {item.value: item.zh for item in ClearItem} == {code: zh for code, (zh, _) in CHECKLIST.items()}
    assert {gate.value: gate.zh for gate in GateKind} == {code: zh for code, (zh, _) in GATES.items()}


def test_checklist_and_gate_by_hand_decide_the_verdict(own: TestClient, city: Filled) -> None:
    land = reader(own, city, Role.LAND)
    parcel = city.built.parcels[CLEAR]

    def add(noun: str, **fields: Any) -> Any:
        body = {"fields": {"parcel": parcel, **fields}}
        return land.client.post(f"/v1/records/{noun}", json=body, headers=land.headers)

    assert "checklist_absent" in _codes(_verdict(land, city, CLEAR))
    made = add("checklist_item", item="compensation", state="open", planned_on=ahead(20).isoformat())
    assert made.status_code == 201, made.text
    now = _verdict(land, city, CLEAR)
    assert {"checklist_open", "checklist_unrecorded"} <= _codes(now)
    open_item = next(reason for reason in now["reasons"] if reason["code"] == "checklist_open")
    assert (open_item["until"], open_item["until_plan"]) == (ahead(20).isoformat(), True)
    later = _verdict(land, city, CLEAR, datetime=ahead(20).isoformat())
    assert "checklist_open" not in _codes(later)
    assert add("checklist_item", item="rights", state="done").status_code == 400
    assert add("checklist_item", item="rights", done_on=ago(1).isoformat()).status_code == 400
    done = add(
        "checklist_item", item="rights", state="done", done_on=ago(1).isoformat(), evidence="权籍调查表"
    )
    assert done.status_code == 201, done.text
    assert add("supply_gate", kind="archaeology").status_code == 201
    assert _verdict(land, city, CLEAR)["status"] == "unavailable"
    assert "archaeology_open" in _codes(_verdict(land, city, CLEAR))
