"""Rows that cannot be loaded or should be looked at: keys, places, shapes, areas, codes, days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import geopandas as gpd
import pytest
import shapely
from shapely.affinity import translate

from geoservice.intake.check import Checked, check_file
from geoservice.intake.mapping_file import parse_mapping
from geoservice.intake.settings import IntakeSettings
from tests.intake.conftest import TODAY, Corpus, Register, codes, square

AREA = {"parcel_number": "DKBH", "certified_area_m2": {"column": "ZDMJ", "unit": "m2"}}


def check(
    corpus: Corpus,
    shapes: Sequence[Any],
    settings: IntakeSettings | None = None,
    *,
    columns: dict[str, list[Any]] | None = None,
    fields: dict[str, Any] | None = None,
    known: Register | None = None,
    **said: Any,
) -> Checked:
    """Check parcels of the given shapes (EPSG:4528) numbered A-0, A-1 …"""
    columns = columns or {"DKBH": [f"A-{i}" for i in range(len(shapes))]}
    path = corpus.geopackage("parcels.gpkg", columns, shapes)
    fields = fields or {"parcel_number": "DKBH"}
    mapping = parse_mapping({"noun": "parcel", "fields": fields} | said)
    return check_file(path, mapping=mapping, known=known, settings=settings or IntakeSettings(today=TODAY))


def only(checked: Checked, code: str) -> Any:
    """Return the one finding of that code."""
    (found,) = [f for f in checked.report.findings if f.code == code]
    return found


def bow_tie(column: int) -> shapely.Polygon:
    """Return a polygon that crosses itself in two real lobes."""
    x, y = square(column).bounds[:2]
    return shapely.Polygon([(x, y), (x + 100, y + 100), (x + 100, y), (x, y + 100)])


def test_a_polygon_crossing_itself_is_refused_with_its_place(corpus: Corpus) -> None:
    checked = check(corpus, [square(0), bow_tie(1)])
    found = only(checked, "geometry_invalid")
    assert (found.row, found.key) == (2, "A-1")
    crossing = gpd.GeoSeries([shapely.Point(40_462_250, 3_676_050)], crs=4528).to_crs(4490).iloc[0]
    assert found.place == pytest.approx((crossing.x, crossing.y), abs=2e-6)
    assert checked.main["parcel_number"].tolist() == ["A-0"]
    assert checked.rejects["row"].tolist() == [2]


def test_an_unambiguous_repair_is_done_and_said_with_both_areas(corpus: Corpus) -> None:
    x, y = square(0).bounds[:2]
    # The boundary runs out along a line and straight back: no area is in doubt.
    spike = shapely.Polygon(
        [
            (x, y),
            (x + 100, y),
            (x + 100, y + 100),
            (x + 50, y + 100),
            (x + 50, y + 150),
            (x + 50, y + 100),
            (x, y + 100),
        ]
    )
    checked = check(corpus, [spike])
    found = only(checked, "geometry_repaired")
    assert found.severity == "warning"
    assert found.place is not None
    assert "㎡" in found.message
    shape = checked.main["geometry"].iloc[0]
    assert shape.is_valid
    assert checked.report.features[0].area_m2 == pytest.approx(10_000, rel=1e-3)
    assert not shapely.from_wkb(checked.main["original_wkb"].iloc[0]).is_valid


def test_a_parcel_in_the_sea_is_an_error_of_its_row(corpus: Corpus, settings: IntakeSettings) -> None:
    sea = translate(square(0), 150_000)
    checked = check(corpus, [*(square(i) for i in range(4)), sea], settings)
    found = only(checked, "outside_extent")
    assert found.row == 5
    assert found.place[0] == pytest.approx(121.2, abs=0.1)
    assert f"{found.place[0]:.6f}" in found.message
    assert len(checked.main) == 4


def test_one_lone_parcel_in_the_sea_is_no_wrong_system(corpus: Corpus, settings: IntakeSettings) -> None:
    sea = translate(square(0), 150_000)
    assert codes(check(corpus, [sea], settings).report, "error") == ["outside_extent"]


def test_lines_where_areas_are_wanted(corpus: Corpus) -> None:
    checked = check(corpus, [shapely.LineString(square(0).exterior.coords)])
    assert only(checked, "geometry_type").value == "线"
    assert not len(checked.main)


def test_overlaps_name_both_rows_area_and_place(corpus: Corpus) -> None:
    near = translate(square(0), 90)
    checked = check(corpus, [square(0), near])
    found = only(checked, "overlap_within")
    assert (found.row, found.severity) == (2, "warning")
    assert "与第 1 行重叠 99" in found.message or "与第 1 行重叠 100" in found.message
    assert len(checked.main) == 2


def test_neighbours_do_not_overlap(corpus: Corpus) -> None:
    neighbour = translate(square(0), 100)
    assert codes(check(corpus, [square(0), neighbour]).report, "warning") == []


def test_the_same_shape_twice_is_said_once_and_not_as_overlap(corpus: Corpus) -> None:
    checked = check(corpus, [square(0), square(0)])
    assert codes(checked.report, "warning") == ["geometry_duplicate"]


def test_districts_and_their_sub_districts_do_not_overlap_one_another(corpus: Corpus) -> None:
    path = corpus.geopackage(
        "z.gpkg",
        {"名称": ["区", "街道"], "类型": ["区县", "街道"], "区划代码": ["1", "2"]},
        [square(0, size=150), square(0)],
    )
    report = check_file(path, noun="zone").report
    assert codes(report, "warning") == []


@pytest.mark.parametrize(
    ("policy", "numbers", "code", "severity"),
    [
        ("reject", ["A", "B"], "key_duplicate", "error"),
        ("number", ["A", "A#2", "B"], "key_numbered", "warning"),
        ("keep_first", ["A", "B"], "key_kept_first", "warning"),
        ("merge", ["A", "B"], "key_merged", "warning"),
    ],
)
def test_repeated_numbers_by_policy(
    corpus: Corpus, policy: str, numbers: list[str], code: str, severity: str
) -> None:
    shapes = [square(0), square(1), square(2)]
    checked = check(corpus, shapes, columns={"DKBH": ["A", "A", "B"]}, match={"duplicates": policy})
    found = only(checked, code)
    assert (found.row, found.severity) == (2, severity)
    assert checked.main["parcel_number"].tolist() == numbers


def test_merging_joins_shapes_and_reports_what_differs(corpus: Corpus) -> None:
    checked = check(
        corpus,
        [square(0), square(1)],
        columns={"DKBH": ["A", "A"], "ZL": ["东", "西"], "BZ": [None, "注"]},
        fields={"parcel_number": "DKBH", "address": "ZL", "note": "BZ"},
        match={"duplicates": "merge"},
    )
    assert checked.main[["address", "note"]].to_numpy().tolist() == [["东", "注"]]
    (feature,) = checked.report.features
    assert feature.parts == 2
    assert feature.area_m2 == pytest.approx(20_000, rel=1e-3)
    assert len(shapely.from_wkb(checked.main["original_wkb"].iloc[0]).geoms) == 2
    assert only(checked, "key_merge_differs").value == "西"


def test_a_rejected_row_claims_no_number(corpus: Corpus) -> None:
    checked = check(corpus, [bow_tie(0), square(1)], columns={"DKBH": ["A", "A"]})
    assert checked.main["parcel_number"].tolist() == ["A"]
    assert "key_duplicate" not in codes(checked.report)


def test_rows_without_a_number_are_loaded_with_a_warning(corpus: Corpus) -> None:
    checked = check(corpus, [square(0), square(1)], columns={"DKBH": ["A", None]})
    assert only(checked, "key_missing").row == 2
    assert len(checked.main) == 2


def test_stated_areas_are_compared_with_the_plane_and_never_corrected(corpus: Corpus) -> None:
    checked = check(
        corpus,
        [square(0), square(1)],
        columns={"DKBH": ["A", "B"], "ZDMJ": [10_000.0, 15_000.0]},
        fields=AREA,
    )
    found = only(checked, "area_differs")
    assert (found.row, found.field) == (2, "certified_area_m2")
    assert "+50.0%" in found.message
    assert checked.main["certified_area_m2"].tolist() == [10_000.0, 15_000.0]


@pytest.mark.parametrize(
    ("factor", "unit", "said"), [(1.0, "平方米", False), (1.5e-3, "亩", True), (1e-4, "公顷", True)]
)
def test_an_unstated_unit_is_told_by_the_shapes(corpus: Corpus, factor: float, unit: str, said: bool) -> None:
    checked = check(
        corpus,
        [square(0), square(1)],
        columns={"DKBH": ["A", "B"], "ZDMJ": [10_000 * factor] * 2},
        fields={"parcel_number": "DKBH", "certified_area_m2": "ZDMJ"},
    )
    assert checked.main["certified_area_m2"].tolist() == pytest.approx([10_000, 10_000])
    assert [f.value for f in checked.report.findings if f.code == "unit_detected"] == ([unit] if said else [])
    assert "area_differs" not in codes(checked.report)


def test_money_without_a_unit_is_never_guessed(corpus: Corpus) -> None:
    report = check_file(corpus.text("a.csv", "项目编号,项目名称,总投资\nP1,甲,12\n"), noun="project").report
    assert codes(report, "error") == ["unit_unstated"]
    assert report.counts.to_load == 0
    written = check_file(corpus.text("b.csv", "项目编号,项目名称,总投资\nP1,甲,1.2亿元\n"), noun="project")
    assert written.main["investment_total_fen"].tolist() == [12_000_000_000]


def test_an_unknown_term_is_an_error_with_a_suggestion(corpus: Corpus) -> None:
    checked = check(
        corpus,
        [square(0), square(1)],
        columns={"DKBH": ["A", "B"], "ZT": ["净地", "入库储蓄"]},
        fields={"parcel_number": "DKBH", "state": "ZT"},
    )
    found = only(checked, "code_unknown")
    assert (found.row, found.field, found.value, found.key) == (2, "state", "入库储蓄", "B")
    assert "是否指“入库储备”" in found.message
    assert checked.main["state"].tolist() == ["clear"]


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("parcel_code", "320311001002GB00123", "3203110010020000123"),
        ("county", "320311", "99"),
    ],
)
def test_codes_without_the_structure_of_their_standard(
    corpus: Corpus, field: str, good: str, bad: str
) -> None:
    checked = check(
        corpus,
        [square(0), square(1)],
        columns={"DKBH": ["A", "B"], "C": [good, bad]},
        fields={"parcel_number": "DKBH", field: "C"},
    )
    found = only(checked, "code_structure")
    assert (found.row, found.value) == (2, bad)
    assert len(checked.main) == 2


def test_land_use_codes_are_judged_by_their_system(corpus: Corpus) -> None:
    checked = check(
        corpus,
        [square(i) for i in range(3)],
        columns={"DKBH": list("ABC"), "Y": ["100101", "M1", "M1"], "S": ["TD2023", "TD2023", "GB50137"]},
        fields={"parcel_number": "DKBH", "use_code": "Y", "use_system": "S"},
    )
    assert only(checked, "code_structure").row == 2


def test_unknown_references_are_errors_where_they_matter(corpus: Corpus) -> None:
    path = corpus.text("u.csv", "户编号,任务编号,类型\nH1,T1,户\nH2,T9,户\nH3,,户\n")
    known = Register({"demolition_task": {"T1": "ZC00000001"}})
    checked = check_file(path, noun="demolition_unit", known=known)
    assert checked.main["task"].tolist() == ["ZC00000001"]
    assert checked.rejects["codes"].tolist() == [["reference_unknown"], ["value_missing"]]


def test_an_unknown_district_is_left_to_location(corpus: Corpus) -> None:
    checked = check(
        corpus,
        [square(0)],
        columns={"DKBH": ["A"], "QX": ["无名区"]},
        fields={"parcel_number": "DKBH", "district": "QX"},
        known=Register({"zone": {"东屏区": "QY00000001"}}),
    )
    assert only(checked, "reference_dropped").severity == "warning"
    assert checked.main["district"].tolist() == [None]


def test_without_a_register_the_report_says_what_was_not_checked(corpus: Corpus) -> None:
    checked = check(corpus, [square(0)])
    assert not checked.report.against_database
    assert "references_unchecked" in codes(checked.report, "info")


def test_overlaps_with_what_is_held_spare_the_rows_own_earlier_version(corpus: Corpus) -> None:
    shapes = gpd.GeoSeries([square(0), square(1)], crs=4528).to_crs(4490)
    known = Register(
        {"parcel": {"A": "DK00000001"}}, [("DK00000001", "A", shapes[0]), ("DK00000002", "X-7", shapes[1])]
    )
    checked = check(corpus, [square(0), square(1)], columns={"DKBH": ["A", "B"]}, known=known)
    found = only(checked, "overlap_held")
    assert found.row == 2
    assert "X-7" in found.message


def test_facts_in_the_future_are_errors_and_plans_are_not(corpus: Corpus, settings: IntakeSettings) -> None:
    text = (
        "项目编号,项目名称,计划开工时间,开工时间\nP1,甲,2027-05-01,2026-11-23\nP2,乙,2027-05-01,2026-11-24\n"
    )
    checked = check_file(corpus.text("a.csv", text), noun="project", settings=settings)
    assert checked.rejects["row"].tolist() == [3]
    assert only(checked, "date_future").field == "开工"
    assert checked.clean["stage_event"]["planned_on"].tolist() == [date(2027, 5, 1)]


def test_stages_out_of_order_are_a_warning(corpus: Corpus, settings: IntakeSettings) -> None:
    text = "项目编号,项目名称,签约时间,开工时间\nP1,甲,2026-05-01,2026-03-01\nP2,乙,,\n"
    checked = check_file(corpus.text("a.csv", text), noun="project", settings=settings)
    assert "签约（2026-05-01）晚于 开工（2026-03-01）" in only(checked, "stage_order").message
    assert only(checked, "stage_none").row == 3
    assert len(checked.main) == 2


def test_clearance_in_an_unusual_order_is_a_warning(corpus: Corpus, settings: IntakeSettings) -> None:
    text = "户编号,任务编号,类型,签约日期,腾空日期,拆除日期\nH1,T1,户,2026-03-01,2026-05-01,2026-04-01\n"
    checked = check_file(corpus.text("a.csv", text), noun="demolition_unit", settings=settings)
    assert only(checked, "unit_order").severity == "warning"


def test_a_ledger_without_shapes_adds_to_parcels_that_are_held(corpus: Corpus) -> None:
    path = corpus.text("a.csv", "地块编号,抵押\nA,是\nB,否\n")
    known = Register({"parcel": {"A": "DK00000001"}})
    checked = check_file(path, noun="parcel", known=known)
    assert checked.main["held"].tolist() == ["DK00000001"]
    assert checked.rejects["codes"].tolist() == [["geometry_missing"]]
    assert "adds_only" in codes(check_file(path, noun="parcel").report, "info")


def test_subjects_of_a_task_become_rows_of_their_own(corpus: Corpus) -> None:
    path = corpus.geopackage(
        "t.gpkg",
        {"任务编号": ["T1"], "任务名称": ["甲"], "涉及地块": ["A、B，C"], "涉及项目": ["P1"]},
        [square(0)],
    )
    known = Register({"parcel": {"A": "DK1", "B": "DK2"}, "project": {"P1": "XM1"}})
    checked = check_file(path, noun="demolition_task", known=known)
    subjects = checked.clean["demolition_subject"]
    assert subjects[["subject_noun", "subject"]].to_numpy().tolist() == [
        ["parcel", "DK1"],
        ["parcel", "DK2"],
        ["project", "XM1"],
    ]
    assert [f.value for f in checked.report.findings if f.code == "reference_unknown"] == ["C"]


def test_layer_features_are_numbered_within_their_layer(corpus: Corpus) -> None:
    path = corpus.geopackage("l.gpkg", {"编号": ["1", None]}, [square(0), square(1)])
    mapping = parse_mapping(
        {
            "noun": "layer_feature",
            "fields": {"code": "编号"},
            "layer": {"code": "STBHHX", "name": "红线", "kind": "constraint"},
        }
    )
    main = check_file(path, mapping=mapping).main
    assert main["code"].tolist() == ["STBHHX-1", "STBHHX-2"]
    assert main["layer"].tolist() == ["STBHHX"] * 2
