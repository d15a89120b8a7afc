"""Mappings: what they may say, what is wrong with them, and how headings are recognised without one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import shapely

from geoservice.intake.check import check_file
from geoservice.intake.errors import IntakeRefused
from geoservice.intake.headings import split_unit
from geoservice.intake.mapping import Mapping, SourceRule
from geoservice.intake.mapping_file import parse_mapping, read_mapping
from geoservice.intake.nouns import fields_of
from geoservice.intake.recognise import guess_noun, headings, propose, recognise, stage_of
from geoservice.model.nouns import NOUNS
from tests.intake.conftest import Corpus, codes, square


def test_an_absent_column_is_named_with_the_nearest_and_all_there_are(corpus: Corpus) -> None:
    mapping = parse_mapping({"noun": "parcel", "fields": {"parcel_number": "DKBN", "address": "ZL"}})
    report = check_file(corpus.shapefile(), mapping=mapping).report
    assert codes(report, "error") == ["mapping_column_absent"]
    said = report.findings[0]
    assert (said.field, said.value) == ("parcel_number", "DKBN")
    assert "是否指“DKBH”" in said.message
    assert "DKBH、ZL" in said.message
    assert report.counts.to_load == 0


def test_every_absent_column_is_named_at_once(corpus: Corpus) -> None:
    mapping = parse_mapping(
        {
            "noun": "project",
            "fields": {"project_number": "A", "name": {"template": "{B} {DKBH}"}},
            "stages": {"started": {"actual": "C"}},
            "links": {"column": "D"},
            "stage_from_status": {"column": "E", "date": "2026-01-01", "values": {"x": "signed"}},
        }
    )
    report = check_file(corpus.shapefile(), mapping=mapping).report
    assert sorted(f.value or "" for f in report.findings if f.code == "mapping_column_absent") == list(
        "ABCDE"
    )


def test_headings_match_without_regard_to_spelling(corpus: Corpus) -> None:
    path = corpus.text("a.csv", "项目 编号,项目名称 ,总投资(万元)\nP1,甲,12\n")
    mapping = parse_mapping(
        {
            "noun": "project",
            "fields": {
                "project_number": "项目编号",
                "name": "项目名称",
                "investment_total_fen": "总投资（万元）",
            },
        }
    )
    assert check_file(path, mapping=mapping).main["investment_total_fen"].tolist() == [12_000_000]


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({}, "noun"),
        ({"noun": "parcels"}, "parcel"),
        ({"noun": "parcel", "felds": {}}, "fields"),
        ({"noun": "parcel", "fields": {"parcel_numbr": "A"}}, "parcel_number"),
        ({"noun": "parcel", "fields": {"certified_area_m2": {"column": "A", "unit": "acre"}}}, "mu"),
        ({"noun": "parcel", "fields": {"name": {"colum": "A"}}}, "column"),
        ({"noun": "parcel", "fields": {"name": {"unit": "m2"}}}, "const"),
        ({"noun": "parcel", "fields": {"state": {"column": "A", "values": {"净": "cleer"}}}}, "clear"),
        ({"noun": "parcel", "match": {"duplicates": "drop"}}, "reject"),
        ({"noun": "parcel", "match": {"by": ["colour"]}}, "parcel_number"),
        ({"noun": "parcel", "source": {"header_row": 0}}, "从 1 数起"),
        ({"noun": "project", "stages": {"opened": {"actual": "A"}}}, "started"),
        ({"noun": "project", "links": {"column": "A", "separator": "["}}, "正则"),
        ({"noun": "project", "stage_from_status": {"column": "A"}}, "values"),
        ({"noun": "project", "months": {"pattern": "x"}}, "month"),
        ({"noun": "parcel", "join": {"file": "a", "on": "b", "columns": ["c"], "aggregate": "mean"}}, "max"),
    ],
)
def test_a_wrong_mapping_says_what_would_be_right(said: dict[str, Any], word: str) -> None:
    with pytest.raises(IntakeRefused) as refused:
        parse_mapping(said)
    assert word in str(refused.value)


def test_a_mapping_file_that_is_no_toml_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text("noun = parcel")
    with pytest.raises(IntakeRefused, match=r"m\.toml"):
        read_mapping(path)
    with pytest.raises(IntakeRefused, match="找不到文件"):
        read_mapping(tmp_path / "none.toml")


def test_the_hash_tells_mappings_apart_and_not_their_order() -> None:
    one = parse_mapping({"noun": "parcel", "fields": {"name": "A", "address": "B"}})
    same = parse_mapping({"fields": {"address": "B", "name": "A"}, "noun": "parcel"})
    other = parse_mapping({"noun": "parcel", "fields": {"name": "A", "address": "C"}})
    assert one.sha256() == same.sha256() != other.sha256()


def test_const_default_values_empty_fallback_and_template(corpus: Corpus) -> None:
    path = corpus.text("a.csv", "id,name,alt,status,city\n1,---,甲,old,东\n2,乙,,new,西\n3,,,gone,\n")
    mapping = parse_mapping(
        {
            "noun": "project",
            "fields": {
                "project_number": {"template": "{city}-{id}"},
                "name": {"column": "name", "empty": ["---"], "fallback": ["alt", "id"]},
                "level": {"const": "city"},
                "side_state": {"column": "status", "values": {"old": "terminated"}, "default": "normal"},
            },
            "extra": ["status"],
        }
    )
    main = check_file(path, mapping=mapping).main
    assert main["project_number"].tolist() == ["东-1", "西-2", "-3"]
    assert main["name"].tolist() == ["甲", "乙", "3"]
    assert set(main["level"]) == {"city"}
    assert main["side_state"].tolist() == ["terminated", "normal", "normal"]
    assert main["extra"].tolist() == [{"status": "old"}, {"status": "new"}, {"status": "gone"}]


def test_a_default_is_said_once_per_value(corpus: Corpus) -> None:
    path = corpus.text("a.csv", "项目编号,项目名称,级别\n1,甲,怪\n2,乙,怪\n3,丙,异\n")
    rule = {"column": "级别", "default": "district"}
    mapping = parse_mapping(
        {"noun": "project", "fields": {"project_number": "项目编号", "name": "项目名称", "level": rule}}
    )
    report = check_file(path, mapping=mapping).report
    assert [(f.value, f.row) for f in report.findings if f.code == "code_defaulted"] == [("怪", 2), ("异", 4)]


def test_status_words_become_stages_with_their_day_and_evidence(corpus: Corpus) -> None:
    path = corpus.text(
        "a.csv", "编号,名称,状态,更新\n1,甲,已建,2026-01-05\n2,乙,未知,2026-01-06\n3,丙,已批,\n"
    )
    mapping = parse_mapping(
        {
            "noun": "project",
            "fields": {"project_number": "编号", "name": "名称"},
            "stage_from_status": {
                "column": "状态",
                "date": "更新",
                "values": {"已建": "completed", "已批": "approved"},
            },
        }
    )
    events = check_file(path, mapping=mapping).clean["stage_event"]
    assert events[["position", "stage"]].to_numpy().tolist() == [[0, "completed"]]
    assert events["evidence"].iloc[0] == "状态 = 已建（2026-01-05 的记载）"


def test_a_joined_ledger_is_aggregated_by_key(corpus: Corpus) -> None:
    corpus.text("tax.csv", "ML,Area,Use\nA-0,100,x\nA-0,900,y\nA-1,,z\n")
    path = corpus.shapefile()
    said = {
        "noun": "parcel",
        "fields": {
            "parcel_number": "DKBH",
            "certified_area_m2": {"column": "Area", "unit": "m2"},
            "use_name": "Use",
        },
        "join": {
            "file": "tax.csv",
            "on": {"left": "DKBH", "right": "ML"},
            "columns": ["Area", "Use"],
            "aggregate": {"Area": "max"},
        },
    }
    checked = check_file(path, mapping=parse_mapping(said))
    assert checked.main["certified_area_m2"].tolist() == [900.0, None, None]
    assert checked.main["use_name"].tolist() == ["x", "z", None]
    unmatched = [f for f in checked.report.findings if f.code == "join_unmatched"]
    assert [f.value for f in unmatched] == ["1"]
    said["join"]["aggregate"] = "sum"  # type: ignore[index]
    assert check_file(path, mapping=parse_mapping(said)).main["certified_area_m2"].iloc[0] == 1000.0


def test_a_join_on_an_absent_column_is_an_error(corpus: Corpus) -> None:
    corpus.text("tax.csv", "ML,Area\nA-0,100\n")
    said = {"noun": "parcel", "join": {"file": "tax.csv", "on": "ML", "columns": ["Area"]}}
    assert codes(check_file(corpus.shapefile(), mapping=parse_mapping(said)).report) == [
        "mapping_column_absent"
    ]


@pytest.mark.parametrize(
    ("columns", "has_shape", "noun"),
    [
        (["DKBH", "ZL", "ZDMJ"], True, "parcel"),
        (["项目编号", "项目名称", "总投资（万元）", "开工时间"], False, "project"),
        (["户编号", "任务编号", "建筑面积", "签约日期"], False, "demolition_unit"),
        (["任务编号", "任务名称", "应征户数"], True, "demolition_task"),
        (["园区代码", "园区名称", "主导产业"], True, "park"),
        (["项目编号", "月份", "完成投资（万元）"], False, "investment_month"),
        (["甲", "乙"], True, None),
    ],
)
def test_the_noun_is_told_by_the_headings(columns: list[str], has_shape: bool, noun: str | None) -> None:
    assert guess_noun(columns, has_shape)[0] == noun


def test_what_nothing_tells_is_asked(corpus: Corpus) -> None:
    report = check_file(corpus.text("a.csv", "甲,乙\nx,y\n")).report
    assert codes(report) == ["noun_undecided"]


def test_an_explicit_mapping_is_taken_at_its_word() -> None:
    mapping = parse_mapping({"noun": "parcel", "fields": {"name": "DKMC"}})
    assert propose(mapping, ["DKMC", "DKBH"]) is mapping


def test_every_known_heading_is_of_a_field_that_exists() -> None:
    for name, table in headings().items():
        assert set(table) <= set(fields_of(NOUNS[name])), name


def test_units_in_headings_are_taken() -> None:
    rules = recognise("project", ["总投资（亿元）", "用地需求/亩"])
    assert {f: r.unit for f, r in rules.items()} == {"investment_total_fen": "yi", "demand_area_m2": "mu"}
    assert split_unit("面积（单位：公顷）") == ("面积", "ha")


def test_one_heading_serves_one_field() -> None:
    rules = recognise("park", ["名称"])
    assert [r.column for r in rules.values()] == ["名称"]


@pytest.mark.parametrize(
    ("heading", "stage"),
    [
        ("计划竣工日期", ("completed", "planned")),
        ("拟开工时间", ("started", "planned")),
        ("备案时间", ("approved", "actual")),
        ("实际投产", ("producing", "actual")),
        ("达产", None),
        ("开工项目数", None),
        ("节点/计划开工时间", ("started", "planned")),
    ],
)
def test_stage_headings(heading: str, stage: tuple[str, str] | None) -> None:
    assert stage_of(heading) == stage


def test_a_mapping_without_fields_still_says_where_and_how_to_read(corpus: Corpus) -> None:
    mapping = Mapping("parcel").with_source(crs="EPSG:4549")
    path = corpus.shapefile(shapes=[shapely.box(462000, 3676000, 462100, 3676100)], crs=None)
    report = check_file(path, mapping=mapping).report
    assert report.file.crs == "EPSG:4549"
    assert {f.field for f in report.fields} == {"parcel_number", "address"}


def test_what_a_person_names_wins_over_mapping_and_file(corpus: Corpus) -> None:
    shapes = [shapely.box(462000, 3676000, 462100, 3676100)]
    path = corpus.shapefile(shapes=shapes, crs=4547)
    mapping = parse_mapping({"noun": "parcel", "source": {"crs": "EPSG:4548"}})
    report = check_file(path, mapping=mapping, source=SourceRule(crs="EPSG:4549")).report
    assert report.file.crs == "EPSG:4549"
    assert check_file(path, source=SourceRule(crs="EPSG:4549")).report.file.crs == "EPSG:4549"
    overridden = [f for f in report.findings if f.code == "crs_overridden"]
    assert len(overridden) == 1
    assert "EPSG:4547" in overridden[0].message


def test_a_known_classification_is_stored_by_its_code(corpus: Corpus) -> None:
    columns = {"DKBH": ["A", "B"], "FLBZ": ["用地用海分类2023", "本地标准"]}
    path = corpus.shapefile(columns=columns, shapes=[square(0), square(1)])
    assert check_file(path, noun="parcel").main["use_system"].tolist() == ["TD2023", "本地标准"]


@pytest.mark.parametrize(
    ("columns", "noun_name"),
    [
        (["地块编号", "地块名称", "面积(亩)", "经度", "纬度"], None),
        (["地块编号", "土地用途"], None),
        (["批次编号", "地块编号"], "batch_parcel"),
        (["电子监管号", "地块编号", "供应方式", "供应面积(公顷)"], "supply_contract"),
        (["批次编号", "批文号", "批准日期", "转用面积(公顷)"], "approval_batch"),
        (["项目编号", "地块编号", "占比"], "project_parcel"),
    ],
)
def test_a_register_is_recognised_by_what_it_is_known_by(columns: list[str], noun_name: str | None) -> None:
    assert guess_noun(columns, has_shape=False)[0] == noun_name
