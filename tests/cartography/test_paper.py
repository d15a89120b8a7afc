"""Maps on paper: true to scale, one page a sheet, the counts of the screen, text that stays text."""

from __future__ import annotations

import re
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geoservice.cartography import PUBLIC_NOTICE, Page, Text, find_definition
from geoservice.cartography.paper import (
    PAPERS,
    Entry,
    Fact,
    Line,
    paper_of,
    slide_of,
    typeset_book,
    typeset_sheet,
    typesetting,
)
from geoservice.cartography.paper.classes import legend_of
from geoservice.cartography.paper.drawing import map_svg
from geoservice.cartography.paper.frame import fit, round_length, round_scale
from geoservice.cartography.paper.labels import Label, placed, width_of
from geoservice.errors import InvalidInput
from geoservice.geo.measure import length_m
from tests.fixtures.hostile import ATTACKS

BOUNDS = (119.50, 33.20, 119.56, 33.24)
DAY = date(2026, 9, 30)


def _page(language: Any = "zh", **fields: Any) -> Page:
    return Page(
        city=Text("试点市", "Pilot City"),
        language=language,
        as_of=DAY,
        bounds=BOUNDS,
        viewer=Text("领导", "Leader"),
        **fields,
    )


def _project(
    number: int, stage: str | None, name: str = "项目", west: float | None = 119.51
) -> dict[str, Any]:
    shape = None if west is None else shapely.box(west, 33.21, west + 0.004, 33.214).__geo_interface__
    properties = {"key": f"XM{number}", "name": name, "stage_group": stage, "investment_total_fen": 10**10}
    return {"type": "Feature", "id": f"XM{number}", "geometry": shape, "properties": properties}


def _text(pdf: bytes, folder: Path) -> tuple[str, int]:
    file = folder / "sheet.pdf"
    file.write_bytes(pdf)
    told = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
    pages = int(re.findall(r"Pages:\s+(\d+)", told)[0])
    words = subprocess.run(
        ["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True
    ).stdout
    return words, pages


PROJECTS = [
    _project(1, "signed"),
    _project(2, "signed", west=119.53),
    _project(3, None),
    _project(4, "started", west=None),
]


@pytest.mark.parametrize("size", PAPERS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sheet_is_one_page_and_says_what_it_must(size: str, language: Any, tmp_path: Path) -> None:
    definition = find_definition("projects")
    paper = paper_of(size, portrait=language == "en")
    pdf = typeset_sheet(definition, {"projects": PROJECTS}, {}, _page(language), paper)
    words, pages = _text(pdf, tmp_path)
    assert pages == 1
    scale = re.findall(r"1 : ([\d,]+)", words)
    assert len(scale) == 1
    told = (
        ["2026-09-30", "40", "内部资料 不得公开"]
        if language == "zh"
        else ["2026-09-30", "Internal", "zone 40"]
    )
    assert [word for word in told if word not in words] == []
    assert ("另有 1 项未落图" in words.replace("  ", " ")) is (language == "zh")
    assert "亿元" in words or "100m yuan" in words


def test_the_legend_counts_every_feature_mapped_or_not() -> None:
    layer = next(layer for layer in find_definition("projects").layers if layer.id == "projects")
    counts = {line.swatch.value: line.count for line in legend_of(layer, PROJECTS)}
    assert counts["signed"] == 2
    assert counts["started"] == 1
    assert counts[""] == 1, "a value no class names is counted as other"
    assert sum(counts.values()) == len(PROJECTS)


@given(
    st.floats(75, 134),
    st.floats(19, 52),
    st.floats(0.001, 0.5),
    st.floats(0.001, 0.4),
    st.floats(50, 1100),
    st.floats(50, 800),
)
def test_a_frame_holds_its_box_to_scale(
    west: float, south: float, wide: float, high: float, width: float, height: float
) -> None:
    bounds = (west, south, west + wide, south + high)
    frame = fit(bounds, width, height)
    corners = shapely.get_coordinates(frame.millimetres(np.asarray([shapely.box(*bounds)], dtype=object)))
    assert corners.min() >= -1e-6
    assert corners[:, 0].max() <= width + 1e-6
    assert corners[:, 1].max() <= height + 1e-6
    line = shapely.LineString([(west, south + high / 2), (west + wide, south + high / 2)])
    on_paper = frame.millimetres(np.asarray([line], dtype=object))[0].length
    ground = float(length_m(np.asarray([line], dtype=object))[0])
    # Gauss-Krüger stretches by less than one part in a thousand inside a 3° zone.
    assert on_paper * frame.scale / 1000 == pytest.approx(ground, rel=2e-3)


@given(st.floats(100, 1e8))
def test_round_numbers_are_round_and_on_the_right_side(value: float) -> None:
    assert value * (1 - 1e-8) <= round_scale(value) <= value * 1.34 + 1
    assert value / 2.51 <= round_length(value) <= value * (1 + 1e-8)


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 80), st.text(min_size=1, max_size=8)), max_size=40))
def test_no_name_covers_another(points: list[tuple[float, float, str]]) -> None:
    labels = [Label(words, x, y, 2.4, 1.0) for x, y, words in points]
    shown = placed(labels, 100, 80)
    boxes = [
        shapely.box(one.x - width_of(one) / 2, one.y - 1.488, one.x + width_of(one) / 2, one.y + 1.488)
        for one in shown
    ]
    assert all(a.intersection(b).area < 1e-9 for n, a in enumerate(boxes) for b in boxes[n + 1 :])


