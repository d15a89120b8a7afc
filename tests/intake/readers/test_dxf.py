"""Drawings: closed polylines by layer, texts in them, code pages, and what is open or binary."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from geoservice.intake.check import Checked, check_file
from geoservice.intake.mapping import SourceRule
from geoservice.intake.mapping_file import parse_mapping
from geoservice.intake.readers.registry import read
from geoservice.intake.table import RawTable, ReadOptions
from tests.intake.conftest import Corpus, codes

EAST, NORTH = 40_462_000, 3_676_000
SQUARE = [(0, 0), (100, 0), (100, 100), (0, 100)]
Pairs = list[tuple[int, object]]


def entity(kind: str, layer: str, *pairs: tuple[int, object], classes: str = "") -> Pairs:
    """Return the group codes of an entity."""
    marks = [(100, "AcDbEntity"), (8, layer), (100, classes)] if classes else [(8, layer)]
    return [(0, kind), (5, "1F"), *marks, *pairs]


def polyline(layer: str, points: Sequence[tuple[float, float]], closed: int = 1, bulge: float = 0) -> Pairs:
    """Return a light polyline; the first segment bulges."""
    vertices: Pairs = []
    for i, (x, y) in enumerate(points):
        vertices += [(10, EAST + x), (20, NORTH + y), *([(42, bulge)] if bulge and not i else [])]
    return entity("LWPOLYLINE", layer, (90, len(points)), (70, closed), *vertices, classes="AcDbPolyline")


def text(layer: str, words: str, x: float = 50, y: float = 50) -> Pairs:
    """Return a text."""
    return entity("TEXT", layer, (10, EAST + x), (20, NORTH + y), (40, 3), (1, words), classes="AcDbText")


def drawing(
    *entities: Pairs, version: str | None = "AC1015", page: str | None = "ANSI_936", blocks: Pairs = ()
) -> str:  # type: ignore[assignment]
    """Return a drawing as text; without version and page it has no header, as R12 programs write."""
    pairs: Pairs = []
    if version or page:
        head = [(9, "$ACADVER"), (1, version)] if version else []
        head += [(9, "$DWGCODEPAGE"), (3, page)] if page else []
        pairs += [(0, "SECTION"), (2, "HEADER"), *head, (0, "ENDSEC")]
    if blocks:
        pairs += [(0, "SECTION"), (2, "BLOCKS"), *blocks, (0, "ENDSEC")]
    pairs += [(0, "SECTION"), (2, "ENTITIES"), *(p for e in entities for p in e), (0, "ENDSEC"), (0, "EOF")]
    return "".join(f"{code}\n{value}\n" for code, value in pairs)


def raw(corpus: Corpus, text_: str, encoding: str = "gbk", layer: str | None = None) -> RawTable:
    """Return what the reader makes of a drawing."""
    return read(corpus.text("图.dxf", text_, encoding), ReadOptions(layer))


def checked(corpus: Corpus, text_: str, encoding: str = "gbk") -> Checked:
    """Check a drawing as parcels."""
    return check_file(corpus.text("图.dxf", text_, encoding), noun="parcel")


@pytest.mark.parametrize(
    ("version", "page", "encoding", "said"),
    [
        ("AC1015", "ANSI_936", "gbk", "文件头的代码页 ANSI_936"),
        ("AC1021", "ANSI_936", "utf-8", "AC1021 版"),
        ("AC1015", "ANSI_1252", "gbk", "GB18030"),
        ("AC1015", "ANSI_936", "utf-8", "UTF-8"),
        (None, None, "gbk", "GB18030"),
        ("AC1009", "ANSI_950", "big5", "ANSI_950"),
    ],
)
def test_texts_are_read_in_the_encoding_they_are_in(
    corpus: Corpus, version: str | None, page: str | None, encoding: str, said: str
) -> None:
    table = raw(
        corpus, drawing(polyline("宗地", SQUARE), text("注", "甲-01"), version=version, page=page), encoding
    )
    assert table.values.to_dict("records") == [{"图层": "宗地", "句柄": "1F", "标注": "甲-01"}]
    assert said in table.encoding_evidence


def test_layers_are_those_with_closed_outlines(corpus: Corpus) -> None:
    line = entity("LINE", "路", (10, EAST), (20, NORTH), (11, EAST + 9), (21, NORTH), classes="AcDbLine")
    made = drawing(polyline("宗地", SQUARE), polyline("红线", [(200, 0), (300, 0), (300, 9)]), line)
    assert codes(checked(corpus, made).report) == ["layer_ambiguous"]
    assert "宗地、红线" in checked(corpus, made).report.findings[0].message
    one = check_file(corpus.path("图.dxf"), noun="parcel", source=SourceRule(layer="红线"))
    assert [f.area_m2 for f in one.report.features] == [pytest.approx(450, rel=1e-3)]


def test_what_is_open_is_said_and_what_nearly_closes_is_closed(corpus: Corpus) -> None:
    nearly = [*SQUARE, (0.0, 0.004)]
    made = drawing(polyline("宗地", nearly, 0), polyline("宗地", [(200, 0), (300, 0), (300, 90)], 0))
    report = checked(corpus, made).report
    assert {"dxf_open", "dxf_closed"} <= set(codes(report, "warning"))
    assert len(report.features) == 1
    nothing = drawing(polyline("宗地", SQUARE, 0))
    assert codes(checked(corpus, nothing).report) == ["dxf_nothing_closed"]


def test_bulges_become_arcs_circles_mark_places_and_heights_are_dropped(corpus: Corpus) -> None:
    circle = entity("CIRCLE", "宗地", (10, EAST), (20, NORTH), (40, 3), classes="AcDbCircle")
    report = checked(corpus, drawing(polyline("宗地", SQUARE, bulge=1.0), circle)).report
    half_disc = 3.14159 * 50**2 / 2
    assert [f.area_m2 for f in report.features] == [pytest.approx(10_000 + half_disc, rel=2e-3)]
    vertices = [
        p for x, y in SQUARE for p in entity("VERTEX", "宗地", (10, EAST + x), (20, NORTH + y), (30, 7))
    ]
    solid = entity("POLYLINE", "宗地", (66, 1), (70, 9)) + vertices + entity("SEQEND", "宗地")
    lifted = checked(corpus, drawing(solid)).report
    assert [f.area_m2 for f in lifted.features] == [pytest.approx(10_000, rel=1e-3)]
    assert "heights_dropped" in codes(lifted)


def test_blocks_are_unfolded_where_they_are_inserted(corpus: Corpus) -> None:
    inner = entity(
        "LWPOLYLINE", "宗地", (90, 4), (70, 1), *(p for x, y in SQUARE for p in ((10, x), (20, y)))
    )
    block: Pairs = [(0, "BLOCK"), (2, "地块"), (10, 0), (20, 0), *inner, (0, "ENDBLK")]
    insert = entity("INSERT", "宗地", (2, "地块"), (10, EAST + 500), (20, NORTH))
    report = checked(corpus, drawing(insert, blocks=block)).report
    assert [f.area_m2 for f in report.features] == [pytest.approx(10_000, rel=1e-3)]


def test_a_mapping_takes_the_texts_as_numbers(corpus: Corpus) -> None:
    made = drawing(polyline("宗地", SQUARE), text("注", "甲-01", 20), text("注", "9.99亩", 60, 20))
    path = corpus.text("图.dxf", drawing(polyline("宗地", SQUARE), text("注", "甲-01")), "gbk")
    mapping = parse_mapping({"noun": "parcel", "fields": {"parcel_number": "标注"}})
    assert check_file(path, mapping=mapping).main["parcel_number"].tolist() == ["甲-01"]
    assert raw(corpus, made).values["标注"].tolist() == ["甲-01、9.99亩"]
