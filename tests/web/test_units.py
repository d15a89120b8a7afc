"""Single units: for the expropriation office within its reach, logged at every read; for nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from geoservice import clock
from geoservice.access.principals import Scope
from geoservice.clock import day_number
from geoservice.demolition import unit_states, with_days
from geoservice.model import access_log, audit, demolition_unit
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.registry import sealed
from geoservice.registry.put import put
from geoservice.registry.record import record
from geoservice.vault import Vault, new_key_file, open_vault
from geoservice.web.app import create_app
from tests.fixtures.city import ago, ahead
from tests.fixtures.services import Filled
from tests.web.conftest import As, Reader, reader

NAME = {"field": "name", "heading": "户主姓名", "value": "张三丰"}
OTHERS = [role.value for role in Role if role is not Role.EXPROPRIATION]


def logged(filled: Filled) -> int:
    with filled.service.database.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(access_log)) or 0)


@pytest.fixture
def office(city: Filled, tmp_path: Path) -> Iterator[tuple[Filled, TestClient, Vault]]:
    """Yield a city with a vault, in which one household is known by name."""
    vault = open_vault(tmp_path / "vault", new_key_file(tmp_path / "keys"))
    filled = replace(city, service=replace(city.service, vault=vault))
    with filled.service.work().begin("tester", "keep") as unit:
        sealed.keep_personal(unit, vault, "demolition_unit", {"HU00000001": [NAME]})
    yield filled, TestClient(create_app(filled.service), raise_server_exceptions=False), vault


def within(filled: Filled, client: TestClient, kind: ScopeKind, key: str) -> Reader:
    return reader(client, filled, Role.EXPROPRIATION, (Scope(kind, key),))


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_sees_a_unit_not_even_the_administrator(as_role: As, role: str) -> None:
    somebody = as_role(role)
    for path in ("", "/HU00000001", "/HU00000001/personal?reason=why"):
        assert somebody.get(f"/v1/demolition/units{path}").status_code == 403, path
    assert somebody.get("/v1/demolition/ZC00000001/units").status_code == 403


def test_units_with_their_facts_within_reach_alone(office: Any) -> None:
    filled, client, _ = office
    zones, tasks = filled.built.zones, filled.built.tasks
    inside = within(filled, client, ScopeKind.DISTRICT, zones["东城区"])
    found = inside.features("/v1/demolition/units")
    assert len(found) == 12
    assert {f["properties"]["state"] for f in found} == {"surveyed", "signed", "demolished"}
    assert {f["properties"]["task_name"] for f in found} == {"东片征拆"}
    outside = within(filled, client, ScopeKind.DISTRICT, zones["西城区"])
    assert outside.features("/v1/demolition/units") == []
    assert outside.get("/v1/demolition/units/HU00000001").status_code == 404
    assert outside.get("/v1/demolition/units/HU00000001/personal?reason=核对").status_code == 404
    assert outside.features(f"/v1/demolition/{tasks['ZC-1']}/units") == []


def test_reach_may_be_a_single_task(office: Any) -> None:
    filled, client, _ = office
    tasks = filled.built.tasks
    one = within(filled, client, ScopeKind.TASK, tasks["ZC-1"])
    other = within(filled, client, ScopeKind.TASK, tasks["ZC-3"])
    assert len(one.features("/v1/demolition/units")) == 12
    assert other.features("/v1/demolition/units") == []
    assert [f["id"] for f in one.features("/v1/demolition")] == [tasks["ZC-1"]]
    assert len(one.features("/v1/parcels")) == 1, "the parcel the task is about"
    assert len(one.features("/v1/availability")) == 1
    assert one.features("/v1/projects") == []


def test_every_page_and_item_is_logged_with_the_units_it_showed(office: Any) -> None:
    filled, client, _ = office
    officer = within(filled, client, ScopeKind.CITY, "")
    before = logged(filled)
    path: str | None = "/v1/demolition/units?limit=5&task=ZC-1"
    seen: list[str] = []
    while path:
        answer = officer.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store"), answer.text
        seen += [f["id"] for f in answer.json()["features"]]
        path = next((link["href"] for link in answer.json()["links"] if link["rel"] == "next"), None)
    assert officer.get(f"/v1/demolition/units/{seen[0]}").status_code == 200
    assert logged(filled) == before + 4
    with filled.service.database.read() as connection:
        rows = connection.execute(select(access_log).order_by(access_log.c.id)).all()[-4:]
        assert [key for row in rows[:3] for key in row.keys] == seen
        assert rows[3].subject == seen[0]
        entries = connection.execute(select(audit).order_by(audit.c.id.desc()).limit(4)).all()
    assert {entry.action for entry in entries} == {"read units", "read a unit"}
    assert all(entry.touched == {"access_log": n} for entry, n in zip(entries, (1, 2, 5, 5), strict=True))


def test_filters_state_day_and_search(office: Any) -> None:
    filled, client, _ = office
    officer = within(filled, client, ScopeKind.CITY, "")
    path = "/v1/demolition/units"
    assert len(officer.features(path, state="demolished")) == 6
    assert len(officer.features(path, state="signed,surveyed")) == 6
    assert len(officer.features(path, q="HU-1-0")) == 10
    past = officer.features(path, datetime=ago(100).isoformat())
    assert {f["properties"]["demolished_on"] for f in past} == {None}
    assert officer.get(path, params={"task": "ZC-9"}).status_code == 400
    assert officer.get(path, params={"owner": "x"}).status_code == 400


def test_personal_fields_need_a_reason_and_are_logged_with_it(office: Any) -> None:
    filled, client, _ = office
    officer = within(filled, client, ScopeKind.CITY, "")
    path = "/v1/demolition/units/HU00000001"
    assert officer.get(path).json()["properties"]["personal_fields"] == ["name"]
    assert "张三丰" not in officer.get("/v1/demolition/units").text + officer.get(path).text
    before = logged(filled)
    for reason in ("", "?reason=", "?reason=%20"):
        assert officer.get(f"{path}/personal{reason}").status_code == 400
    assert logged(filled) == before
    answer = officer.get(f"{path}/personal?reason=核对签约")
    assert answer.json()["personal"] == [NAME]
    assert answer.headers["cache-control"] == "no-store"
    told = reader(client, filled, Role.LAND).get("/v1/access-log?subject=HU00000001").json()["reads"][0]
    assert (told["action"], told["reason"], told["role"]) == ("personal", "核对签约", "expropriation")
    assert officer.get("/v1/access-log").status_code == 403


def test_erased_fields_are_gone_and_say_so(office: Any) -> None:
    filled, client, vault = office
    officer = within(filled, client, ScopeKind.CITY, "")
    path = "/v1/demolition/units/HU00000001/personal"
    assert client.delete(f"{path}?reason=x", headers=officer.headers).status_code == 400
    assert client.delete(f"{path}?reason=本人申请", headers=officer.headers).json()["erased"] is True
    assert officer.get(f"{path}?reason=核对").status_code == 404
    assert vault.records() == set()


def test_without_a_vault_it_is_said(city: Filled) -> None:
    client = TestClient(create_app(city.service))
    officer = within(city, client, ScopeKind.CITY, "")
    answer = officer.get("/v1/demolition/units/HU00000001/personal?reason=核对")
    assert (answer.status_code, answer.json()["remedy"]) == (409, "An operator sets GEOSERVICE_VAULT_DIR.")


def test_states_in_sql_are_those_of_the_kernel(office: Any) -> None:
    """All branches: disputed and settled, before, on and after the day."""
    filled, client, _ = office
    days = [None, ago(30), ago(10), clock.today(), ahead(10)]
    rows = [
        {"signed_on": signed, "litigated_on": branch, "vacated_on": left, "surveyed_on": ago(40)}
        for signed in days
        for branch in days
        for left in days[:4]
    ]
    frame = pd.DataFrame(rows).astype(object)
    frame = frame.where(frame.notna(), None)
    frame["unit_number"] = [f"X-{n:03d}" for n in range(len(frame))]
    frame["task"], frame["kind"] = filled.built.tasks["ZC-3"], "household"
    with filled.service.work().begin("tester", "units") as unit:
        put(unit, "demolition_unit", frame, valid_from=ago(100))
    officer = within(filled, client, ScopeKind.TASK, filled.built.tasks["ZC-3"])
    for day in (ago(20), ago(10), clock.today()):
        shown = {
            f["properties"]["unit_number"]: f["properties"]["state"]
            for f in officer.features("/v1/demolition/units", datetime=day.isoformat())
        }
        with filled.service.database.read() as connection:
            held = pd.DataFrame(
                connection.execute(
                    select(demolition_unit).where(demolition_unit.c.unit_number.startswith("X-"))
                ).mappings()
            )
        known = unit_states(with_days(held), day_number(day))
        assert shown == dict(zip(held["unit_number"], known, strict=True)), day


@pytest.mark.parametrize("role", ["promotion", "leader", "supervision", "land", "admin"])
def test_the_editing_room_is_no_way_round(as_role: As, standing: Filled, role: str) -> None:
    task, somebody = standing.built.tasks["ZC-1"], as_role(role)
    for road in ("HU00000001", "HU99999999", f"?field=task&value={task}"):
        assert somebody.get(f"/v1/records/demolition_unit/{road}".replace("/?", "?")).status_code == 403, road
        assert somebody.get("/records/demolition_unit/HU00000001").status_code == 403


def test_promotion_does_not_read_what_hangs_on_a_task(office: Any) -> None:
    filled, client, _ = office
    task = filled.built.tasks["ZC-1"]
    with filled.service.work().begin("tester", "milestones") as unit:
        fact = {
            "subject_noun": "demolition_task",
            "subject": task,
            "track": "collective",
            "kind": "risk_assessed",
            "actual_on": ago(100),
            "evidence": "稳评报告",
        }
        record(unit, "milestone", pd.DataFrame([fact]).astype(object))
    listed = f"/v1/records/milestone?field=subject&value={task}"
    assert len(reader(client, filled, Role.LAND).get(listed).json()["records"]) == 1
    for road in (listed, f"/v1/records/milestone/demolition_task~{task}~collective~risk_assessed"):
        answer = reader(client, filled, Role.PROMOTION).get(road)
        assert answer.status_code == 403
        assert "稳评" not in answer.text


def test_facts_are_edited_with_evidence_and_every_look_is_logged(office: Any) -> None:
    filled, client, _ = office
    officer = within(filled, client, ScopeKind.DISTRICT, filled.built.zones["东城区"])
    road = "/v1/records/demolition_unit/HU00000012"
    before = logged(filled)
    held = officer.get(road)
    assert (held.status_code, logged(filled)) == (200, before + 1)
    headers = {**officer.headers, "If-Match": held.headers["etag"]}

    def patch(**fields: Any) -> Any:
        return client.patch(road, json={"fields": fields}, headers=headers)

    bare = patch(signed_on=ago(1).isoformat())
    assert (bare.status_code, bare.json()["value"]) == (400, "signed_evidence")
    early = patch(signed_on=ahead(1).isoformat(), signed_evidence="协议12号")
    assert (early.status_code, early.json()["value"]) == (400, "signed_on")
    done = patch(signed_on=ago(1).isoformat(), signed_evidence="协议12号")
    assert done.status_code == 200, done.text
    other = within(filled, client, ScopeKind.DISTRICT, filled.built.zones["西城区"])
    assert other.get(road).status_code == 404
    wrong = client.patch(road, json={"fields": {"kind": "grave"}}, headers={**other.headers, "If-Match": "*"})
    assert wrong.status_code == 404
    created = client.post(
        "/v1/records/demolition_unit",
        json={"fields": {"unit_number": "N-1", "task": filled.built.tasks["ZC-1"], "kind": "household"}},
        headers=other.headers,
    )
    assert created.status_code == 404, "a task beyond the district"
