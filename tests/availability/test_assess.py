from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from geoservice.availability import VERDICT, Facts, FactsInvalid, assess, load_rules
from geoservice.availability.facts import STATES
from geoservice.clock import OPEN_DAY, day_of
from geoservice.geo.measure import area_m2
from tests.availability.cities import BOUNDARY, TODAY, cell, clearance, constraint, facts, occupation, parcel

RULES = load_rules()
LOT = cell(0, 0, 4, 4)
LOT_M2 = float(area_m2([LOT])[0])


def judged(*args: Any) -> list[dict[str, Any]]:
    return assess(facts(*args), RULES, today_day=TODAY).to_dict("records")


def one(*args: Any) -> dict[str, Any]:
    """Return the only verdict there is, told once for all days."""
    (row,) = judged(*args)
    return row


def codes(row: dict[str, Any]) -> list[str]:
    return [reason["code"] for reason in row["reasons"]]


def spans(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(row["from_day"], row["to_day"], row["status"], row["plan"]) for row in rows]


def test_land_against_which_nothing_is_said_is_available_as_it_is() -> None:
    row = one([parcel()])
    assert list(row) == VERDICT
    assert (row["status"], row["reasons"], row["reasons_public"], row["plan"]) == ("available", [], [], False)
    assert (row["from_day"], row["to_day"], row["available_from_day"]) == (1, OPEN_DAY, 1)
    assert shapely.equals_identical(row["usable"], LOT)
    assert row["usable_area_m2"] == round(LOT_M2, 2)
    assert row["rule_version"] == RULES.version


def test_no_parcels_no_verdicts() -> None:
    assert list(assess(facts([]), RULES, today_day=TODAY).columns) == VERDICT


@pytest.mark.parametrize("state", STATES)
def test_every_rung_of_the_ladder(state: str) -> None:
    row = one([parcel(state=state)])
    expected = {"clear": "available", "reserved": "conditional"}.get(state, "unavailable")
    assert row["status"] == expected
    assert codes(row) == ([] if state == "clear" else [state])
    assert (row["usable"] is None) == (expected == "unavailable")
    assert row["available_from_day"] == (OPEN_DAY if expected == "unavailable" else 1)


def test_a_state_nobody_registered_is_to_be_verified() -> None:
    assert [codes(one([parcel(state=state)])) for state in (None, "")] == [["state_unknown"]] * 2


def test_a_reason_says_what_who_until_when_and_where_from() -> None:
    free, taken = judged([parcel()], [], [clearance(from_day=100, to_day=TODAY + 30, to_is_plan=True)])[0:2]
    assert free["status"] == "available"
    (reason,) = taken["reasons"]
    until = day_of(TODAY + 30)
    assert until is not None
    assert reason == {
        "code": "clearance_left",
        "effect": "block",
        "text": f"征拆任务“北片征拆”未交地，预计：{until.isoformat()}（计划）",
        "text_en": f"Clearance task “北片征拆” not delivered; expected {until.isoformat()} (planned)",
        "unit": "北街道",
        "until": until.isoformat(),
        "until_plan": True,
        "source": "demolition_task:ZC1",
    }


def test_planned_delivery_frees_the_land_as_a_plan() -> None:
    rows = judged([parcel()], [], [clearance(to_day=TODAY + 30, to_is_plan=True)])
    assert spans(rows) == [
        (1, TODAY + 30, "unavailable", False),
        (TODAY + 30, OPEN_DAY, "available", True),
    ]
    assert rows[0]["available_from_day"] == TODAY + 30


def test_actual_delivery_is_no_plan_and_a_plan_that_passed_delivers_nothing() -> None:
    rows = judged([parcel()], [], [clearance(to_day=TODAY - 30)])
    assert spans(rows) == [(1, TODAY - 30, "unavailable", False), (TODAY - 30, OPEN_DAY, "available", False)]
    late = one([parcel()], [], [clearance(to_day=TODAY, to_is_plan=True)])
    assert (codes(late), late["available_from_day"]) == (["clearance_overdue"], OPEN_DAY)
    planned = day_of(TODAY)
    assert planned is not None
    assert planned.isoformat() in late["reasons"][0]["text"]
    assert late["reasons"][0]["until"] is None


