"""Milestones against their procedure: periods, order, deadlines, plans and evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from geoservice.demolition.milestones import Milestone, check_milestones
from geoservice.demolition.procedure import DEFAULT_PROCEDURES, load_procedures
from geoservice.demolition.workdays import load_holidays
from geoservice.errors import InvalidInput
from geoservice.model.vocabulary import LandKind

CALENDAR = load_holidays()
PROCEDURES = load_procedures()
COLLECTIVE, STATE = (PROCEDURES.by_code[name] for name in ("collective", "state"))
TODAY = date(2026, 11, 23)

GOOD = {
    "preannounced": "2026-01-05",
    "surveyed": "2026-01-12",
    "risk_assessed": "2026-01-15",
    "plan_announced": "2026-01-20",
    "registered": "2026-02-10",
    "agreed": "2026-02-26",
    "funded": "2026-03-10",
    "applied": "2026-03-20",
    "approved": "2026-05-11",
    "announced": "2026-06-01",
    "paid": "2026-06-20",
    "delivered": "2026-07-01",
}
GOOD_STATE = {
    "surveyed": "2026-01-05",
    "plan_consulted": "2026-02-02",
    "risk_assessed": "2026-03-02",
    "funded": "2026-03-05",
    "decided": "2026-03-10",
    "appraised": "2026-03-25",
    "signing_started": "2026-04-01",
    "signing_closed": "2026-05-10",
}


def facts(**days: str | None) -> dict[str, Milestone]:
    return {
        code: Milestone(actual_on=date.fromisoformat(day), evidence="文号")
        for code, day in days.items()
        if day is not None
    }


def found(procedure: object, milestones: dict[str, Milestone], today: date = TODAY) -> list[tuple[str, str]]:
    result = check_milestones(procedure, milestones, CALENDAR, today)  # type: ignore[arg-type]
    assert all(f.zh and f.en for f in result)
    assert all(
        f.source for f in result if f.code not in ("fact_in_future", "evidence_missing", "calendar_missing")
    )
    return [(f.severity, f.code) for f in result]


def test_an_orderly_procedure_has_no_finding() -> None:
    assert found(COLLECTIVE, facts(**GOOD)) == []
    assert found(STATE, facts(**GOOD_STATE)) == []


def test_every_kind_of_land_has_a_procedure_and_every_rule_its_clause() -> None:
    for kind in LandKind:
        assert PROCEDURES.of_land(kind.value) is not None
    for procedure in PROCEDURES.by_code.values():
        assert all(rule.source and rule.zh and rule.en for rule in procedure.rules)
        assert all(step.source for step in procedure.steps)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        # Ten working days after Monday 5 January end on Monday 19: the plan may come on the 20th.
        ({"plan_announced": "2026-01-19"}, ("error", "preannouncement_period")),
        ({"plan_announced": "2026-01-19", "agreed": "2026-02-25"}, ("error", "preannouncement_period")),
        # Thirty days from 20 January end on 19 February, a day off until 24: agreements from the 25th.
        ({"agreed": "2026-02-24"}, ("error", "plan_period")),
        ({"surveyed": "2026-01-21"}, ("error", "survey_before_plan")),
        ({"surveyed": "2026-01-02"}, ("warning", "survey_after_preannouncement")),
        ({"funded": "2026-05-12"}, ("error", "funds_before_approval")),
        ({"funded": "2026-04-01"}, ("warning", "funds_before_application")),
        # Fifteen working days after 11 May end on 1 June.
        ({"announced": "2026-06-02"}, ("error", "announcement_deadline")),
        ({"announced": "2026-05-10"}, ("error", "announcement_after_approval")),
        ({"delivered": "2026-06-19"}, ("error", "payment_before_delivery")),
        ({"preannounced": None}, ("warning", "survey_after_preannouncement")),
        ({"paid": None}, ("error", "payment_before_delivery")),
    ],
)
def test_what_law_asks_for_on_collective_land(change: dict[str, str | None], code: tuple[str, str]) -> None:
    assert code in found(COLLECTIVE, facts(**{**GOOD, **change}))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"decided": "2026-03-04"}, ("error", "consultation_period")),
        ({"funded": "2026-03-11"}, ("error", "funds_before_decision")),
        ({"risk_assessed": None}, ("error", "assessment_before_decision")),
        ({"signing_started": "2026-03-01"}, ("warning", "decision_before_signing")),
        ({"compensation_decided": "2026-05-09"}, ("error", "signing_closed_before_compensation_decision")),
        ({"enforcement_applied": "2026-06-01"}, ("error", "compensation_decision_before_enforcement")),
        (
            {"compensation_decided": "2026-05-11", "enforcement_applied": "2026-11-11"},
            ("warning", "remedy_period"),
        ),
    ],
)
def test_what_law_asks_for_with_houses(change: dict[str, str | None], code: tuple[str, str]) -> None:
    assert code in found(STATE, facts(**{**GOOD_STATE, **change}))
    after = facts(**{**GOOD_STATE, "compensation_decided": "2026-05-11", "enforcement_applied": "2026-11-12"})
    assert found(STATE, after) == []


def test_a_deadline_is_told_before_it_passes_and_after() -> None:
    waiting = facts(
        **{code: day for code, day in GOOD.items() if code not in ("announced", "paid", "delivered")}
    )
    assert found(COLLECTIVE, waiting, date(2026, 5, 20)) == []
    assert found(COLLECTIVE, waiting, date(2026, 5, 26)) == [("info", "announcement_deadline")]
    assert found(COLLECTIVE, waiting, date(2026, 6, 1)) == [("info", "announcement_deadline")]
    assert found(COLLECTIVE, waiting, date(2026, 6, 2)) == [("error", "announcement_deadline")]
    late = check_milestones(COLLECTIVE, waiting, CALENDAR, date(2026, 6, 2))[0]
    assert (late.due_on, late.step) == (date(2026, 6, 1), "announced")


def test_plans_are_warned_about_and_say_so() -> None:
    planned = facts(preannounced="2026-11-09")
    planned["plan_announced"] = Milestone(planned_on=date(2026, 11, 20))
    one = check_milestones(COLLECTIVE, planned, CALENDAR, TODAY)
    assert [(f.severity, f.code, f.plan) for f in one] == [("warning", "preannouncement_period", True)]
    assert one[0].due_on == date(2026, 11, 24)


def test_facts_of_tomorrow_and_facts_without_evidence_are_errors() -> None:
    tomorrow = facts(**{**GOOD, "delivered": (TODAY + timedelta(days=1)).isoformat()})
    assert found(COLLECTIVE, tomorrow) == [("error", "fact_in_future")]
    bare = facts(**GOOD)
    bare["paid"] = replace(bare["paid"], evidence=None)
    assert found(COLLECTIVE, bare) == [("error", "evidence_missing")]


def test_a_period_in_a_year_without_calendar_is_said_to_be_provisional() -> None:
    codes = found(COLLECTIVE, facts(preannounced="2026-12-25", plan_announced="2026-12-31"), date(2027, 1, 4))
    assert ("warning", "calendar_missing") in codes


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('to = "plan_announced"\ndays', 'to = "feast"\ndays'),
        ('check = "min_days"', 'check = "perhaps"'),
        ('unit = "working"', 'unit = "lunar"'),
        ("days = 10", "days = 0"),
        ('version = "2026-11-26"', ""),
        ('land_kind = "collective"', ""),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, old: str, new: str) -> None:
    file = tmp_path / "procedures.toml"
    text = DEFAULT_PROCEDURES.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InvalidInput):
        load_procedures(file)
