"""Personal data never get past the door, in no form."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from geoservice.intake.check import check_file
from geoservice.intake.html import render_html
from geoservice.intake.mapping_file import parse_mapping
from geoservice.intake.privacy import find_personal, is_personal, mask
from geoservice.intake.terminal import render_terminal
from tests.intake.conftest import Corpus, codes

# GB 11643's own example number, with its check digit.
IDENTITY = "11010519491231002X"
SECRETS = ("张三丰", IDENTITY, "13812345678", "6222021234567890123", "365000")
UNITS = (
    "户编号,任务编号,类型,户主姓名,身份证号,联系电话,开户银行及账号,补偿款（元）,甲列,备注,签约日期\n"
    f"H1,T1,户,张三丰,{IDENTITY},13812345678,6222021234567890123,365000,{IDENTITY},找 13812345678,2026-03-01\n"
    f"H2,T1,户,张三丰,{IDENTITY},13812345678,6222021234567890123,365000,{IDENTITY},无,坏日期\n"
)


def everything(path: Path, **named: object) -> str:
    """Return all a check shows or keeps of a file, as text."""
    checked = check_file(path, **named)  # type: ignore[arg-type]
    console = Console(record=True, width=200, file=io.StringIO())
    render_terminal(checked.report, console)
    kept = "".join(frame.to_csv() for frame in checked.clean.values()) + checked.rejects.to_csv()
    report = json.dumps(checked.report.to_json(), ensure_ascii=False)
    return report + console.export_text() + render_html(checked.report) + kept


def test_nothing_personal_leaves_the_reader(corpus: Corpus, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    path = corpus.text("户.csv", UNITS)
    said = everything(path, noun="demolition_unit") + caplog.text
    for secret in SECRETS:
        assert secret not in said


def test_each_dropped_column_is_reported(corpus: Corpus) -> None:
    report = check_file(corpus.text("户.csv", UNITS), noun="demolition_unit").report
    dropped = [f.value for f in report.findings if f.code == "personal_column"]
    assert dropped == ["户主姓名", "身份证号", "联系电话", "开户银行及账号", "补偿款（元）", "甲列"]


def test_all_columns_kept_as_extra_are_masked(corpus: Corpus) -> None:
    harmless = "".join(f"P{i},项目{i},无\n" for i in range(3, 12))
    text = f"项目编号,项目名称,说明\nP1,甲,联系 13812345678\nP2,乙,{IDENTITY}张\n" + harmless
    path = corpus.text("a.csv", text)
    mapping = parse_mapping(
        {"noun": "project", "fields": {"project_number": "项目编号", "name": "项目名称"}, "extra": "*"}
    )
    checked = check_file(path, mapping=mapping)
    assert [e.get("说明") for e in checked.main["extra"][:2]] == ["联系 ***", "***张"]
    assert codes(checked.report, "warning") == ["personal_value", "personal_value"]


def test_a_mapping_cannot_ask_for_a_personal_column(corpus: Corpus) -> None:
    mapping = parse_mapping(
        {
            "noun": "demolition_unit",
            "fields": {"unit_number": "户主姓名", "task": "任务编号", "kind": "类型"},
        }
    )
    report = check_file(corpus.text("户.csv", UNITS), mapping=mapping).report
    assert "personal_column" in codes(report, "error")
    assert report.counts.to_load == 0


def test_a_joined_personal_column_stays_out(corpus: Corpus) -> None:
    corpus.text("owners.csv", "DKBH,权利人,用途\nA-0,张三丰,工业\n")
    said = {
        "noun": "parcel",
        "fields": {"parcel_number": "DKBH"},
        "join": {"file": "owners.csv", "on": "DKBH", "columns": ["权利人", "用途"]},
        "extra": "*",
    }
    assert "张三丰" not in everything(corpus.shapefile(), mapping=parse_mapping(said))


@pytest.mark.parametrize(
    ("heading", "noun", "personal"),
    [
        ("户主", "demolition_unit", True),
        ("被征收人（户主）/身份证号码", "demolition_unit", True),
        ("SFZH", "parcel", True),
        ("权利人", "parcel", True),
        ("补偿金额", "demolition_task", True),
        ("总金额（万元）", "demolition_unit", True),
        ("总投资（万元）", "project", False),
        ("包保责任人", "project", False),
        ("补偿日期", "demolition_unit", False),
        ("补偿决定日期", "demolition_unit", False),
        ("DH", "parcel", False),
    ],
)
def test_headings(heading: str, noun: str, personal: bool) -> None:
    assert is_personal(heading, noun) is personal


def test_numbers_in_texts_are_told_from_codes() -> None:
    assert find_personal(f"见{IDENTITY}，13900001111") == [IDENTITY, "13900001111"]
    assert find_personal("110105194912310021") == []  # the check digit is wrong
    assert find_personal("320311001002GB00123") == []
    assert mask("2401-320311-04-01-123456") == "2401-320311-04-01-123456"
