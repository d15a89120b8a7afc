"""The served city on a phone: a map, a sheet that rises, a card one can read, targets for fingers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.demo import Demo
from tests.fixtures.watched import PHONE, colours, figure, open_map, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def phone(browser: Browser, demo: Demo) -> Iterator[Tab]:
    """Yield the public's tab on a phone."""
    with watched(browser, demo.base, viewport=PHONE, has_touch=True, device_scale_factor=2) as tab:
        yield tab


@pytest.mark.parametrize("name", ["projects", "availability", "demolition"])
def test_a_map_fits_the_phone(phone: Tab, demo: Demo, name: str) -> None:
    open_map(phone, f"{demo.base}/maps/{name}")
    assert phone.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert len(colours(phone)) > 100
    assert int(figure(phone).replace(",", "")) == len(demo.features(name))
    panel = phone.locator(".gs-panel").bounding_box()
    assert panel
    assert panel["y"] > PHONE["height"] / 2  # the map has the larger part of the screen


def test_the_sheet_rises_to_the_list_and_a_tap_opens_a_card(phone: Tab, demo: Demo) -> None:
    open_map(phone, f"{demo.base}/")
    handle = phone.locator(".gs-handle")
    heights = []
    for _ in range(3):
        box = phone.locator(".gs-panel").bounding_box()
        assert box
        heights.append(box["height"])
        handle.tap()
        phone.wait_for_timeout(400)
    assert heights == sorted(set(heights))
    handle.tap()
    phone.wait_for_timeout(400)
    row = phone.locator(".gs-rows .gs-row").first
    name = row.locator(".gs-row-name").inner_text()
    row.tap()
    card = phone.locator(".gs-card")
    assert card.locator("h2").inner_text() == name
    box = card.bounding_box()
    assert box
    assert box["width"] == PHONE["width"]
    assert box["y"] >= PHONE["height"] * 0.3  # the site stays in sight above its card
    card.get_by_role("button", name="关闭").tap()
    assert not card.is_visible()


def test_targets_are_large_enough_for_fingers(phone: Tab, demo: Demo) -> None:
    open_map(phone, f"{demo.base}/")
    phone.locator(".gs-handle").tap()
    phone.wait_for_timeout(400)
    heights = phone.evaluate(
        "() => [...document.querySelectorAll('.gs-button, .gs-class, .gs-row, .gs-search input')]"
        ".filter((one) => one.offsetParent).map((one) => one.offsetHeight)"
    )
    assert len(heights) > 10
    assert min(heights) >= 40
