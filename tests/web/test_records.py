"""Editing by hand: the right hand, the right state, a reason where one is due, and everything that follows."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from fastapi.testclient import TestClient

from geoservice.access.principals import Scope
from geoservice.model.nouns import NOUNS
from geoservice.model.vocabulary import Role, ScopeKind
from tests.fixtures.city import ago, ahead, number_of
from tests.fixtures.services import Filled
from tests.web.conftest import Reader, reader


class Hand:
    """Somebody who edits."""

    def __init__(self, own: TestClient, city: Filled, role: str, *scopes: Scope) -> None:
        self.reader: Reader = reader(own, city, Role(role), scopes)

    def read(self, path: str) -> Any:
        response = self.reader.get(f"/v1/records/{path}")
        assert response.status_code == 200, response.text
        assert response.headers["etag"] == response.json()["etag"]
        assert response.headers["cache-control"] == "private, no-store"
        return response.json()

    def send(self, method: str, path: str, body: Any = None, etag: str | None = None, **params: Any) -> Any:
        headers = self.reader.headers | ({} if etag is None else {"If-Match": etag})
        return self.reader.client.request(
            method, f"/v1/records/{path}", json=body, headers=headers, params=params
        )

    def patch(
        self, path: str, reason: str | None = None, valid_from: str | None = None, **fields: Any
    ) -> Any:
        etag = self.read(path)["etag"]
        body = {"fields": fields, "reason": reason, "valid_from": valid_from}
        return self.send("PATCH", path, body, etag)


@pytest.fixture
def land(own: TestClient, city: Filled) -> Hand:
    return Hand(own, city, "land")


@pytest.fixture
def supervision(own: TestClient, city: Filled) -> Hand:
    return Hand(own, city, "supervision")


def _code(response: Any, status: int) -> str:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    return str(response.json()["code"])


def test_a_change_is_seen_everywhere_and_told_by_whom_and_why(land: Hand, city: Filled) -> None:
    key = city.built.parcels[number_of(0, 0)]
    before = land.read(f"parcel/{key}")
    done = land.patch(f"parcel/{key}", "法院通知书 2026-1", seized=True)
    assert done.status_code == 200, done.text
    assert done.json()["changed"] is True
    assert done.json()["etag"] != before["etag"]
    verdict = land.reader.get(f"/v1/availability/{key}").json()["properties"]
    assert (verdict["status"], "seized" in {r["code"] for r in verdict["reasons"]}) == ("unavailable", True)
    last = land.reader.get(f"/v1/parcels/{key}/history").json()["versions"][-1]
    assert last["by"]["reason"] == "法院通知书 2026-1"
    assert last["by"]["actor"] == "land-city"
    assert last["changes"]["seized"] == {"from": False, "to": True}


def test_the_state_a_change_was_made_for_must_still_hold(land: Hand, city: Filled) -> None:
    path = f"parcel/{city.built.parcels[number_of(2, 2)]}"
    body = {"fields": {"note": "甲"}}
    assert _code(land.send("PATCH", path, body), 428) == "unconditional"
    etag = land.read(path)["etag"]
    assert land.send("PATCH", path, body, etag).status_code == 200
    assert _code(land.send("PATCH", path, {"fields": {"note": "乙"}}, etag), 412) == "stale"
    assert land.read(path)["fields"]["note"] == "甲"
    again = land.send("PATCH", path, body, "*").json()
    assert again["changed"] is False, "saying again what is recorded writes nothing"


def test_of_two_hands_at_once_one_is_told(land: Hand, city: Filled) -> None:
    path = f"parcel/{city.built.parcels[number_of(2, 3)]}"
    etag = land.read(path)["etag"]
    found: list[int] = []

    def write(note: str) -> None:
        found.append(land.send("PATCH", path, {"fields": {"note": note}}, etag).status_code)

    hands = [threading.Thread(target=write, args=(f"第{n}手",)) for n in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sorted(found) == [200, 412, 412, 412]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"promotable": True}, "signs off"),
        ({"state": "planned"}, "ladder back"),
        ({"cleared_plan_on": ahead(500).isoformat()}, "later plan"),
    ],
)
def test_a_reason_is_asked_for_where_one_is_due(
    land: Hand, city: Filled, fields: dict[str, Any], reason: str
) -> None:
    path = f"parcel/{city.built.parcels[number_of(4, 2)]}"
    assert land.patch(path, cleared_plan_on=ahead(300).isoformat()).status_code == 200
    refused = land.patch(path, **fields)
    assert _code(refused, 400) == "invalid_input", reason
    assert "reason" in refused.json()["title"]
    assert next(iter(fields)) in refused.json()["value"]
    assert land.patch(path, "市政府专题会议纪要 12 号", **fields).status_code == 200
    earlier = land.patch(path, cleared_plan_on=ahead(200).isoformat())
    assert earlier.status_code == 200, "bringing a plan forward needs no reason"


def test_a_stage_is_recorded_with_evidence_and_corrected_with_a_reason(
    own: TestClient, supervision: Hand, city: Filled
) -> None:
    project = city.built.projects["XM-B"]
    held = {r["fields"]["stage"]: r for r in _stages(supervision, project)}
    assert "producing" not in held
    body: dict[str, Any] = {
        "fields": {"project": project, "stage": "producing", "actual_on": ago(3).isoformat()}
    }
    assert "evidence" in _refusal(supervision.send("POST", "stage_event", body))
    body["fields"]["evidence"] = "投产报告 2026-7"
    added = supervision.send("POST", "stage_event", body)
    assert added.status_code == 201, added.text
    path = f"stage_event/{project}~producing"
    assert added.headers["location"] == f"/v1/records/{path}"
    assert supervision.reader.get(f"/v1/projects/{project}").json()["properties"]["stage"] == "producing"
    assert _code(supervision.send("POST", "stage_event", body), 409) == "conflict"
    assert "reason" in _refusal(supervision.patch(path, actual_on=ago(2).isoformat()))
    assert supervision.patch(path, "日期录入有误", actual_on=ago(2).isoformat()).status_code == 200
    told = supervision.reader.get(f"/v1/projects/{project}/history").json()["stages"]
    kept = [s for s in told if s["stage"] == "producing"]
    assert [s["actual_on"] for s in kept] == [ago(3).isoformat(), ago(2).isoformat()]
    assert kept[-1]["reason"] == "日期录入有误"
    assert kept[0]["superseded_at"] is not None
    assert "future" in _refusal(supervision.patch(path, "x", actual_on=ahead(1).isoformat()))
    admin = Hand(own, city, "admin")
    assert "identity" in _refusal(admin.patch(path, "x", stage="capacity_reached"))


def test_an_unusual_order_warns_and_is_kept(supervision: Hand, city: Filled) -> None:
    project = city.built.projects["XM-B"]
    fields = {"project": project, "stage": "producing", "actual_on": ago(800).isoformat(), "evidence": "函"}
    done = supervision.send("POST", "stage_event", {"fields": fields})
    assert done.status_code == 201
    assert [n["code"] for n in done.json()["notices"]] == ["stage_order"]


def test_a_plan_that_moves_back_shows_how_far_and_why(
    supervision: Hand, own: TestClient, city: Filled
) -> None:
    project = city.built.projects["XM-E"]
    path = f"stage_event/{project}~started"
    assert "reason" in _refusal(supervision.patch(path, planned_on=ahead(150).isoformat()))
    assert supervision.patch(path, "管线迁改滞后", planned_on=ahead(150).isoformat()).status_code == 200
    assert supervision.patch(path, "再推迟", planned_on=ahead(170).isoformat()).status_code == 200
    stages = supervision.reader.get(f"/v1/projects/{project}/stages").json()["stages"]
    started = next(stage for stage in stages if stage["stage"] == "started")
    assert (started["baseline_on"], started["planned_on"]) == (ahead(120).isoformat(), ahead(170).isoformat())
    assert (started["slipped_days"], started["slip_reason"]) == (50, "再推迟")
    shown = own.get(f"/v1/projects/{city.built.projects['XM-B']}/stages").json()["stages"]
    assert {(s["baseline_on"], s["slipped_days"], s["slip_reason"]) for s in shown} == {(None, None, None)}


def test_a_blocker_goes_from_hand_to_hand(own: TestClient, city: Filled, land: Hand) -> None:
    leader = Hand(own, city, "leader")
    project = city.built.projects["XM-B"]
    opened = {"project": project, "kind": "land", "title": "进场道路未交地", "opened_on": ago(5).isoformat()}
    assert land.send("POST", "blocker", {"fields": opened | {"escalation": 2}}).status_code == 403
    added = Hand(own, city, "supervision").send("POST", "blocker", {"fields": opened})
    path = f"blocker/{added.json()['key']}"
    assigned = leader.patch(path, owner_unit="自规局", due_on=ahead(20).isoformat())
    assert assigned.status_code == 200, assigned.text
    assert _code(land.patch(path, closed_on=ago(0).isoformat()), 403) == "forbidden"
    assert "feedback" in leader.patch(path, closed_on=ago(0).isoformat()).json()["value"]
    assert land.patch(path, feedback="道路已移交，附照片").status_code == 200
    assert leader.patch(path, closed_on=ago(0).isoformat()).status_code == 200
    card = leader.reader.get(f"/v1/projects/{project}").json()["properties"]["blockers"]
    mine = next(b for b in card if b["title"] == opened["title"])
    assert (mine["feedback"], mine["closed_on"]) == ("道路已移交，附照片", ago(0).isoformat())


def test_linking_a_parcel_occupies_it_and_ending_the_link_frees_it(land: Hand, city: Filled) -> None:
    project, parcel = city.built.projects["XM-A"], city.built.parcels[number_of(0, 0)]
    fields = {"project": "XM-A", "parcel": number_of(0, 0), "role": "用地"}
    added = land.send("POST", "project_parcel", {"fields": fields})
    assert added.status_code == 201, added.text
    assert added.json()["fields"]["project"] == project
    assert _status(land, parcel) == "unavailable"
    path = f"project_parcel/{added.json()['key']}"
    etag = added.json()["etag"]
    assert _code(land.send("DELETE", path, etag=etag), 400) == "invalid_input"
    assert land.send("DELETE", path, etag=etag, reason="项目调整选址").status_code == 204
    assert _status(land, parcel) == "available"
    assert _code(land.send("DELETE", path, etag="*", reason="再次"), 404) == "not_found"
    over = land.send("POST", "project_parcel", {"fields": fields | {"share": 1.5}})
    assert "share" in _refusal(over)


def test_the_past_is_changed_with_a_reason_and_the_future_is_not(land: Hand, city: Filled) -> None:
    key = city.built.parcels[number_of(2, 4)]
    path = f"parcel/{key}"
    assert "reason" in _refusal(land.patch(path, valid_from=ago(30).isoformat(), name="旧名"))
    assert land.patch(path, "补录", valid_from=ago(30).isoformat(), name="旧名").status_code == 200
    names = [
        land.reader.get(f"/v1/parcels/{key}", params={"datetime": ago(days).isoformat()}).json()[
            "properties"
        ]["name"]
        for days in (31, 30, 0)
    ]
    assert names[1:] == ["旧名", "旧名"]
    assert names[0] != "旧名"
    assert "ahead" in _refusal(land.patch(path, "x", valid_from=ahead(1).isoformat(), name="y"))


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"far_min": "abc"}, "far_min"),
        ({"far_min": -1}, "far_min"),
        ({"far_min": 3, "far_max": 2}, "above"),
        ({"planning_set": "yes"}, "planning_set"),
        ({"cleared_plan_on": "2026-02-30"}, "cleared_plan_on"),
        ({"state": "flying"}, "state"),
        ({"park": "不存在的园区"}, "park"),
        ({"name": "x" * 3000}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"nonsense": 1}, "no such field"),
        ({"geometry": {"type": "Point", "coordinates": [0, 0]}}, "no such field"),
        ({}, "Nothing"),
    ],
)
def test_impossible_values_are_refused_by_name(
    land: Hand, city: Filled, fields: dict[str, Any], word: str
) -> None:
    path = f"parcel/{city.built.parcels[number_of(3, 3)]}"
    before = land.read(path)
    assert word in _refusal(land.patch(path, "试", **fields))
    assert land.read(path) == before


def test_scope_ends_at_the_district_and_hidden_things_do_not_exist(own: TestClient, city: Filled) -> None:
    east, west = city.built.zones["东城区"], city.built.zones["西城区"]
    hand = Hand(own, city, "expropriation", Scope(ScopeKind.DISTRICT, east))
    inside, outside = city.built.tasks["ZC-1"], city.built.tasks["ZC-2"]
    assert (
        hand.patch(f"demolition_task/{inside}", "x", planned_clear_on=ahead(60).isoformat()).status_code
        == 200
    )
    assert hand.reader.get(f"/v1/records/demolition_task/{outside}").status_code == 404
    assert hand.send("PATCH", f"demolition_task/{outside}", {"fields": {"unit": "x"}}, "*").status_code == 404
    # A land bureau sees the whole city but writes where it is responsible.
    bureau = Hand(own, city, "land", Scope(ScopeKind.DISTRICT, west))
    key = city.built.parcels[number_of(5, 0)]
    assert bureau.read(f"parcel/{key}")["fields"]["name"]
    assert _code(bureau.patch(f"parcel/{key}", note="x"), 403) == "forbidden"
    moved = Hand(own, city, "land").send(
        "POST",
        "project_parcel",
        {"fields": {"project": city.built.projects["XM-A"], "parcel": "DK99999999"}},
    )
    assert "no such parcel" in _refusal(moved)


def test_every_field_of_every_noun_follows_the_policy(own: TestClient, city: Filled) -> None:
    policy = city.service.policy
    key = city.built.parcels[number_of(1, 4)]
    values: dict[str, Any] = {
        "name": "新名",
        "note": "内",
        "far_min": 1.0,
        "mortgaged": False,
        "district": "东城区",
    }
    for role in Role:
        hand = Hand(own, city, role.value)
        if not policy.allows(_principal(role), "records:write"):
            assert hand.reader.get(f"/v1/records/parcel/{key}").status_code == 403
            continue
        shown = hand.read(f"parcel/{key}")
        view = policy.view(_principal(role), "parcels")
        assert {name for name in shown["fields"] if not view.shows(name)} == set()
        editable = {field["name"] for field in shown["form"]["fields"]}
        for name, value in values.items():
            done = hand.send("PATCH", f"parcel/{key}", {"fields": {name: value}, "reason": "试"}, "*")
            assert (done.status_code == 200) is (name in editable), (role, name, done.text)
            assert (done.status_code == 403) is (name not in editable)


def test_policy_names_real_nouns_and_fields(city: Filled) -> None:
    for (role, name), hand in city.service.policy.hands.items():
        if name == "*":
            continue
        assert hand.fields is None or hand.fields <= set(NOUNS[name].fields), (role, name)
    for name, fields in city.service.policy.reasons.items():
        assert fields <= set(NOUNS[name].fields)


def test_anonymous_and_strangers(own: TestClient, city: Filled) -> None:
    key = city.built.parcels[number_of(0, 0)]
    assert own.get(f"/v1/records/parcel/{key}").status_code == 403
    assert own.patch(f"/v1/records/parcel/{key}", json={"fields": {"name": "x"}}).status_code == 403
    admin = Hand(own, city, "admin")
    assert admin.reader.get("/v1/records/user/1").status_code == 404
    assert admin.reader.get("/v1/records/stage_event/odd").status_code == 400
    assert admin.reader.get("/v1/records/parcel/DK99999999").status_code == 404
    listed = admin.reader.get("/v1/records/stage_event", params={"field": "stage", "value": "x"})
    assert _code(listed, 400) == "invalid_input"


def _principal(role: Role) -> Any:
    from geoservice.access.principals import Principal

    return Principal("x", role, (Scope(ScopeKind.CITY),))


def _stages(hand: Hand, project: str) -> Any:
    asked = hand.reader.get("/v1/records/stage_event", params={"field": "project", "value": project})
    assert asked.status_code == 200, asked.text
    return asked.json()["records"]


def _status(hand: Hand, parcel: str) -> str:
    return str(hand.reader.get(f"/v1/availability/{parcel}").json()["properties"]["status"])


def _refusal(response: Any) -> str:
    document = response.json()
    assert response.status_code == 400, document
    return f"{document['title']} {document['value']} {document['remedy']}"
