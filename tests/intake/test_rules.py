"""Rules of checks: what each finds, and that city and profile can set it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely

from geoservice.intake.check import Checked, check_file
from geoservice.intake.errors import IntakeRefused
from geoservice.intake.findings import catalogue, why_of
from geoservice.intake.html import render_html
from geoservice.intake.mapping_file import parse_mapping
from geoservice.intake.rules.check_rules import read_check_rules, shipped
from geoservice.intake.settings import IntakeSettings
from tests.intake.conftest import EXTENT, TODAY, Corpus, Register, codes, square

NUMBERS = {"parcel_number": "DKBH"}


def parcels(
    corpus: Corpus,
    shapes: list[Any],
    settings: IntakeSettings,
    checks: dict[str, Any] | None = None,
    known: Register | None = None,
) -> Checked:
    """Check shapes as parcels with numbers."""
    path = corpus.geopackage("a.gpkg", {"DKBH": [f"A-{i}" for i in range(len(shapes))]}, shapes)
    mapping = parse_mapping({"noun": "parcel", "fields": NUMBERS, "checks": checks or {}})
    return check_file(path, mapping=mapping, settings=settings, known=known)


def table(corpus: Corpus, noun: str, rows: dict[str, list[Any]], settings: IntakeSettings) -> Checked:
    """Check a table."""
    path = corpus.path("表.csv")
    pd.DataFrame(rows).to_csv(path, index=False)
    return check_file(path, noun=noun, settings=settings)


def narrow(gap: float = 0.2) -> list[Any]:
    """Return two neighbours with a gap between them."""
    left, (x, y, _, top) = square(0), square(0).bounds
    return [left, shapely.box(x + 100 + gap, y, x + 200, top)]


def test_gaps_slivers_and_parts_far_apart_are_found_with_their_place(
    corpus: Corpus, settings: IntakeSettings
) -> None:
    x, y = square(20).bounds[:2]
    far = shapely.MultiPolygon([square(30), square(50)])
    report = parcels(corpus, [*narrow(), shapely.box(x, y, x + 80, y + 0.5), far], settings).report
    said = {f.code: f for f in report.findings}
    assert {"gap_within", "sliver", "parts_apart"} <= set(said)
    assert "20.00 ㎡" in said["gap_within"].message and said["gap_within"].row == 2
    assert "0.50 米" in said["sliver"].message and said["sliver"].row == 3
    assert " 3,8" in said["parts_apart"].message and said["parts_apart"].row == 4
    assert all(f.place and f.why and f.remedy for f in said.values() if f.row)


def test_gaps_to_what_is_held(corpus: Corpus, settings: IntakeSettings) -> None:
    from geoservice.geo.crs import to_stored

    mine, held = narrow()
    register = Register(parcels=[("K1", "甲-9", to_stored([held], "EPSG:4528")[0])])
    report = parcels(corpus, [mine], settings, known=register).report
    (found,) = [f for f in report.findings if f.code == "gap_held"]
    assert "甲-9" in found.message


def test_a_broken_shape_says_what_a_repair_would_change(corpus: Corpus, settings: IntakeSettings) -> None:
    x, y = square(0).bounds[:2]
    bow = shapely.Polygon([(x, y), (x + 100, y + 100), (x + 100, y), (x, y + 60)])
    (found,) = [f for f in parcels(corpus, [bow], settings).report.findings if f.code == "geometry_invalid"]
    assert "面积由" in found.message and "㎡ 变为" in found.message
    assert found.place is not None


def test_a_profile_sets_rules_and_the_report_says_so(corpus: Corpus, settings: IntakeSettings) -> None:
    checks = {"gap_within": "error", "overlap_within": "off", "sliver": {"width_m": 90.0}}
    x, y = square(0).bounds[:2]
    checked = parcels(corpus, [*narrow(), shapely.box(x - 50, y, x + 50, y + 50)], settings, checks)
    report = checked.report
    assert "overlap_within" not in codes(report)
    assert {f.severity for f in report.findings if f.code == "gap_within"} == {"error"}
    assert [f.row for f in report.findings if f.code == "sliver"] == [1, 2, 3]
    assert len(checked.main) == 2
    rules = {r["code"]: r for r in report.to_json()["rules"]}
    assert rules["gap_within"]["origin"] == "profile" and rules["gap_held"]["origin"] == "default"
    assert rules["sliver"]["params"] == {"width_m": 90.0}
    assert "改动过的检查规则" in render_html(report)
    assert report.to_json()["mapping"]["checks"] == checks


def test_a_city_sets_rules_below_the_profile(corpus: Corpus) -> None:
    path = corpus.text("checks.toml", 'gap_within = "off"\noutside_extent = "warning"\n')
    settings = IntakeSettings(extent=EXTENT, today=TODAY, rules=read_check_rules(path))
    shapes = [*narrow(), square(20_000)]
    checked = parcels(corpus, shapes, settings)
    assert "gap_within" not in codes(checked.report)
    assert len(checked.main) == 3 and "outside_extent" in codes(checked.report, "warning")
    strict = parcels(corpus, shapes, settings, {"outside_extent": "error"})
    assert len(strict.main) == 2


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"slivers": "off"}, "sliver"),
        ({"sliver": "fatal"}, "fatal"),
        ({"sliver": {"breadth": 1}}, "breadth"),
        ({"sliver": {"width_m": "1"}}, "width_m"),
        ({"sliver": {"width_m": -1}}, "width_m"),
        ({"geometry_missing": "off"}, "geometry_missing"),
        ({"sliver": 5}, "sliver"),
    ],
)
def test_a_wrong_rule_is_refused_by_name(said: dict[str, Any], word: str, tmp_path: Path) -> None:
    with pytest.raises(IntakeRefused, match=word):
        parse_mapping({"noun": "parcel", "checks": said})
    with pytest.raises(IntakeRefused):
        read_check_rules(tmp_path / "absent.toml")


def test_rules_and_messages_agree() -> None:
    for rule in shipped().rules.values():
        assert catalogue()[rule.code]["severity"] == rule.severity
        assert rule.zh and rule.en
    assert all(all(why_of(code)) for code in catalogue())


def test_codes_counties_and_units(corpus: Corpus, settings: IntakeSettings) -> None:
    rows = {
        "地块编号": ["1", "2", "3", "4"],
        "不动产单元号": [
            "320311001002GB00123F00010001",
            "320311001002GB00123",
            "320302001002GB00124",
            "320311001002GB0012",
        ],
        "县区代码": ["320311"] * 4,
    }
    checked = table(corpus, "parcel", rows, settings)
    said = {(f.code, f.row) for f in checked.report.findings}
    assert {("code_duplicate", 3), ("code_county_differs", 4), ("code_structure", 5)} <= said
    assert "unit_code_read" in {code for code, _ in said}


@pytest.mark.parametrize(
    ("code", "system", "name", "found"),
    [
        ("0601", "TD2023", "工业用地", "use_system_contradicts"),
        ("0601", "GBT21010-2017", "工业用地", None),
        ("100101", "TD2023", "一类工业用地", None),
        ("0601", None, "工业用地", "use_system_missing"),
        ("M1", "GB50137", "一类工业用地", None),
    ],
)
def test_the_same_digits_mean_other_uses(
    corpus: Corpus, settings: IntakeSettings, code: str, system: str | None, name: str, found: str | None
) -> None:
    rows = {"地块编号": ["1"], "用地代码": [code], "分类标准": [system], "土地用途": [name]}
    said = [c for c in codes(table(corpus, "parcel", rows, settings).report) if c.startswith("use_")]
    assert said == ([] if found is None else [found])


def test_ranges_amounts_and_days(corpus: Corpus, settings: IntakeSettings) -> None:
    rows = {
        "地块编号": ["1", "2"],
        "容积率下限": [2.5, 1.2],
        "容积率上限": [1.2, 250],
        "建筑密度": [40, 4000],
    }
    said = {(f.code, f.row) for f in table(corpus, "parcel", rows, settings).report.findings}
    assert {("range_reversed", 2), ("value_implausible", 3)} <= said
    money = {
        "项目编号": ["P1"],
        "项目名称": ["甲"],
        "总投资（万元）": [5000],
        "年度计划投资（万元）": [90_000],
    }
    assert "amount_order" in codes(table(corpus, "project", money, settings).report)
    days = {
        "任务编号": ["T1"],
        "任务名称": ["甲"],
        "预公告日期": ["2026-05-01"],
        "启动日期": ["2026-03-01"],
    }
    assert "date_order" in codes(table(corpus, "demolition_task", days, settings).report)
