"""Boundary-point TXT: every dialect read, every oddity named with its line; what is written is read the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geoservice.exports.boundary_txt import boundary_txt
from geoservice.exports.errors import ExportRefused
from geoservice.geo.crs import from_stored, to_stored
from geoservice.intake.check import Checked, check_file
from tests.intake.conftest import Corpus, codes

HEAD = """[属性描述]
格式版本号=1.01版本
数据产生单位=
数据产生日期=
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=40
精度=0.001
转换参数=,,,,,,
[地块坐标]
"""
PLOT = "5,1.0000,A-1,北地块,面,,工业用地,100101,@\n"
POINTS = """J1,1,3676000.000,40462000.000
J2,1,3676100.000,40462000.000
J3,1,3676100.000,40462100.000
J4,1,3676000.000,40462100.000
J1,1,3676000.000,40462000.000
"""
PLAIN = HEAD + PLOT + POINTS
FIRST = 14  # line of the first point


def read(corpus: Corpus, text: str, encoding: str = "gbk") -> Checked:
    """Check a text as a TXT file."""
    return check_file(corpus.text("a.txt", text, encoding))


def by_code(checked: Checked, code: str) -> list[tuple[int | None, str | None]]:
    """Return row and value of the findings of a code."""
    return [(f.row, f.value) for f in checked.report.findings if f.code == code]


def area(checked: Checked) -> float:
    """Return the planar area of the only feature."""
    assert len(checked.report.features) == 1
    return checked.report.features[0].planar_area_m2


def test_the_canonical_form_is_read_without_a_warning(corpus: Corpus) -> None:
    checked = read(corpus, PLAIN)
    assert codes(checked.report, "warning") == codes(checked.report, "error") == []
    assert checked.report.file.crs == "EPSG:4528"
    assert checked.report.file.encoding == "GB18030"
    row = checked.main.iloc[0]
    assert (row["parcel_number"], row["name"], row["use_code"], row["certified_area_m2"]) == (
        "A-1",
        "北地块",
        "100101",
        10_000.0,
    )
    assert area(checked) == pytest.approx(10_000, abs=0.05)
    assert checked.report.features[0].row == 13


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_and_line_end_reads_the_same(corpus: Corpus, encoding: str, end: str) -> None:
    checked = read(corpus, PLAIN.replace("\n", end), encoding)
    assert area(checked) == pytest.approx(10_000, abs=0.05)
    assert checked.main["name"].tolist() == ["北地块"]
    assert codes(checked.report, "warning") == []


def swapped(text: str) -> str:
    """Return the points east first."""
    return re.sub(r"(J\d+,1,)([\d.]+),([\d.]+)", r"\1\3,\2", text)


ODDITIES: dict[str, tuple[Callable[[str], str], str, int | None]] = {
    "full-width": (lambda t: t.replace("J2,1,", "J2，1，"), "txt_fullwidth", FIRST + 1),
    "full-width brackets": (lambda t: t.replace("[地块坐标]", "【地块坐标】"), "txt_fullwidth", 12),
    "two plots fields": (lambda t: t.replace(",100101,@", ",@"), "", None),
    "twelve fields": (lambda t: t.replace("100101,@", "100101,甲,乙,丙,@"), "txt_plot_fields", 13),
    "thirteen fields": (lambda t: t.replace("100101,@", "100101,甲,乙,丙,丁,@"), "txt_plot_fields", 13),
    "leading fields": (lambda t: t.replace("5,1.0000", "320000,徐州,5,1.0000"), "txt_plot_fields", 13),
    "square metres": (lambda t: t.replace("1.0000", "10000.00"), "txt_area_unit", 13),
    "mu": (lambda t: t.replace("1.0000", "15"), "txt_area_unit", 13),
    "written unit": (lambda t: t.replace("1.0000", "15亩"), "txt_area_unit", 13),
    "no area": (lambda t: t.replace("1.0000", ""), "txt_area_empty", 13),
    "zero area": (lambda t: t.replace("1.0000", "0"), "txt_area_empty", 13),
    "wrong area": (lambda t: t.replace("1.0000", "1.0500"), "txt_area_differs", 13),
    "wrong count": (lambda t: t.replace("5,1.0000", "7,1.0000"), "txt_count", 13),
    "count without the closing point": (lambda t: t.replace("5,1.0000", "4,1.0000"), "", None),
    "east first": (swapped, "txt_east_first", FIRST),
    "no zone in eastings": (lambda t: t.replace(",404", ",4"), "txt_no_zone", 13),
    "wrong ring on the last point": (
        lambda t: (
            t.replace("J1,1,3676000.000,40462000.000\n[", "[")[: -len(POINTS.splitlines()[-1]) - 1]
            + "J1,2,3676000.000,40462000.000\n"
        ),
        "txt_ring_number",
        FIRST + 4,
    ),
    "unclosed": (lambda t: t[: -len(POINTS.splitlines()[-1]) - 1], "txt_ring_unclosed", FIRST + 3),
    "zone contradicts": (lambda t: t.replace("带号=40", "带号=39"), "txt_zone_contradicts", 9),
    "zone word": (lambda t: t.replace("几度分带=3", "分带=3度带"), "", None),
    "width contradicts": (lambda t: t.replace("几度分带=3", "几度分带=6"), "txt_header", 6),
    "unknown system": (lambda t: t.replace("2000国家大地坐标系", "独立坐标系"), "txt_header", 5),
    "more fields a point": (
        lambda t: t.replace("3676100.000,40462000.000", "3676100,40462000,12.5"),
        "txt_point_fields",
        FIRST + 1,
    ),
    "point names": (lambda t: t.replace("J3,1", "J7,1"), "txt_point_name", FIRST + 2),
    "bare names": (lambda t: t.replace("J", ""), "", None),
    "padded names": (lambda t: re.sub(r"J(\d),", r"J0\1,", t), "", None),
    "dashed names": (lambda t: t.replace("J", "- J"), "", None),
    "extra section": (lambda t: "[项目信息]\n项目名称=甲\n" + t, "", None),
    "no header": (lambda t: t[t.index("[地块") :], "txt_header", None),
    "header reversed": (lambda t: "\n".join([*t.splitlines()[:11][::-1], *t.splitlines()[11:]]), "", None),
}


@pytest.mark.parametrize("name", sorted(ODDITIES))
def test_every_dialect_reads_the_same_and_names_its_oddity(corpus: Corpus, name: str) -> None:
    change, code, line = ODDITIES[name]
    text = change(PLAIN)
    assert text != PLAIN
    checked = read(corpus, text)
    assert codes(checked.report, "error") == []
    assert area(checked) == pytest.approx(10_000, abs=0.05)
    assert checked.main["parcel_number"].tolist() == ["A-1"]
    if code:
        assert line in [row for row, _ in by_code(checked, code)]
        assert all(f.file == "a.txt" for f in checked.report.findings)


def degrees(text: str) -> str:
    """Return the points as latitude and longitude."""

    def turn(match: re.Match[str]) -> str:
        point = to_stored([shapely.Point(float(match[3]), float(match[2]))], "EPSG:4528")[0]
        return f"{match[1]}{point.y:.9f},{point.x:.9f}"

    return re.sub(r"(J\d+,1,)([\d.]+),([\d.]+)", turn, text)


def test_degrees_are_read_and_said(corpus: Corpus) -> None:
    checked = read(corpus, degrees(PLAIN))
    assert area(checked) == pytest.approx(10_000, rel=1e-4)
    assert by_code(checked, "txt_degrees") == [(13, None)]
    assert checked.report.file.crs == "EPSG:4490"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda t: t.replace("带号=40", "带号=").replace(",404", ",4"), "crs_undecided"),
        (lambda t: t.replace("2000国家大地坐标系", "1980西安坐标系"), "datum_refused"),
        (lambda t: t.replace("2000国家大地坐标系", "北京54"), "datum_refused"),
        (lambda t: t.replace(PLOT, ""), "txt_no_plot"),
        (lambda t: t.replace(PLOT, POINTS.splitlines()[0] + "\n" + PLOT), "txt_point_stray"),
        (lambda t: t + PLOT.replace("A-1", "A-2") + POINTS.replace("40462", "39462"), "txt_systems_mixed"),
    ],
)
def test_what_cannot_be_decided_is_refused(corpus: Corpus, change: Callable[[str], str], code: str) -> None:
    checked = read(corpus, change(PLAIN))
    assert codes(checked.report, "error") == [code]
    assert checked.report.findings[0].remedy


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda t: t.replace("J2,1,3676100.000", "J2,1,36761oo.000"), 15),
        (lambda t: t.replace("J2,1,3676100.000", "J2,1,nan"), 15),
        (lambda t: t.replace("J2,1,3676100.000", "J2,1,99999999999"), 15),
        (lambda t: t.replace("J2,1,3676100.000,40462000.000", "J2,1,40462000.000,3676100.000"), 15),
        (lambda t: t.replace("J3,1,", "hello "), 16),
        (lambda t: t.replace("J3,1,", "J3,2,").replace("J4,1,", "J4,3,"), 14),
    ],
)
def test_points_that_cannot_be_read_refuse_their_plot_and_name_the_line(
    corpus: Corpus, change: Callable[[str], str], line: int
) -> None:
    other = PLOT.replace("A-1", "A-2") + POINTS.replace("3676", "3677")
    checked = read(corpus, change(HEAD + PLOT + POINTS) + other)
    errors = [f for f in checked.report.findings if f.severity == "error"]
    assert [f.code for f in errors] == ["geometry_unreadable"]
    assert f"第 {line} 行" in errors[0].message
    assert checked.main["parcel_number"].tolist() == ["A-2"]


def test_ring_numbers_that_mislead_give_way_to_containment(corpus: Corpus) -> None:
    def ring(number: int, first: int, north: int, east: int, width: int) -> str:
        corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
        names = [first, first + 1, first + 2, first + 3, first]
        return "".join(
            f"J{n},{number},{north + a * width}.000,{east + b * width}.000\n"
            for n, (a, b) in zip(names, corners, strict=True)
        )

    rings = ring(1, 1, 3676000, 40462000, 100) + ring(2, 5, 3676200, 40462000, 50)
    rings += ring(3, 9, 3676020, 40462020, 10)
    checked = read(corpus, HEAD + PLOT.replace("5,1.0000", "15,1.2400") + rings)
    feature = checked.report.features[0]
    assert (feature.parts, feature.holes) == (2, 1)
    assert feature.planar_area_m2 == pytest.approx(12_400, abs=0.1)
    assert by_code(checked, "txt_ring_parts") == [(19, "2")]


@pytest.mark.parametrize("kind", ["线", "点"])
def test_lines_and_points_are_no_land(corpus: Corpus, kind: str) -> None:
    checked = read(corpus, PLAIN.replace(",面,", f",{kind},"))
    assert codes(checked.report, "error") == ["geometry_type"]
    assert [f.row for f in checked.report.findings if f.code == "geometry_type"] == [13]


# ── write → read ─────────────────────────────────────────────────────────────────────────────────────


@st.composite
def plots(draw: st.DrawFn) -> list[shapely.MultiPolygon]:
    """Draw plots of some parts, some with a hole, to the millimetre in zone 40."""
    found = []
    for row in range(draw(st.integers(1, 3))):
        parts = []
        for column in range(draw(st.integers(1, 3))):
            mm = draw(st.integers(20_000, 90_000)) / 1000
            west = 40_462_000 + 200 * column + draw(st.integers(0, 99)) / 1000
            south = 3_676_000 + 200 * row + draw(st.integers(0, 99)) / 1000
            shell = shapely.box(west, south, west + mm, south + mm)
            if draw(st.booleans()):
                shell = shell.difference(shapely.box(west + 5, south + 5, west + 9.5, south + 9))
            parts.append(shell)
        found.append(shapely.MultiPolygon(parts))
    return found


TEXT = st.text(st.characters(codec="gb2312", exclude_categories=["C", "Z"]), max_size=12)
SETTINGS = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def written(shapes: list[shapely.MultiPolygon], names: list[str], encoding: str) -> bytes:
    """Return shapes of zone 40 as a file."""
    frame = pd.DataFrame({"number": [f"A-{i}" for i in range(len(shapes))], "name": names})
    return boundary_txt(frame, to_stored(shapes, "EPSG:4528"), encoding=encoding)


@SETTINGS
@given(shapes=plots(), name=TEXT, encoding=st.sampled_from(["gbk", "gb18030", "utf-8"]))
def test_what_is_written_is_read_the_same(
    tmp_path: Path, shapes: list[shapely.MultiPolygon], name: str, encoding: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(written(shapes, [name] * len(shapes), encoding))
    checked = check_file(path)
    assert codes(checked.report, "error") == []
    assert set(codes(checked.report, "warning")) <= {"txt_ring_parts", "txt_plot_fields"}
    back = from_stored(checked.main["geometry"].to_numpy(), "EPSG:4528")
    for given_shape, read_shape in zip(shapes, back, strict=True):
        assert len(given_shape.geoms) == len(read_shape.geoms)
        assert shapely.hausdorff_distance(given_shape, read_shape) < 0.0015
        assert read_shape.area == pytest.approx(given_shape.area, abs=1.0)


@SETTINGS
@given(shapes=plots(), data=st.data())
def test_a_line_lost_doubled_or_moved_is_never_silent(
    tmp_path: Path, shapes: list[shapely.MultiPolygon], data: st.DataObject
) -> None:
    text = written(shapes, ["甲"] * len(shapes), "gbk").decode("gbk")
    lines = text.split("\r\n")[:-1]
    at = data.draw(st.integers(12, len(lines) - 1))
    what = data.draw(st.sampled_from(["lose", "double", "move", "ring", "swap"]))
    changed = list(lines)
    if what == "lose":
        del changed[at]
    elif what == "double":
        changed.insert(at, changed[at])
    elif what == "move":
        changed[at], changed[at - 1] = changed[at - 1], changed[at]
    elif what == "ring":
        changed[at] = re.sub(r"^(J\d+),(\d+)", r"\1,9", changed[at])
    else:
        changed[at] = re.sub(r"^(J\d+,\d+),([\d.]+),([\d.]+)", r"\1,\3,\2", changed[at])
    if changed == lines:
        return
    path = tmp_path / "a.txt"
    path.write_bytes("\r\n".join(changed).encode("gbk"))
    before, after = _read(tmp_path, text), check_file(path)
    noticed = [f for f in after.report.findings if f.severity in ("error", "warning")]
    odd = [f for f in noticed if f.code != "txt_ring_parts"]
    assert odd or _same(before, after), (what, changed[at])
    assert all(f.row is not None or f.message for f in odd)


def _read(folder: Path, text: str) -> Checked:
    path = folder / "before.txt"
    path.write_bytes(text.encode("gbk"))
    return check_file(path)


def _same(one: Checked, other: Checked) -> bool:
    if len(one.main) != len(other.main):
        return False
    pairs = zip(one.main["geometry"], other.main["geometry"], strict=True)
    return all(shapely.equals(a, b) for a, b in pairs)


@SETTINGS
@given(data=st.data())
def test_any_damage_ends_in_a_report(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(PLAIN.encode("gbk"))
    for at, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), min_size=1, max_size=8)
    ):
        content[at] = byte
    path = tmp_path / "a.txt"
    path.write_bytes(bytes(content[: data.draw(st.integers(1, len(content)))]))
    report = check_file(path, noun="parcel").report
    assert all(f.message and f.remedy for f in report.findings if f.severity == "error")


# ── what is not written ──────────────────────────────────────────────────────────────────────────────


def test_texts_that_would_divide_fields_are_changed_and_others_refused() -> None:
    shape = to_stored([shapely.box(40_462_000, 3_676_000, 40_462_100, 3_676_100)], "EPSG:4528")
    text = boundary_txt(pd.DataFrame({"number": ["1"], "name": ["甲,乙@丙\n丁"]}), shape).decode("gbk")
    assert "5,1.0000,1,甲、乙、丙、丁,面,,,,@\r\nJ1,1,3676000.000,40462100.000\r\n" in text
    with pytest.raises(ExportRefused):
        boundary_txt(pd.DataFrame({"number": ["𠮷"]}), shape)
    with pytest.raises(ExportRefused):
        boundary_txt(pd.DataFrame({"number": ["1"]}), np.array([shapely.Point(119, 33)], dtype=object))
    with pytest.raises(ExportRefused):
        boundary_txt(pd.DataFrame({"number": ["1"]}), shape, crs=4490)
