"""The page in a real browser: it draws, filters, finds, and runs nothing that data says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from geoservice.cartography import Page, build_map, find_definition, render
from tests.cartography.small import CITY, collection

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=\"document.title='owned'\"> & '项目'"
PROJECTS = collection(
    {
        "key": "XM1",
        "name": "清澜电池",
        "stage_group": "started",
        "investment_total_fen": 10**11,
        "search": "qldc",
    },
    {"key": "XM2", "name": HOSTILE, "stage_group": "signed", "summary": HOSTILE, "blockers": []},
    {"key": "XM3", "name": "无形项目", "stage_group": "signed"},
)
PROJECTS["features"][2]["geometry"] = None


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the stage map as one file."""
    definition = find_definition("projects")
    sources: dict[str, Any] = {name: collection() for name in definition.sources}
    page = render(build_map(definition, {**sources, "projects": PROJECTS}, Page(city=CITY)))
    path = tmp_path_factory.mktemp("map") / "projects.html"
    path.write_text(page, encoding="utf-8")
    return path


@pytest.fixture
def tab(browser: Browser, file: Path) -> Iterator[Tab]:
    """Open the file on a desk and watch for requests and errors."""
    tab = browser.new_page(viewport={"width": 1280, "height": 800})
    problems: list[str] = []
    tab.on("pageerror", lambda error: problems.append(str(error)))
    tab.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    tab.on(
        "request",
        lambda request: None if request.url.startswith(("file:", "data:")) else problems.append(request.url),
    )
    tab.goto(file.as_uri())
    tab.wait_for_selector(".gs-rows .gs-row")
    yield tab
    tab.close()
    assert problems == []


def count_of(tab: Tab, title: str) -> str:
    """Return the number the legend shows beside a class."""
    return tab.locator(".gs-class:visible", has_text=title).locator(".gs-count").inner_text()


def test_the_map_is_drawn(tab: Tab) -> None:
    painted = tab.evaluate(
        """() => {
            const canvas = document.querySelector('.gs-canvas');
            const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            return pixels.some((value) => value > 0);
        }"""
    )
    assert painted


def test_a_click_on_the_legend_filters_the_list_to_its_count(tab: Tab) -> None:
    assert tab.locator(".gs-rows .gs-row").count() == 3
    tab.locator(".gs-class:visible", has_text="签约").click()
    assert count_of(tab, "签约") == "2"
    assert tab.locator(".gs-rows .gs-row").count() == 2
    assert tab.locator(".gs-figures dd").first.inner_text() == "2"
    tab.get_by_role("button", name="清除筛选").click()
    assert tab.locator(".gs-rows .gs-row").count() == 3


def test_what_has_no_site_is_counted_and_listed(tab: Tab) -> None:
    tab.get_by_role("button", name="未上图 1").click()
    assert tab.locator(".gs-rows .gs-row-name").all_inner_texts() == ["无形项目"]


def test_names_are_text_on_every_panel(tab: Tab) -> None:
    tab.locator(".gs-rows .gs-row", has_text="<img").click()
    assert tab.locator(".gs-card h2").inner_text() == HOSTILE
    assert tab.locator(".gs-card img").count() == 0
    assert tab.title() == "项目挂图 · 演示市"


def test_search_by_initials_from_the_keyboard(tab: Tab) -> None:
    tab.keyboard.press("/")
    tab.keyboard.type("qldc")
    tab.keyboard.press("Enter")
    assert tab.locator(".gs-card h2").inner_text() == "清澜电池"
    assert tab.url.endswith("#XM1")
    tab.keyboard.press("Escape")
    assert not tab.locator(".gs-card").is_visible()


def test_it_speaks_english(tab: Tab, file: Path) -> None:
    tab.goto(f"{file.as_uri()}?lang=en")
    tab.wait_for_selector(".gs-rows .gs-row")
    assert tab.locator(".gs-class-title").first.inner_text() == "Pipeline"
    assert tab.locator("html").get_attribute("lang") == "en"


def test_on_a_phone_the_panel_is_a_sheet_for_fingers(browser: Browser, file: Path) -> None:
    tab = browser.new_page(viewport={"width": 390, "height": 844})
    tab.goto(file.as_uri())
    tab.wait_for_selector(".gs-figures dd")
    panel = tab.locator(".gs-panel")
    peek = panel.bounding_box()
    assert peek and peek["y"] > 600
    tab.locator(".gs-handle").press("Enter")
    tab.wait_for_timeout(400)  # the sheet glides; the page's policy forbids evaluated conditions
    raised = panel.bounding_box()
    assert raised and raised["height"] > 400
    sizes = tab.evaluate(
        "() => [...document.querySelectorAll('.gs-button, .gs-class, .gs-row')]"
        ".filter((one) => one.offsetParent).map((one) => one.offsetHeight)"
    )
    assert min(sizes) >= 44
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
    tab.close()
