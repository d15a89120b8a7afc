"""The editing page as a person meets it: change, be asked why, be told who was faster, and run nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.hostile import ATTACKS, write_city
from tests.fixtures.running import Served, command, serving
from tests.fixtures.watched import watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PARCEL = "DK00000001"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a city whose every name is an attack."""
    folder = tmp_path_factory.mktemp("edited")
    file: Path = folder / "city.gpkg"
    done = command("import", "--city", write_city(folder), "--database", file)
    assert done.returncode == 0, done.stdout + done.stderr
    with serving(file, folder) as served:
        yield served


def _save(tab: Tab) -> str:
    card = tab.locator(".record").first
    card.get_by_role("button", name="保存").click()
    card.locator(".said").wait_for()
    return card.locator(".said").inner_text()


def test_a_parcel_is_changed_and_a_reason_is_asked_for(browser: Browser, served: Served) -> None:
    with watched(browser, served.base) as tab:
        # Refusals are part of the conversation: the browser notes them as failed loads.
        tab.goto(served.sign_in_link)
        tab.goto(f"{served.base}/records/parcel/{PARCEL}")
        card = tab.locator(".record").first
        assert "没有变化" in _save(tab)
        card.get_by_label("备注", exact=True).fill("北侧待拆围墙")
        assert _save(tab) == "已保存"
        other = tab.context.new_page()
        other.goto(f"{served.base}/records/parcel/{PARCEL}")
        other.locator(".record").first.get_by_label("备注", exact=True).fill("他人所写")
        assert _save(other) == "已保存"
        assert tab.evaluate("window.owned") is None
        assert tab.locator("img").count() == 0
        assert tab.locator("h1").inner_text() in ATTACKS


def test_it_fits_a_phone(browser: Browser, served: Served) -> None:
    with watched(browser, served.base) as tab:
        tab.set_viewport_size({"width": 390, "height": 844})
        tab.goto(served.sign_in_link)
        tab.goto(f"{served.base}/records/parcel/{PARCEL}?lang=en")
        tab.locator(".record").first.wait_for()
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390
        assert tab.get_by_role("button", name="Save").first.is_visible()
