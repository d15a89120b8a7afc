"""Clearance rolled up and whole: by place, month, project and parcel; the sheet of a task; who may read sums."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from geoservice import clock
from geoservice.access.principals import Scope
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.registry.put import put
from geoservice.registry.record import record
from geoservice.web.app import create_app
from tests.fixtures.city import ago, ahead, number_of
from tests.fixtures.services import Filled
from tests.web.conftest import As, Reader, reader

WHOLE = ("leader", "expropriation", "land", "supervision", "admin")


def rows(somebody: Reader, **params: Any) -> dict[str, dict[str, Any]]:
    return {f["id"]: f["properties"] for f in somebody.features("/v1/demolition", **params)}


@pytest.mark.parametrize("role", WHOLE)
def test_the_city_in_numbers_is_the_sum_of_its_tasks(as_role: As, role: str) -> None:
    somebody = as_role(role)
    tasks, city = rows(somebody), rows(somebody, by="city")["no-city"]
    assert (city["tasks"], city["households_total"], city["households_signed"]) == (3, 12, 9)
    assert (city["households_vacated"], city["households_demolished"], city["households_remaining"]) == (
        6,
        6,
        6,
    )
    assert (city["signed_rate"], city["demolished_rate"]) == (0.75, 0.5)
    assert city["area_m2"] == pytest.approx(sum(one["area_m2"] for one in tasks.values()), abs=0.01)
    assert (city["delivered_area_m2"], city["delivery_rate"]) == (0, 0)
    assert city["demolished_floor_area_m2"] == sum(100 + n for n in range(6))


def test_groups_have_the_shapes_and_names_of_what_they_are(as_role: As, standing: Filled) -> None:
    leader, built = as_role("leader"), standing.built
    district = {f["id"]: f for f in leader.features("/v1/demolition", by="district")}
    assert set(district) == {built.zones["东城区"], built.zones["西城区"]}
    east = district[built.zones["东城区"]]
    assert (east["properties"]["district_name"], east["properties"]["tasks"]) == ("东城区", 2)
    assert east["geometry"]["type"] == "MultiPolygon"
    parcel = rows(leader, by="parcel")
    assert parcel[built.parcels[number_of(4, 0)]]["households_total"] == 12
    assert parcel["no-parcel"]["tasks"] == 1, "ZC-3 is about no parcel"
    assert rows(leader, by="project")["no-project"]["tasks"] == 3
    assert rows(leader, by="unit")["东城街道"]["tasks"] == 3
    assert rows(leader, by="park")["no-park"]["tasks"] == 3


def test_filters_hold_for_sums_as_for_lists(as_role: As) -> None:
    leader = as_role("leader")
    assert rows(leader, by="city", district="西城区")["no-city"]["households_total"] == 0
    assert rows(leader, by="city", q="东片")["no-city"]["households_total"] == 12
    assert leader.features("/v1/demolition", by="city", bbox="0,0,1,1") == []
    past = rows(leader, by="city", datetime=ago(100).isoformat())["no-city"]
    assert (past["households_signed"], past["households_demolished"]) == (5, 0)


def test_months_say_what_stood_and_what_was_done(as_role: As) -> None:
    leader = as_role("leader")
    found = rows(leader, by="month")
    assert list(found) == sorted(found)
    assert list(found)[-1] == f"{clock.today():%Y-%m}"
    last = list(found.values())[-1]
    assert (last["households_signed"], last["households_total"]) == (9, 12)
    assert sum(one["households_signed_in_month"] for one in found.values()) == 9
    assert sum(one["demolished_floor_area_m2_in_month"] for one in found.values()) == sum(
        100 + n for n in range(6)
    )
    assert (
        leader.features(
            "/v1/demolition", by="month", **{"from": ahead(40).isoformat(), "to": ahead(80).isoformat()}
        )
        == []
    )
    assert leader.get("/v1/demolition?by=month&from=2001-01-01").status_code == 400


@pytest.mark.parametrize("f", ["json", "csv"])
def test_the_same_rows_as_list_and_table(as_role: As, f: str) -> None:
    answer = as_role("leader").get(f"/v1/demolition?by=district&f={f}")
    assert answer.status_code == 200
    assert "households_signed" in answer.text
    assert "东城区" in answer.text


@pytest.mark.parametrize("role", ["public", "promotion"])
def test_no_sum_for_those_who_read_published_figures(as_role: As, standing: Filled, role: str) -> None:
    somebody, task = as_role(role), standing.built.tasks["ZC-1"]
    for by in ("park", "district", "unit", "project", "parcel", "city"):
        for f in ("geojson", "json", "csv"):
            assert somebody.get(f"/v1/demolition?by={by}&f={f}").status_code == 403
    assert somebody.get("/v1/demolition?by=month").status_code == (403 if role == "public" else 200)
    for path in (f"/v1/demolition/{task}/sheet", f"/demolition/{task}"):
        assert somebody.get(path).status_code == 403


def test_parameters_that_mean_nothing_are_refused(as_role: As) -> None:
    leader = as_role("leader")
    for query in (
        "by=city&from=2026-01-01",
        "from=2026-01-01",
        "by=month&cursor=x",
        "by=street",
        "by=city&limit=0",
    ):
        assert leader.get(f"/v1/demolition?{query}").status_code == 400, query


def test_scope_ends_sums_at_the_district(as_role: As, standing: Filled) -> None:
    west = as_role("expropriation", Scope(ScopeKind.DISTRICT, standing.built.zones["西城区"]))
    city = rows(west, by="city")["no-city"]
    assert (city["tasks"], city["households_total"]) == (1, 0)
    assert west.get(f"/v1/demolition/{standing.built.tasks['ZC-1']}/sheet").status_code == 404


@pytest.fixture
def worked(city: Filled) -> tuple[Filled, TestClient]:
    """Return a city whose first task has milestones, targets, a threshold, land and money."""
    task, year = city.built.tasks["ZC-1"], clock.today().year
    with city.service.work().begin("tester", "task book") as unit:
        facts = [
            ("preannounced", ago(200), "预公告〔1〕号"),
            ("surveyed", ago(190), "调查报告"),
            ("plan_announced", ago(198), "方案〔2〕号"),
            ("approved", ago(60), None),
        ]
        frame = pd.DataFrame(
            [
                {"track": "collective", "kind": kind, "actual_on": day, "evidence": proof}
                for kind, day, proof in facts
            ]
        ).assign(subject_noun="demolition_task", subject=task)
        record(unit, "milestone", frame.astype(object).where(frame.notna(), None))
        targets = [
            ("households_signed", date(year, 1, 1), date(year, 12, 31), 12, "户"),
            ("households_demolished", ago(30), ahead(30), 4, "户"),
            ("acquired_area_m2", ago(300), ago(200), 0, "m2"),
        ]
        frame = pd.DataFrame(targets, columns=["kind", "period_from", "period_to", "amount", "unit"])
        record(unit, "target", frame.assign(subject_noun="demolition_task", subject=task))
        row = {
            "task_number": "ZC-1",
            "signing_threshold": 0.8,
            "signing_deadline": ago(5),
            "acquired_area_m2": 2000.0,
            "funds_due_fen": 1_000_00,
            "funds_paid_fen": 250_00,
        }
        put(unit, "demolition_task", pd.DataFrame([row]).astype(object), valid_from=ago(100))
    return city, TestClient(create_app(city.service), raise_server_exceptions=False)


def test_the_sheet_of_a_task(worked: tuple[Filled, TestClient]) -> None:
    filled, client = worked
    task = filled.built.tasks["ZC-1"]
    leader = reader(client, filled, Role.LEADER)
    found = leader.get(f"/v1/demolition/{task}/sheet").json()
    assert found["parcels"] == [filled.built.parcels[number_of(4, 0)]]
    assert found["units"]["by_state"] == {
        "none": 0, "surveyed": 3, "appraised": 0, "signed": 3, "compensated": 0, "vacated": 0, "demolished": 6,
        "disputed": 0,
    }  # fmt: skip
    assert found["units"]["unsigned"] == 3
    # 0.8 × 12 = 9.6: ten households must sign, nine have, and the period is over.
    assert found["signing"] | {"deadline": None} == {
        "threshold": 0.8, "deadline": None, "signed": 9, "total": 12, "needed": 10, "effective": False, "failed": True,
    }  # fmt: skip
    codes = {(one["severity"], one["code"]) for one in found["procedure"]["findings"]}
    assert ("error", "preannouncement_period") in codes
    assert ("error", "survey_before_plan") in codes
    assert ("error", "funds_before_approval") in codes
    assert ("error", "announcement_deadline") in codes
    assert ("error", "evidence_missing") in codes
    assert all(one["source"] for one in found["procedure"]["steps"])
    signed, demolished, none = (
        next(t for t in found["targets"] if t["kind"] == kind)
        for kind in ("households_signed", "households_demolished", "acquired_area_m2")
    )
    signed_this_year = sum(ago(120 - 5 * n).year == clock.today().year for n in range(9))
    assert (signed["done"], signed["amount"]) == (signed_this_year, 12)
    assert (demolished["done"], demolished["rate"], demolished["left"]) == (6, 1.5, 0)
    assert none["rate"] is None
    assert found["forecast"]["demolished"]["status"] == "not_enough_data"
    assert (found["forecast"]["demolished"]["remaining"], found["forecast"]["demolished"]["events"]) == (6, 6)
    past = leader.get(f"/v1/demolition/{task}/sheet", params={"datetime": ago(150).isoformat()}).json()
    assert past["signing"]["threshold"] is None
    assert past["units"]["by_state"]["surveyed"] == 12


def test_land_money_and_targets_roll_up(worked: tuple[Filled, TestClient]) -> None:
    filled, client = worked
    leader = reader(client, filled, Role.LEADER)
    city = rows(leader, by="city")["no-city"]
    assert (city["funds_due_fen"], city["funds_paid_fen"], city["paid_rate"]) == (1_000_00, 250_00, 0.25)
    assert (city["acquired_area_m2"], city["acquired_mu"]) == (2000, 3)
    signed = sum(ago(120 - 5 * n).year == clock.today().year for n in range(9))
    assert (city["households_signed_this_year"], city["households_signed_target"]) == (signed, 12)
    assert city["households_signed_completion"] == round(signed / 12, 4)
    task = rows(leader)[filled.built.tasks["ZC-1"]]
    assert task["agreements_effective"] is False
    with filled.service.work().begin("tester", "lower") as unit:
        row = pd.DataFrame([{"task_number": "ZC-1", "signing_threshold": 0.75}])
        put(unit, "demolition_task", row, valid_from=clock.today())
    assert rows(leader)[filled.built.tasks["ZC-1"]]["agreements_effective"] is True
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    assert rows(leader, datetime=yesterday)[filled.built.tasks["ZC-1"]]["agreements_effective"] is False


def test_the_printable_page_names_figures_findings_and_their_sources(
    worked: tuple[Filled, TestClient],
) -> None:
    filled, client = worked
    leader, task = reader(client, filled, Role.LEADER), filled.built.tasks["ZC-1"]
    page = leader.get(f"/demolition/{task}")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for word in ("征拆任务书", "东片征拆", "9 / 12", "75.0%", "实施条例第二十六条", "数据不足", "未生效"):
        assert word in page.text, word
    assert "Not enough data" in leader.get(f"/demolition/{task}?lang=en").text
    assert "nonce-" in page.headers["content-security-policy"]
    assert leader.get("/demolition/ZC99999999").status_code == 404


def test_procedures_are_told_with_their_clauses(as_role: As) -> None:
    found = as_role("public").get("/v1/procedures").json()
    assert {one["code"] for one in found["procedures"]} == {"collective", "state"}
    assert {2024, 2025, 2026} <= set(found["calendar_years"])
    assert all(rule["source"] for one in found["procedures"] for rule in one["rules"])
