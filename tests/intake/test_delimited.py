"""CSV and its kin: encodings, separators, line ends, titles, two-level headings, totals."""

from __future__ import annotations

from datetime import date

import pytest

from geoservice.intake.check import check_file
from geoservice.intake.mapping_file import parse_mapping
from tests.intake.conftest import Corpus, codes

LINES = [
    "项目编号,项目名称,总投资（万元）,开工时间",
    "P1,甲项目,1200,2026-03-01",
    "P2,乙项目,800.5,2026年4月2日",
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_usual_encoding_and_line_end(corpus: Corpus, encoding: str, end: str) -> None:
    path = corpus.text("ledger.csv", end.join(LINES) + end, encoding)
    checked = check_file(path, noun="project")
    assert checked.main["name"].tolist() == ["甲项目", "乙项目"]
    assert checked.main["investment_total_fen"].tolist() == [1_200_000_000, 800_500_000]
    assert checked.clean["stage_event"]["actual_on"].astype(str).tolist() == ["2026-03-01", "2026-04-02"]


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_the_separator_is_found(corpus: Corpus, separator: str) -> None:
    path = corpus.text("a.txt", "\n".join(LINES).replace(",", separator))
    assert check_file(path, noun="project").main["project_number"].tolist() == ["P1", "P2"]


def test_gbk_without_a_hint_says_how_it_was_known(corpus: Corpus) -> None:
    facts = check_file(corpus.text("a.csv", "\n".join(LINES), "gbk"), noun="project").report.file
    assert (facts.encoding, facts.encoding_evidence) == ("GB18030", "不是 UTF-8；按 GB18030 解码通过")


def test_text_in_no_known_encoding_is_refused(corpus: Corpus) -> None:
    path = corpus.path("a.csv")
    path.write_bytes(b"name,code\n\xff\xfa\x80\x80\xc3,1\n")
    assert codes(check_file(path, noun="zone").report) == ["text_undecodable"]


def test_two_heading_rows_are_joined(corpus: Corpus) -> None:
    text = "项目编号,项目名称,计划时间,,实际时间,\n,,开工,竣工,开工,竣工\nP1,甲,2026-03-01,2027-05-01,2026-03-09,\n"
    checked = check_file(corpus.text("a.csv", text), noun="project")
    assert checked.report.file.header_rows == (1, 2)
    assert "header_joined" in codes(checked.report, "info")
    events = checked.clean["stage_event"]
    assert events[["stage", "planned_on", "actual_on"]].to_numpy().tolist() == [
        ["started", date(2026, 3, 1), date(2026, 3, 9)],
        ["completed", date(2027, 5, 1), None],
    ]


def test_a_second_row_of_field_names_is_heading_too(corpus: Corpus) -> None:
    text = "地块编号,宗地面积\nDKBH,ZDMJ\nA-1,100\n"
    checked = check_file(corpus.text("a.csv", text), mapping=parse_mapping({"noun": "parcel"}))
    assert checked.report.file.header_rows == (1, 2)
    assert checked.report.counts.rows == 1


def test_a_row_of_units_is_heading_too(corpus: Corpus) -> None:
    text = "项目编号,项目名称,总投资,用地需求\n,,万元,亩\nP1,甲,100,15\n"
    checked = check_file(corpus.text("a.csv", text), noun="project")
    assert checked.main["investment_total_fen"].tolist() == [100_000_000]
    assert checked.main["demand_area_m2"].tolist() == [10_000.0]


def test_data_that_look_like_words_are_no_second_heading(corpus: Corpus) -> None:
    text = "名称,区划代码,类型\n东区,一,区县\n西区,二,区县\n"
    checked = check_file(corpus.text("a.csv", text), noun="zone")
    assert checked.report.file.header_rows == (1,)
    assert checked.report.counts.rows == 2


def test_titles_above_totals_below_and_blank_lines_are_no_data(corpus: Corpus) -> None:
    text = (
        "2026年重点项目台账,,,\n单位：万元,,,\n" + "\n".join(LINES) + "\n\n合计,,2000.5,\n填表人：某某,,,\n"
    )
    checked = check_file(corpus.text("a.csv", text), noun="project")
    assert checked.report.file.header_rows == (3,)
    assert checked.main["project_number"].tolist() == ["P1", "P2"]
    skipped = [f for f in checked.report.findings if f.code == "row_skipped"]
    assert [f.row for f in skipped] == [7, 8]


def test_rows_are_counted_as_a_spreadsheet_shows_them(corpus: Corpus) -> None:
    text = 'title,,,\n项目编号,项目名称,总投资（万元）,开工时间\nP1,"甲\n乙",1,2026-03-01\nP2,丙,many,2026-03-01\n'
    report = check_file(corpus.text("a.csv", text), noun="project").report
    wrong = [f for f in report.findings if f.code == "number_invalid"]
    assert [(f.row, f.value) for f in wrong] == [(4, "many")]


def test_cells_beyond_the_heading_are_reported(corpus: Corpus) -> None:
    path = corpus.text("a.csv", "\n".join(LINES) + ",出格,再出格")
    report = check_file(path, noun="project").report
    beyond = [f for f in report.findings if f.code == "cells_beyond_header"]
    assert [(f.row, f.value) for f in beyond] == [(3, "2")]


def test_a_given_heading_row_is_taken(corpus: Corpus) -> None:
    text = "编号甲,名称甲\n编号乙,名称乙\n编号,名称\nP1,甲\n"
    mapping = parse_mapping(
        {
            "noun": "project",
            "source": {"header_row": 3},
            "fields": {"project_number": "编号", "name": "名称"},
        }
    )
    checked = check_file(corpus.text("a.csv", text), mapping=mapping)
    assert checked.main["name"].tolist() == ["甲"]


def test_numbers_alone_have_no_heading(corpus: Corpus) -> None:
    assert codes(check_file(corpus.text("a.csv", "1,2\n3,4\n"), noun="project").report) == ["no_header"]


def test_a_heading_alone_has_no_rows(corpus: Corpus) -> None:
    assert "no_rows" in codes(check_file(corpus.text("a.csv", LINES[0] + "\n"), noun="project").report)


def test_wkt_columns_make_shapes(corpus: Corpus) -> None:
    text = (
        'DKBH,outline\nA-1,"POLYGON((40462000 3676000,40462100 3676000,40462100 3676100,40462000 3676000))"\n'
    )
    mapping = parse_mapping(
        {
            "noun": "parcel",
            "source": {"crs": 4528},
            "fields": {"parcel_number": "DKBH", "geometry": {"wkt": "outline"}},
        }
    )
    report = check_file(corpus.text("a.csv", text), mapping=mapping).report
    assert report.features[0].area_m2 == pytest.approx(5000, rel=1e-3)


def test_coordinate_columns_make_points(corpus: Corpus) -> None:
    text = "户编号,任务编号,类型,经度,纬度\nH1,T1,户,119.6,33.2\nH2,T1,户,,\nH3,T1,户,abc,33.2\n"
    mapping = parse_mapping(
        {
            "noun": "demolition_unit",
            "source": {"crs": 4490},
            "fields": {
                "unit_number": "户编号",
                "task": "任务编号",
                "kind": "类型",
                "geometry": {"x": "经度", "y": "纬度"},
            },
        }
    )
    checked = check_file(corpus.text("a.csv", text), mapping=mapping)
    assert [g and g.wkt for g in checked.main["geometry"]] == ["POINT (119.6 33.2)", None]
    assert checked.rejects["codes"].tolist() == [["geometry_unreadable"]]