def test_a_task_that_began_after_its_planned_delivery_still_holds_the_land() -> None:
    rows = judged([parcel()], [], [clearance(from_day=300, to_day=200, to_is_plan=True)])
    assert spans(rows) == [(1, 300, "available", False), (300, OPEN_DAY, "unavailable", False)]


def test_a_plan_that_was_replaced_or_kept_is_not_overdue() -> None:
    first = clearance(to_day=TODAY - 50, to_is_plan=True)
    replaced = judged([parcel()], [], [first, clearance(to_day=TODAY + 50, to_is_plan=True)])
    assert spans(replaced) == [
        (1, TODAY + 50, "unavailable", False),
        (TODAY + 50, OPEN_DAY, "available", True),
    ]
    assert codes(replaced[0]) == ["clearance_left"]
    delivered = judged([parcel()], [], [first, clearance(to_day=TODAY - 70)])
    assert delivered[-1]["status"] == "available"
    other_task = judged([parcel()], [], [first, clearance(task="ZC2", to_day=TODAY - 70)])
    assert codes(other_task[-1]) == ["clearance_overdue"]


def test_planned_clearance_counts_from_its_day_while_it_lies_ahead() -> None:
    rows = judged([parcel(state="acquired", cleared_plan_day=TODAY + 100)])
    assert spans(rows) == [
        (1, TODAY + 100, "unavailable", False),
        (TODAY + 100, OPEN_DAY, "available", True),
    ]
    assert (rows[0]["reasons"][0]["until_plan"], rows[0]["available_from_day"]) == (True, TODAY + 100)
    for passed in (TODAY - 1, TODAY):
        assert one([parcel(state="acquired", cleared_plan_day=passed)])["status"] == "unavailable"
    built = one([parcel(state="built", cleared_plan_day=TODAY + 100)])
    assert codes(built) == ["built"]


def test_the_earliest_day_is_the_first_one_without_conditions_if_there_is_one() -> None:
    rows = judged([parcel(state="reserved", cleared_plan_day=TODAY + 100)])
    assert [(row["status"], row["available_from_day"]) for row in rows] == [
        ("conditional", TODAY + 100),
        ("available", TODAY + 100),
    ]
    rows = judged([parcel(mortgaged=True)], [], [clearance(to_day=TODAY + 9, to_is_plan=True)])
    assert [(row["status"], row["available_from_day"]) for row in rows] == [
        ("unavailable", TODAY + 9),
        ("conditional", TODAY + 9),
    ]


def test_what_follows_a_planned_change_rests_on_it() -> None:
    expiry = TODAY + 200
    rows = judged(
        [parcel(state="acquired", cleared_plan_day=TODAY + 100)],
        [],
        [],
        [constraint(LOT, effect="restrict", to_day=expiry)],
    )
    assert [(row["from_day"], row["plan"]) for row in rows] == [
        (1, False),
        (TODAY + 100, True),
        (expiry, True),
    ]
    # the same expiry without any plan before it is no plan
    rows = judged([parcel()], [], [], [constraint(LOT, effect="restrict", to_day=expiry)])
    assert [(row["from_day"], row["plan"]) for row in rows] == [(1, False), (expiry, False)]


def test_a_plan_that_changes_nothing_leaves_no_trace() -> None:
    flat = {"planning_set": False, "seized": True, "cleared_plan_day": TODAY + 10}
    rows = judged([parcel(state="clear", **flat)])
    assert len(rows) == 1
    assert not rows[0]["plan"]


def test_a_project_takes_its_site_and_leaves_the_rest() -> None:
    row = one([parcel()], [occupation(geometry=cell(-2, -2, 4, 10))])
    assert (row["status"], codes(row)) == ("conditional", ["occupied"])
    assert row["reasons"][0]["area_m2"] == pytest.approx(LOT_M2 / 2, abs=0.02)
    assert row["usable"].equals(cell(2, 0, 2, 4))
    assert row["usable_area_m2"] == pytest.approx(LOT_M2 / 2, abs=0.02)
    assert row["available_from_day"] == 1


