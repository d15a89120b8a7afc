"""Coordinate tables in sheets and text: one parcel or several, in every layout offices use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from geoservice.intake.check import Checked, check_file
from geoservice.intake.settings import IntakeSettings
from tests.intake.conftest import Corpus, codes

NORTH, EAST = 3_676_000.0, 40_462_000.0
RING = ((0, 0), (0, 100), (100, 100), (100, 0), (0, 0))
Rows = list[list[Any]]


def points(
    column: float = 0, *, size: float = 1, zone: bool = True, ring: int | None = None, offset: float = 0
) -> Rows:
    """Return a square as rows of name, ring number where one is given, north and east."""
    east = EAST + column - (0 if zone else 40_000_000)
    rows = []
    for i, (y, x) in enumerate(RING):
        name = f"J{i % 4 + 1}"
        place = [round(NORTH + offset + y * size, 3), round(east + offset + x * size, 3)]
        rows.append([name, *([] if ring is None else [ring]), *place])
    return rows


def text(corpus: Corpus, rows: Sequence[Sequence[Any]], separator: str = ",", end: str = "\r\n") -> Any:
    """Write rows as delimited GBK text."""
    lines = [separator.join("" if v is None else str(v) for v in row) for row in rows]
    return corpus.text("点.csv", end.join(lines) + end, "gbk")


def parcels(checked: Checked) -> dict[str | None, tuple[int, int, float]]:
    """Return parts, holes and area by number."""
    return {f.key: (f.parts, f.holes, round(f.area_m2 or 0, 0)) for f in checked.report.features}


SQUARE = (1, 0, 10_000.0)


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_bare_list_of_points_is_a_parcel(corpus: Corpus, separator: str, end: str) -> None:
    path = text(corpus, [["点号", "圈号", "X", "Y"], *points(ring=1)], separator, end)
    checked = check_file(path, noun="parcel")
    assert parcels(checked) == {None: SQUARE}
    assert checked.report.file.crs == "EPSG:4528"


@pytest.mark.parametrize(
    "heading",
    [
        ["界址点号", "X坐标（m）", "Y坐标（m）"],
        ["拐点", "纵坐标", "横坐标"],
        ["点名", "纵坐标(X)", "横坐标(Y)"],
        ["序号", "北坐标", "东坐标"],
        ["JZDH", "X_坐标", "Y_坐标"],
    ],
)
def test_headings_of_points_in_many_words(corpus: Corpus, heading: list[str]) -> None:
    assert parcels(check_file(text(corpus, [heading, *points()]), noun="parcel")) == {None: SQUARE}


def test_several_parcels_by_column_merged_or_repeated(corpus: Corpus) -> None:
    rows = [["地块编号", "点号", "X", "Y", "边长", "地块用途"]]
    for number, column in (("甲-1", 0), ("甲-2", 300)):
        for i, point in enumerate(points(column)):
            rows.append([number if i == 0 else None, *point, i * 1.5, "工业用地"])
    checked = check_file(text(corpus, rows), noun="parcel")
    assert parcels(checked) == {"甲-1": SQUARE, "甲-2": SQUARE}
    assert checked.main["use_name"].tolist() == ["工业用地"] * 2
    assert "边长" not in " ".join(f.message for f in checked.report.findings)


def test_parcels_below_one_another_with_titles_and_headings_in_two_levels(corpus: Corpus) -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["界址点成果表（2000国家大地坐标系，3度带，带号40）"])
        for number, column in (("甲-1", 0), ("甲-2", 300)):
            sheet.append([f"宗地号：{number}", None, "面积：1.0000公顷"])
            sheet.append(["点号", "坐标", None, "边长"])
            sheet.append([None, "纵坐标(X)", "横坐标(Y)"])
            for point in points(column, zone=False):
                sheet.append([*point, 99.9])
            sheet.append([None])
        sheet.append(["制表：甲  审核：乙"])

    checked = check_file(corpus.workbook("点.xlsx", fill), noun="parcel")
    assert parcels(checked) == {"甲-1": SQUARE, "甲-2": SQUARE}
    assert checked.report.file.crs == "EPSG:4549"
    assert checked.main["certified_area_m2"].tolist() == [10_000.0, 10_000.0]


def test_columns_side_by_side_go_on_one_another(corpus: Corpus) -> None:
    ring = points()[:4]
    rows = [["点号", "X", "Y", "点号", "X", "Y"], [*ring[0], *ring[2]], [*ring[1], *ring[3]]]
    assert parcels(check_file(text(corpus, rows), noun="parcel")) == {None: SQUARE}


def test_rings_are_told_by_containment_whatever_their_numbers(corpus: Corpus) -> None:
    hole = points(size=0.1, ring=7, offset=20)
    rows = [["点号", "圈号", "X", "Y"], *hole, *points(ring=1), *points(300, ring=2)]
    assert parcels(check_file(text(corpus, rows), noun="parcel")) == {None: (2, 1, 19_899.0)}


def test_degrees_minutes_and_seconds(corpus: Corpus, settings: IntakeSettings) -> None:
    rows = [["点号", "经度", "纬度"]]
    rows += [
        ["1", "119°30'00\"", "33°10'00\""],
        ["2", "119°30′10″", "33°10′00″"],
        ["3", "119°30'10.0\"", "33°10'10\""],
    ]
    checked = check_file(text(corpus, rows), noun="parcel", settings=settings)
    (feature,) = checked.report.features
    assert feature.area_m2 == pytest.approx(259 * 308 / 2, rel=0.01)


def test_the_north_is_told_by_size_not_by_its_heading(corpus: Corpus) -> None:
    turned = [[name, east, north] for name, north, east in points()]
    checked = check_file(text(corpus, [["点号", "X", "Y"], *turned]), noun="parcel")
    assert parcels(checked) == {None: SQUARE}
    assert "txt_east_first" in codes(checked.report, "warning")


def test_what_is_no_coordinate_is_named_with_its_row(corpus: Corpus) -> None:
    rows = [["点号", "X", "Y"], *points()]
    rows[3][2] = "缺"
    report = check_file(text(corpus, rows), noun="parcel").report
    (error,) = [f for f in report.findings if f.severity == "error"]
    assert error.code == "geometry_unreadable" and "第 4 行" in error.message


def test_an_old_datum_in_the_title_is_refused(corpus: Corpus) -> None:
    rows = [["1980西安坐标系 3度带"], ["点号", "X", "Y"], *points()]
    assert codes(check_file(text(corpus, rows), noun="parcel").report, "error") == ["datum_refused"]


def test_houses_with_coordinates_are_no_boundary(corpus: Corpus) -> None:
    rows = [["户编号", "任务编号", "X", "Y"], ["H1", "T1", NORTH, EAST], ["H2", "T1", NORTH + 9, EAST]]
    checked = check_file(text(corpus, rows), noun="demolition_unit")
    assert [f.parts for f in checked.report.features] == [0, 0]
    assert len(checked.report.features) == 2
