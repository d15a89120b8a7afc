"""Milestones, targets and evidence of clearance as files bring them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from geoservice import clock
from geoservice.imports.filing import Asked, check_against, intake_settings, publish
from geoservice.intake.mapping_file import read_mapping
from geoservice.model import milestone
from geoservice.service import Service
from tests.fixtures.city import ago, ahead
from tests.fixtures.services import Filled, _gpkg_cities, _postgis_cities, city

__all__ = ["_gpkg_cities", "_postgis_cities", "city"]

MAPPING = """
noun = "milestone"
[fields]
subject_noun = { const = "demolition_task" }
subject = "任务编号"
track = "程序"
kind = "节点"
actual_on = "完成日期"
evidence = "依据文件"
"""


@pytest.fixture
def service(city: Filled) -> Iterator[Service]:
    yield city.service


def checked(service: Service, folder: Path, rows: str, mapping: str = MAPPING) -> object:
    file, said = folder / "节点.csv", folder / "m.toml"
    file.write_text(rows, "utf-8")
    said.write_text(mapping, "utf-8")
    return check_against(service, file, Asked(read_mapping(said)), intake_settings(service))


def codes(found: object) -> list[tuple[str, int | None]]:
    return [(f.code, f.row) for f in found.report.findings if f.severity == "error"]  # type: ignore[attr-defined]


def test_steps_are_known_by_name_and_tasks_by_number(service: Service, tmp_path: Path) -> None:
    rows = (
        "任务编号,程序,节点,完成日期,依据文件\n"
        f"ZC-1,集体土地征收,征收土地预公告,{ago(90)},预公告1号\n"
        f"ZC-2,state,房屋征收决定,{ago(40)},决定2号\n"
    )
    found = checked(service, tmp_path, rows)
    assert codes(found) == []
    publish(service, found, actor="o", accept="all", valid_from=clock.today())  # type: ignore[arg-type]
    with service.database.read() as connection:
        held = connection.execute(select(milestone).order_by(milestone.c.id)).all()
    assert [(row.subject[:2], row.track, row.kind) for row in held] == [
        ("ZC", "collective", "preannounced"),
        ("ZC", "state", "decided"),
    ]


def test_impossible_facts_are_refused_by_row(service: Service, tmp_path: Path) -> None:
    rows = (
        "任务编号,程序,节点,完成日期,依据文件\n"
        f"ZC-1,集体土地征收,征收土地预公告,{ahead(3)},预公告1号\n"
        f"ZC-1,集体土地征收,报批,{ago(9)},\n"
        f"ZC-1,集体土地征收,庆功会,{ago(9)},x\n"
        f"ZC-1,海域征收,报批,{ago(9)},x\n"
        f"ZC-404,集体土地征收,报批,{ago(9)},x\n"
    )
    assert sorted(codes(checked(service, tmp_path, rows)), key=lambda one: one[1] or 0) == [
        ("date_future", 2),
        ("evidence_missing", 3),
        ("milestone_unknown", 4),
        ("milestone_unknown", 5),
        ("reference_unknown", 6),
    ]


def test_a_column_of_evidence_that_is_left_empty_is_an_error_and_none_at_all_is_not(
    service: Service, tmp_path: Path
) -> None:
    head = "户编号,任务编号,类型,签约日期"
    bare = f"{head}\nN-1,ZC-1,户,{ago(9)}\n"
    assert codes(checked(service, tmp_path, bare, 'noun = "demolition_unit"\n')) == []
    empty = f"{head},协议编号\nN-1,ZC-1,户,{ago(9)},\nN-2,ZC-1,户,{ago(8)},协议8号\n"
    assert codes(checked(service, tmp_path, empty, 'noun = "demolition_unit"\n')) == [("evidence_missing", 2)]