@pytest.mark.parametrize(
    "link", [{}, {"share": 1.0}, {"geometry": cell(-1, -1, 9, 9)}, {"geometry": cell(9, 9)}]
)
def test_a_project_takes_the_whole_parcel_unless_it_says_less(link: dict[str, Any]) -> None:
    row = one([parcel()], [occupation(**link)])
    assert (row["status"], row["usable"], row["usable_area_m2"]) == ("unavailable", None, 0.0)
    assert row["reasons"][0]["source"] == "project:XM1"


def test_a_share_of_unknown_place_counts_by_area() -> None:
    row = one([parcel()], [occupation(share=0.25), occupation(project="XM2", share=0.25)])
    assert row["status"] == "conditional"
    assert row["usable_area_m2"] == pytest.approx(LOT_M2 / 2, abs=0.02)
    assert row["usable"].equals(LOT)
    full = one([parcel()], [occupation(share=0.5), occupation(project="XM2", share=0.75)])
    assert (full["status"], full["usable"]) == ("unavailable", None)


def test_overlapping_blockers_are_taken_away_once() -> None:
    row = one(
        [parcel()],
        [occupation(geometry=cell(0, 0, 2, 4))],
        [],
        [constraint(cell(1, 0, 2, 4)), constraint(cell(0, 0, 3, 2), layer="TC2", layer_name="生态保护红线")],
    )
    assert row["usable"].equals(cell(3, 0, 1, 4))
    assert row["usable_area_m2"] == pytest.approx(LOT_M2 / 4, abs=0.02)
    assert codes(row) == ["occupied", "prohibited", "prohibited"]


def test_expansion_is_a_condition_and_temporary_use_ends() -> None:
    row = one([parcel()], [occupation(role="expansion")])
    assert (row["status"], row["usable_area_m2"]) == ("conditional", round(LOT_M2, 2))
    rows = judged([parcel()], [occupation(role="temporary", to_day=TODAY + 9, plan=True)])
    assert [(row["status"], row["plan"]) for row in rows] == [("unavailable", False), ("available", True)]


def test_slivers_are_told_and_do_not_block() -> None:
    strip = cell(-1, 0, 1, 4).union(shapely.box(117.2, 34.2, 117.200002, 34.202))
    width_m2 = LOT_M2 * 0.000002 / 0.002
    noted = one([parcel()], [], [], [constraint(strip, sliver_m2=width_m2 + 1)])
    assert (noted["status"], codes(noted)) == ("available", ["prohibited_sliver"])
    assert noted["usable_area_m2"] == round(LOT_M2, 2)
    blocked = one([parcel()], [], [], [constraint(strip, sliver_m2=width_m2 - 1)])
    assert (blocked["status"], codes(blocked)) == ("conditional", ["prohibited"])
    assert blocked["usable_area_m2"] == pytest.approx(LOT_M2 - width_m2, abs=0.1)


def test_a_layer_cut_into_tiles_judges_like_one_that_is_not() -> None:
    cell_m2 = LOT_M2 / 16
    tiles = [constraint(cell(x, 0), feature=str(x), sliver_m2=1.5 * cell_m2) for x in range(2)]
    row = one([parcel()], [], [], tiles)
    assert codes(row) == ["prohibited"]
    assert row["reasons"][0]["area_m2"] == pytest.approx(2 * cell_m2, abs=0.05)


def test_neighbours_that_share_an_edge_do_not_constrain() -> None:
    assert (
        one([parcel()], [], [], [constraint(cell(4, 0, 3, 3)), constraint(cell(-1, -1), feature="b")])[
            "reasons"
        ]
        == []
    )


def test_allowed_uses_compare_within_one_code_list_only() -> None:
    mining = constraint(LOT, effect="restrict", allowed_uses=["TD2023:1001", "光伏"])
    same = one([parcel(use_code="100101", use_system="TD2023")], [], [], [mining])
    other_list = one([parcel(use_code="100101", use_system="GB50137")], [], [], [mining])
    unnamed = one([parcel(use_code="100101")], [], [], [mining])
    assert [row["status"] for row in (same, other_list, unnamed)] == [
        "available",
        "conditional",
        "conditional",
    ]
    assert "光伏" in unnamed["reasons"][0]["text"]