def test_names_are_text_on_paper_too(tmp_path: Path) -> None:
    attacks = [*ATTACKS, '#read("/etc/passwd")', "#{1+1}", "$x^2$", "]]></svg>", "*粗*", "@label", "\\#"]
    features = [_project(n, "signed", name, 119.505 + n * 0.004) for n, name in enumerate(attacks)]
    definition = find_definition("projects")
    svg = map_svg(definition, {"projects": features}, {}, fit(BOUNDS, 900, 700), 1.0)
    assert "<img" not in svg
    assert "<script" not in svg
    assert svg.count("</svg>") == 1
    names = [one["properties"]["name"] for one in features]
    entries = [
        Entry(one, name, name, [Fact("名称", name)], "堵点", [Line(name)])
        for one, name in zip(features, names, strict=True)
    ]
    pdf = typeset_book(
        definition, entries, {"projects": features}, {}, _page(), paper_of("A4"), Text("图册", "Book")
    )
    words, pages = _text(pdf, tmp_path)
    assert pages == len(entries) + 1
    assert "root:" not in words
    for attack in ('#read("/etc/passwd")', "#{1+1}", "*粗*"):
        assert attack in words


def test_the_public_sheet_carries_no_coordinates(tmp_path: Path) -> None:
    definition = find_definition("projects")
    drawn = [
        _text(typeset_sheet(definition, {"projects": PROJECTS}, {}, page, paper_of("A4")), tmp_path)[0]
        for page in (_page(), _page(notice=PUBLIC_NOTICE))
    ]
    assert re.search(r"40\d{3}", drawn[0])
    assert not re.search(r"\b40[45]\d{2}\b", drawn[1])
    assert "以出让公告为准" in drawn[1]


def test_a_picture_has_the_size_asked_for() -> None:
    definition = find_definition("projects")
    png = typeset_sheet(definition, {"projects": PROJECTS}, {}, _page(), slide_of(1280, 720), "png")
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (1280, 720)


def test_what_cannot_be_printed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidInput, match="A9"):
        paper_of("A9")
    for size in ((100, 100), (9000, 1000), (4000, 400)):
        with pytest.raises(InvalidInput):
            slide_of(*size)
    typesetting.typeface.cache_clear()
    monkeypatch.setattr(typesetting, "FONTS", ("No Such Face",))
    with pytest.raises(typesetting.NoTypeface, match="fonts-noto-cjk"):
        typesetting.typeface()
    typesetting.typeface.cache_clear()
