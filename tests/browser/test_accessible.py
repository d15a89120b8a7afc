"""Every page for everybody: WCAG 2.2 AA as far as axe can tell, by keyboard alone, with large targets, at any size."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.fixtures.demo import Demo
from tests.fixtures.watched import DESK, PHONE, open_map, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, StorageState
    from playwright.sync_api import Page as Tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MAPS = ("/", "/maps/availability", "/maps/demolition")
PAGES = (
    "/wall",
    "/registers",
    "/registers/signed-not-started",
    "/imports",
    "/docs",
    "/ogc?f=html",
    "/ogc/api?f=html",
    "/ogc/collections?f=html",
    "/ogc/collections/parcels?f=html",
    "/ogc/collections/parcels/schema?f=html",
    "/ogc/collections/parcels/items?f=html",
    "/ogc/conformance?f=html",
    "/nowhere",
)
SIDEWAYS = {"width": 844, "height": 390}


def judged(tab: Tab) -> list[str]:
    """Return what axe holds to be serious or critical, with the element and why."""
    tab.evaluate(AXE.read_text(encoding="utf-8"))
    return tab.evaluate(  # type: ignore[no-any-return]
        """async (rules) => {
            const { violations } = await axe.run(document, { runOnly: rules });
            return violations
                .filter(({ impact }) => impact === 'serious' || impact === 'critical')
                .flatMap(({ id, nodes }) => nodes.map((one) => `${id}: ${one.html.slice(0, 160)} ${one.failureSummary}`));
        }""",
        RULES,
    )


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not fetched: npm ci")
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_serious(browser: Browser, demo: Demo, signed_in: StorageState, size: Any) -> None:
    keys = {name: demo.features(name, "admin", limit=1)[0]["id"] for name in ("parks", "demolition")}
    project = next(one["id"] for one in demo.features("projects", "admin") if one["geometry"])
    things = (
        f"/projects/{project}",
        f"/parks/{keys['parks']}",
        f"/demolition/{keys['demolition']}",
        f"/records/project/{project}",
    )
    context = browser.new_context(viewport=size, locale="zh-CN", storage_state=signed_in, bypass_csp=True)
    tab = context.new_page()
    found = {}
    for path in (*MAPS, *things, *PAGES):
        tab.goto(f"{demo.base}{path}")
        if path in MAPS:
            tab.locator(".gs-rows .gs-row").first.wait_for(state="attached")
        elif path == "/wall":
            tab.locator("iframe.shown").wait_for(timeout=40_000)
        else:
            tab.wait_for_load_state("networkidle")
        if complaints := judged(tab):
            found[path] = complaints
        # What is wider than the screen scrolls within itself; the wall moves its picture by three pixels.
        assert tab.evaluate("document.documentElement.scrollWidth") <= size["width"] + 3, path
    context.close()
    assert found == {}


def test_a_keyboard_reaches_map_list_and_card(browser: Browser, demo: Demo) -> None:
    with watched(browser, demo.base) as tab:
        open_map(tab, f"{demo.base}/")
        tab.keyboard.press("Tab")
        skip = tab.locator(".gs-skip")
        assert skip.evaluate("(one) => one === document.activeElement")
        box = skip.bounding_box()
        assert box
        assert box["y"] >= 0  # what has the focus is seen
        tab.keyboard.press("Enter")
        row = tab.locator(".gs-row:focus")
        name = row.locator(".gs-row-name").inner_text()
        assert row.evaluate("(one) => getComputedStyle(one).outlineStyle") != "none"
        tab.keyboard.press("Enter")
        assert tab.locator(".gs-card h2").inner_text() == name
        tab.keyboard.press("Escape")
        assert not tab.locator(".gs-card").is_visible()
        main = tab.get_by_role("main")
        assert "方向键" in (main.get_attribute("aria-label") or "")
        main.focus()
        before = tab.evaluate("geoservice.screen.map.getCenter().lng")
        tab.keyboard.press("ArrowRight")
        tab.wait_for_timeout(600)
        assert tab.evaluate("geoservice.screen.map.getCenter().lng") > before
        live = tab.locator(".gs-figures")
        assert live.get_attribute("aria-live") == "polite"
        total = live.locator("dd").first.inner_text()
        tab.locator(".gs-class").nth(3).press("Enter")
        assert live.locator("dd").first.inner_text() != total


@pytest.mark.parametrize("size", [PHONE, SIDEWAYS], ids=["upright", "sideways"])
def test_fingers_find_what_they_aim_at(browser: Browser, demo: Demo, size: Any) -> None:
    with watched(browser, demo.base, viewport=size, has_touch=True, is_mobile=True) as tab:
        open_map(tab, f"{demo.base}/")
        small = tab.evaluate(
            """() => [...document.querySelectorAll('button, a, select, summary, input[type=range]')]
                .filter((one) => one.offsetParent && !one.closest('.leaflet-control') && !one.matches('.gs-skip'))
                .map((one) => [one.className || one.tagName, one.getBoundingClientRect()])
                .filter(([, box]) => box.height < 43.5 || box.width < 43.5)
                .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""
        )
        assert small == []
        wide = tab.evaluate(
            """() => [...document.querySelectorAll('.gs-timebar *, .gs-panel *, .gs-controls *')]
                .filter((one) => one.offsetParent && one.getBoundingClientRect().right > innerWidth + 0.5)
                .map((one) => one.className)"""
        )
        assert wide == []
        assert tab.evaluate("document.documentElement.scrollWidth") == size["width"]
        years = tab.evaluate(
            """() => [...document.querySelectorAll('.gs-ticks span')]
                .filter((one) => getComputedStyle(one).color !== 'rgba(0, 0, 0, 0)')
                .map((one) => one.getBoundingClientRect()).map(({ left, right }) => [left, right])"""
        )
        track = tab.locator(".gs-timebar").bounding_box()
        assert track
        assert all(right <= track["x"] + track["width"] for _, right in years)
        assert all(left >= end for (_, end), (left, _) in pairwise(years))
