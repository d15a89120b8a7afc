"""Reports: the JSON other programs read, the page people keep, the lines on a terminal."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import shapely
from rich.console import Console
from shapely.affinity import translate

import geoservice.intake
from geoservice.intake.check import Checked, check_file
from geoservice.intake.findings import catalogue, finding
from geoservice.intake.html import SHOWN_PER_GROUP, render_html
from geoservice.intake.mapping_file import parse_mapping
from geoservice.intake.settings import IntakeSettings
from geoservice.intake.terminal import render_terminal
from tests.intake.conftest import Corpus, square

GOLDEN = Path(__file__).parent / "golden"
PATHS = re.compile(r'<path class="\w+" d="[^"]+"')
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@pytest.fixture
def checked(corpus: Corpus, settings: IntakeSettings) -> Checked:
    """Return the check of a file with an error, a warning and a remark."""
    x, y = square(3).bounds[:2]
    bow = shapely.Polygon([(x, y), (x + 100, y + 100), (x + 100, y), (x, y + 100)])
    ring = square(1).difference(square(1).buffer(-20))
    columns = {
        "DKBH": list("ABCD"),
        "ZDMJ": [10_000.0, 6_400.0, 99_999.0, 5.0],
        "ZT": ["净地", "在建", "已批", "净地"],
        "Q": [None] * 4,
    }
    path = corpus.geopackage("地块.gpkg", columns, [square(0), ring, square(2), bow])
    fields = {"parcel_number": "DKBH", "state": "ZT", "certified_area_m2": {"column": "ZDMJ", "unit": "m2"}}
    return check_file(path, mapping=parse_mapping({"noun": "parcel", "fields": fields}), settings=settings)


def test_the_json_is_the_golden_one(checked: Checked) -> None:
    """Delete the golden file and run again to renew it after a wanted change; look at the difference."""
    got = checked.report.to_json()
    assert len(got["file"]["sha256"]) == 64
    assert got["file"]["size"] > 10_000
    got["file"]["sha256"], got["file"]["size"] = "…", 0
    text = json.dumps(got, ensure_ascii=False, indent=1) + "\n"
    golden = GOLDEN / "report.json"
    if not golden.is_file():
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
        pytest.fail("there was no golden file; one was written: look at it and commit it", pytrace=False)
    assert text == golden.read_text(encoding="utf-8")


def test_names_others_rely_on(checked: Checked) -> None:
    said = checked.report.to_json()
    assert {"key", "area_m2", "parts", "holes"} <= set(said["features"][0])
    assert {"severity", "code", "row", "message", "remedy"} <= set(said["findings"][0])
    ring = next(f for f in said["features"] if f["key"] == "B")
    assert (ring["parts"], ring["holes"]) == (1, 1)
    assert ring["area_m2"] == pytest.approx(6400, rel=1e-3)


class Page(HTMLParser):
    """Collects what a page would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag and its addresses."""
        self.tags.append(tag)
        for name, value in attrs:
            outside = name in {"src", "href", "action", "data"} and not (value or "").startswith("#")
            if outside or name.startswith("on"):
                self.loads.append(f"{tag} {name}={value}")


def test_the_page_loads_and_runs_nothing(checked: Checked) -> None:
    html = render_html(checked.report)
    page = Page()
    page.feed(html)
    assert page.loads == []
    assert not {"script", "link", "iframe", "img", "object"} & set(page.tags)
    assert page.tags.count("svg") == 1
    assert "url(" not in html


def test_a_parcel_in_the_sea_does_not_shrink_the_map(corpus: Corpus, settings: IntakeSettings) -> None:
    shapes = [square(i) for i in range(4)]
    path = corpus.geopackage("a.gpkg", {"DKBH": list("ABCD")}, shapes)
    alone = PATHS.findall(render_html(check_file(path, noun="parcel", settings=settings).report))
    far = corpus.geopackage("b.gpkg", {"DKBH": list("ABCDE")}, [*shapes, translate(square(0), 150_000)])
    page = render_html(check_file(far, noun="parcel", settings=settings).report)
    assert PATHS.findall(page) == alone
    assert 'cx="955.0"' in page


def test_values_of_a_file_are_text_on_the_page(corpus: Corpus) -> None:
    evil = "<script>alert(1)</script>"
    path = corpus.text("a.csv", f'项目编号,项目名称,"{evil}",级别\n{evil},{evil},{evil},{evil}\n')
    html = render_html(check_file(path, noun="project").report)
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_long_lists_are_cut_on_the_page_and_whole_in_json(corpus: Corpus) -> None:
    rows = "".join(f"P{i},项目{i},无此级别\n" for i in range(100))
    report = check_file(corpus.text("a.csv", "项目编号,项目名称,级别\n" + rows), noun="project").report
    html = render_html(report)
    assert html.count("<td>P") == SHOWN_PER_GROUP
    assert f"另有 {100 - SHOWN_PER_GROUP} 条" in html
    assert len(report.to_json()["findings"]) >= 100


def test_a_page_of_a_file_that_cannot_be_read(corpus: Corpus) -> None:
    html = render_html(check_file(corpus.path("none.shp"), noun="parcel").report)
    assert "不能导入：文件本身有错误" in html
    assert str(corpus.folder) not in html


def lines(checked: Checked) -> str:
    """Return what the terminal shows."""
    console = Console(record=True, width=100, file=io.StringIO())
    render_terminal(checked.report, console)
    return console.export_text()


def test_the_terminal_says_file_fields_findings_and_verdict(checked: Checked) -> None:
    said = lines(checked)
    for part in ("地块.gpkg", "EPSG:4528", "DKBH", "自相交", "geometry_invalid", "在来源处改正后重新导出"):
        assert part in said
    assert "1 行不能导入，其余 3 行可以" in said


def test_the_terminal_takes_no_markup_from_files(corpus: Corpus) -> None:
    path = corpus.text("a.csv", "项目编号,项目名称\n[bold]P[/bold],[red]甲[/x]\n")
    assert "[red]甲[/x]" in lines(check_file(path, noun="project"))


def source() -> str:
    """Return the source text of the whole room."""
    room = Path(next(iter(geoservice.intake.__path__)))
    return "\n".join(p.read_text("utf-8") for p in sorted(room.rglob("*.py")))


def test_everything_that_is_said_is_in_the_catalogue_and_nothing_else() -> None:
    text = source()
    used = set(re.findall(r"(?:finding|refuse|Refused|_or_refuse|_new_rows|_inversions)\(\s*\"(\w+)\"", text))
    known = set(catalogue())
    assert used - known == set()
    assert {code for code in known - used if f'"{code}"' not in text} == set()


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_every_sentence_is_whole_in_both_languages(code: str) -> None:
    words = catalogue()[code]
    assert words["severity"] in {"error", "warning", "info"}
    assert words["zh"]
    assert words["en"]
    assert words["remedy"]
    assert words["remedy_en"]
    names = {n for said in words.values() for n in PLACEHOLDER.findall(str(said))}
    named: dict[str, Any] = dict.fromkeys(names - {"row", "field", "value", "place"}, "七")
    found = finding(code, row=7, field="name", value="七", place=(1.0, 2.0), **named)
    assert "{" not in found.message + found.message_en + found.remedy + found.remedy_en