def test_military_areas_are_other_control_to_everybody() -> None:
    row = one(
        [parcel()],
        [],
        [],
        [constraint(cell(0, 0, 1, 4), layer_name="某军事设施", unit="某部队", hidden=True)],
    )
    assert row["status"] == "conditional"
    assert "其他管制" in row["reasons"][0]["text"]
    told = repr(row["reasons"]) + repr(row["reasons_public"])
    assert not any(word in told for word in ("军事", "部队", "TC1"))


def boundary(geometry: Any, kind: str = "集中建设区", **changes: Any) -> dict[str, Any]:
    changes = {"layer": "TC9", "layer_name": BOUNDARY, "effect": "note", "feature": kind, **changes}
    return constraint(geometry, **{"class": kind}, **changes)


def test_urban_growth_boundary_by_class_and_outside() -> None:
    assert one([parcel()], [], [], [boundary(cell(-5, -5, 20, 20))])["status"] == "available"
    half = one([parcel()], [], [], [boundary(cell(-5, -5, 7, 20))])
    assert (codes(half), half["status"]) == (["outside_boundary"], "conditional")
    assert half["usable"].equals(cell(0, 0, 2, 4))
    elastic = one(
        [parcel()], [], [], [boundary(cell(-5, -5, 7, 20)), boundary(cell(2, -5, 9, 20), "弹性发展区")]
    )
    assert (codes(elastic), elastic["usable_area_m2"]) == (["boundary_class"], round(LOT_M2, 2))
    assert codes(one([parcel()], [], [], [boundary(cell(50, 50))])) == ["outside_boundary"]


def test_outside_needs_a_layer_that_holds_data_on_that_day() -> None:
    rows = judged([parcel()], [], [], [boundary(cell(50, 50), from_day=300)])
    assert spans(rows) == [(1, 300, "available", False), (300, OPEN_DAY, "unavailable", False)]


def test_flags_of_the_register() -> None:
    row = one([parcel(planning_set=None, mortgaged=True)])
    assert (row["status"], codes(row)) == ("conditional", ["planning_missing", "mortgaged"])
    assert one([parcel(seized=True)])["status"] == "unavailable"
    # planning conditions are no question any more once the land is supplied
    assert codes(one([parcel(state="building", planning_set=False)])) == ["building"]


def test_blocks_are_told_before_conditions_and_notes() -> None:
    row = one(
        [parcel(state="acquired", mortgaged=True, seized=True)],
        [],
        [clearance()],
        [constraint(LOT, effect="note"), constraint(LOT, layer="TC2", effect="restrict")],
    )
    assert [reason["effect"] for reason in row["reasons"]] == ["block"] * 3 + ["condition"] * 2 + ["note"]


def test_the_public_reads_that_something_is_restricted_and_no_more() -> None:
    row = one(
        [parcel(state="acquired", mortgaged=True)],
        [occupation(project_name="秘密项目")],
        [clearance()],
        [constraint(LOT), constraint(LOT, layer="TC2", layer_name="采煤沉陷区", effect="restrict")],
    )
    assert [reason["code"] for reason in row["reasons_public"]] == ["restricted", "constrained"]
    assert row["reasons_public"][0] == {"code": "restricted"}
    assert set(row["reasons_public"][1]) == {"code", "text", "text_en"}
    assert not any(
        word in repr(row["reasons_public"]) for word in ("秘密", "征", "押", "农田", "沉陷", "XM", "ZC")
    )


def test_versions_that_change_nothing_about_the_verdict_are_one_interval() -> None:
    rows = judged(
        [
            parcel(to_day=100, use_code="A", mortgaged=True),
            parcel(from_day=100, to_day=200, use_code="B", mortgaged=True),
            parcel(from_day=200, use_code="B"),
        ]
    )
    assert [(row["from_day"], row["to_day"], row["status"]) for row in rows] == [
        (1, 200, "conditional"),
        (200, OPEN_DAY, "available"),
    ]
    ends = day_of(200)
    assert ends is not None
    assert rows[0]["reasons"][0]["until"] == ends.isoformat()


