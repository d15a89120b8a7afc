"""Workbooks: merged titles and headings, units, dates of every kind, codes that stay text, several sheets."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from geoservice.intake.check import check_file
from geoservice.intake.mapping_file import parse_mapping
from tests.intake.conftest import Corpus, codes

OLD_WORKBOOK = Path(__file__).parent.parent / "fixtures" / "intake" / "ledger.xls"


def ledger(sheet: Any) -> None:
    """Fill a sheet as a project office does: merged title, two-level heading, merged cells, a total."""
    sheet.append(["2026年市重点项目台账（截至11月）"])
    sheet.merge_cells("A1:H1")
    sheet.append(["项目编号", "项目名称", "所属区县", "投资（万元）", None, "节点", None, "公开"])
    sheet.append([None, None, None, "总投资", "年度计划投资", "计划开工时间", "开工时间", None])
    for span in ("A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:G2", "H2:H3"):
        sheet.merge_cells(span)
    sheet.append(["P-001", "甲", "东屏区", 12000, 3000.55, date(2026, 3, 31), 46082, "√"])
    sheet.append(["P-002", "乙", None, "8,000", None, "2026年5月", "2026.5.8", "×"])
    sheet.merge_cells("C4:C5")
    sheet.append(["合计", None, None, 20000])


def test_merged_titles_and_two_level_headings(corpus: Corpus) -> None:
    checked = check_file(corpus.workbook("台账.xlsx", ledger), noun="project")
    assert checked.report.file.header_rows == (2, 3)
    main = checked.main
    assert main["project_number"].tolist() == ["P-001", "P-002"]
    assert main["investment_total_fen"].tolist() == [12_000_000_000, 8_000_000_000]
    assert main["annual_plan_fen"].tolist() == [3_000_550_000, None]
    assert main["published"].tolist() == [True, False]


def test_merged_data_cells_hold_for_all_their_rows(corpus: Corpus) -> None:
    checked = check_file(corpus.workbook("台账.xlsx", ledger), noun="project")
    assert checked.main["district"].tolist() == ["东屏区", "东屏区"]


def test_dates_of_every_kind(corpus: Corpus) -> None:
    events = check_file(corpus.workbook("台账.xlsx", ledger), noun="project").clean["stage_event"]
    assert events["planned_on"].tolist() == [date(2026, 3, 31), date(2026, 5, 31)]
    assert events["actual_on"].tolist() == [date(2026, 3, 1), date(2026, 5, 8)]


def test_codes_stay_text(corpus: Corpus) -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["区划代码", "名称", "类型"])
        sheet.append([329901, "甲区", "区县"])
        sheet.append(["0329902", "乙区", "区县"])
        sheet.append([7, "丙区", "区县"])
        sheet["A4"].number_format = "000000"

    checked = check_file(corpus.workbook("a.xlsx", fill), noun="zone")
    # Zones need shapes, so no row is loaded; what was read shows in the samples.
    assert checked.report.fields[0].samples == ("329901", "0329902", "000007")


def test_a_long_code_kept_as_a_number_is_lost_and_said(corpus: Corpus) -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["项目编号", "项目名称"])
        sheet.append([3.2030110010010013e18, "甲"])

    report = check_file(corpus.workbook("a.xlsx", fill), noun="project").report
    assert codes(report, "error") == ["precision_lost"]


def test_the_sheet_whose_headings_fit_is_chosen_and_said(corpus: Corpus) -> None:
    path = corpus.workbook("a.xlsx", ledger)
    book = openpyxl.load_workbook(path)
    other = book.create_sheet("封面", 0)
    other.append(["说明"])
    other.append(["本表仅供内部使用"])
    book.save(path)
    report = check_file(path, noun="project").report
    assert report.file.layer == "台账"
    assert "封面" in next(f.message for f in report.findings if f.code == "layer_chosen")


def test_two_sheets_that_fit_alike_are_asked_about(corpus: Corpus) -> None:
    path = corpus.workbook("a.xlsx", ledger)
    book = openpyxl.load_workbook(path)
    book.copy_worksheet(book["台账"])
    book.save(path)
    assert codes(check_file(path, noun="project").report) == ["layer_ambiguous"]
    mapping = parse_mapping({"noun": "project", "source": {"sheet": "台账 Copy"}})
    assert check_file(path, mapping=mapping).report.counts.to_load == 2


def test_an_absent_sheet_lists_those_there_are(corpus: Corpus) -> None:
    mapping = parse_mapping({"noun": "project", "source": {"sheet": "台帐"}})
    report = check_file(corpus.workbook("a.xlsx", ledger), mapping=mapping).report
    assert codes(report) == ["layer_absent"]
    assert "台账" in report.findings[0].message


def test_hidden_and_empty_sheets_do_not_count(corpus: Corpus) -> None:
    path = corpus.workbook("a.xlsx", ledger)
    book = openpyxl.load_workbook(path)
    book.create_sheet("Sheet2")
    hidden = book.create_sheet("旧")
    hidden.append(["项目编号", "项目名称"])
    hidden.append(["P-9", "旧项目"])
    hidden.sheet_state = "hidden"
    book.save(path)
    assert check_file(path, noun="project").report.counts.to_load == 2


def test_times_of_day_do_not_hide_the_day(corpus: Corpus) -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["项目编号", "项目名称", "签约时间"])
        sheet.append(["P1", "甲", datetime(2026, 3, 1, 15, 30)])

    events = check_file(corpus.workbook("a.xlsx", fill), noun="project").clean["stage_event"]
    assert events["actual_on"].tolist() == [date(2026, 3, 1)]


def test_months_across_become_investment(corpus: Corpus) -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["项目编号", "项目名称", "2026年1月", "2026年2月"])
        sheet.append(["P1", "甲", 100, None])
        sheet.append(["P2", "乙", 50, 60])

    mapping = parse_mapping(
        {
            "noun": "project",
            "fields": {"project_number": "项目编号", "name": "项目名称"},
            "months": {"pattern": r"(?P<year>\d{4})年(?P<month>\d{1,2})月", "unit": "wan"},
        }
    )
    months = check_file(corpus.workbook("a.xlsx", fill), mapping=mapping).clean["investment_month"]
    assert months.to_numpy().tolist() == [
        [0, date(2026, 1, 1), 100_000_000],
        [1, date(2026, 1, 1), 50_000_000],
        [1, date(2026, 2, 1), 60_000_000],
    ]


def test_an_old_workbook_reads_the_same() -> None:
    checked = check_file(OLD_WORKBOOK, noun="project")
    assert checked.report.file.format == "Excel 97–2003"
    assert checked.report.file.header_rows == (2, 3)
    assert checked.main["investment_total_fen"].tolist() == [12_000_000_000, 8_000_000_000]
    assert checked.main["district"].tolist() == ["东屏区", "东屏区"]
    events = checked.clean["stage_event"]
    assert events["planned_on"].tolist() == [date(2026, 3, 31), date(2026, 5, 31)]


@pytest.mark.parametrize("name", ["a.xls", "a.dat", "a"])
def test_content_decides_and_not_the_name(corpus: Corpus, name: str) -> None:
    path = corpus.workbook("a.xlsx", ledger).rename(corpus.path(name))
    assert check_file(path, noun="project").report.file.format == "Excel"


def test_a_workbook_cut_short_is_refused(corpus: Corpus) -> None:
    path = corpus.workbook("a.xlsx", ledger)
    path.write_bytes(path.read_bytes()[:3000])
    report = check_file(path, noun="project").report
    assert codes(report) == ["file_unreadable"]
    assert str(path.parent) not in report.findings[0].message