def test_a_parcel_that_ends_has_not_solved_its_problem_and_may_come_back() -> None:
    rows = judged([parcel(to_day=100, seized=True), parcel(from_day=300)])
    assert spans(rows) == [(1, 100, "unavailable", False), (300, OPEN_DAY, "available", False)]
    assert rows[0]["reasons"][0]["until"] is None


def test_a_changed_outline_is_judged_as_it_was_on_each_day() -> None:
    rows = judged(
        [parcel(to_day=200), parcel(from_day=200, geometry=cell(0, 0, 2, 4))],
        [],
        [],
        [constraint(cell(2, 0, 9, 4))],
    )
    assert [row["status"] for row in rows] == ["conditional", "available"]
    assert rows[0]["usable"].equals(rows[1]["usable"])


def test_a_remnant_below_the_tolerance_is_nothing() -> None:
    almost = shapely.box(117.1, 34.1, 117.20199999, 34.3)
    row = one([parcel()], [occupation(geometry=almost)])
    assert (row["status"], row["usable"]) == ("unavailable", None)


def test_progress_reaches_the_end_over_several_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("geoservice.availability.assess"), "CHUNK", 2)
    city = facts([parcel(f"DK{i}", cell(4 * i, 0, 4, 4), seized=i == 3) for i in range(5)])
    steps: list[tuple[int, int]] = []
    verdicts = assess(city, RULES, today_day=TODAY, progress=lambda done, total: steps.append((done, total)))
    assert steps == [(2, 5), (4, 5), (5, 5)]
    assert verdicts["status"].tolist() == ["available"] * 3 + ["unavailable", "available"]
    assert verdicts.index.tolist() == list(range(5))


def test_takes_frames_as_databases_give_them() -> None:
    plain = facts(
        [parcel("DK2"), parcel("DK1")], [occupation("DK2", share=0.5)], [], [constraint(cell(0, 0))]
    )
    typed = Facts(
        plain.parcels.iloc[::-1].set_index(pd.Index([8, 8])).infer_objects(),
        plain.occupations.assign(share=np.float64(0.5), plan=pd.array([None], dtype="boolean")),
        plain.clearances,
        plain.constraints.infer_objects().assign(version=9, shape="x", allowed_uses=None),
        requirements=plain.requirements,
    )
    pd.testing.assert_frame_equal(
        assess(typed, RULES, today_day=TODAY), assess(plain, RULES, today_day=TODAY), check_dtype=False
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([{}, {}], "Two versions.*DK1"),
        ([{"state": "sold"}], "ladder.*DK1"),
        ([{"area_m2": 0.0}], "no area.*DK1"),
        ([{"geometry": shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), "area_m2": 1.0}], "polygon.*DK1"),
    ],
)
def test_refuses_facts_that_contradict_themselves(changes: list[dict[str, Any]], words: str) -> None:
    with pytest.raises(FactsInvalid, match=words) as refusal:
        judged([parcel(**change) for change in changes])
    assert refusal.value.remedy


def test_refuses_a_broken_constraint_near_a_parcel_and_missing_columns() -> None:
    bow = shapely.Polygon([(117.2, 34.2), (117.21, 34.21), (117.21, 34.2), (117.2, 34.21)])
    with pytest.raises(FactsInvalid, match="TC1/a"):
        judged([parcel()], [], [], [constraint(bow)])
    with pytest.raises(FactsInvalid, match="seized"):
        Facts(facts([parcel()]).parcels.drop(columns="seized"))


def test_each_distinct_outline_is_laid_over_the_constraints_once(monkeypatch: pytest.MonkeyPatch) -> None:
    layering = import_module("geoservice.availability.layering")
    laid: list[tuple[int, int]] = []
    overlay = layering.overlay

    def counted(left: Any, right: Any, *args: Any, **options: Any) -> Any:
        laid.append((len(left), len(right)))
        return overlay(left, right, *args, **options)

    monkeypatch.setattr(layering, "overlay", counted)
    versions = [parcel(from_day=day, to_day=day + 10, mortgaged=day % 20 == 0) for day in range(10, 200, 10)]
    rows = judged(versions, [], [], [constraint(cell(0, 0)), constraint(cell(40, 40), feature="far")])
    assert len(rows) == len(versions)
    assert laid == [(1, 1)]
