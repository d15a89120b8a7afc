"""What people do with a map, click by click: another day, another theme, two days, an area, a length, a link."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.fixtures.demo import Demo
from tests.fixtures.watched import PHONE, count_of, figure, open_map, pixel_of, settle, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, StorageState
    from playwright.sync_api import Page as Tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

VERDICTS = {"available": "可供", "conditional": "有条件可供", "unavailable": "不可供"}


@pytest.fixture
def admin(browser: Browser, demo: Demo, signed_in: StorageState) -> Iterator[Tab]:
    """Yield the administrator's tab."""
    with watched(browser, demo.base, storage_state=signed_in) as tab:
        yield tab


def day_of(date: str) -> int:
    from datetime import date as day

    return day.fromisoformat(date).toordinal() - day(1970, 1, 1).toordinal()


def legend(tab: Tab) -> dict[str, int]:
    """Return title → count of the classes that are listed."""
    rows = tab.locator(".gs-class:visible").all()
    return {
        row.locator(".gs-class-title").inner_text(): int(
            row.locator(".gs-count").inner_text().split()[0].replace(",", "")
        )
        for row in rows
    }


def move_slider(tab: Tab, date: str) -> None:
    tab.locator(".gs-timebar input").evaluate(
        "(one, day) => { one.value = day; one.dispatchEvent(new Event('input', { bubbles: true })); }",
        day_of(date),
    )
    settle(tab)


def test_the_slider_shows_what_the_api_says_of_that_day(admin: Tab, demo: Demo) -> None:
    open_map(admin, f"{demo.base}/maps/availability")
    for date in ("2026-03-01", "2027-03-01"):
        move_slider(admin, date)
        answered = Counter(
            one["properties"]["status"] for one in demo.features("availability", "admin", datetime=date)
        )
        told = legend(admin)
        assert {VERDICTS[status]: count for status, count in answered.items()} == {
            title: count for title, count in told.items() if count
        }
        assert sum(told.values()) == int(figure(admin).replace(",", ""))
        assert admin.locator(".gs-time-date").inner_text() == date
        planned = admin.locator(".gs-time-words .gs-plan")
        assert planned.evaluate("(one) => one.classList.contains('gs-away')") == (date < "2026-11")
        assert f"day={date}" in admin.url
    admin.locator(".gs-timebar .gs-chip").click()
    assert "day=" not in admin.url


def test_the_film_plays_and_stops(admin: Tab, demo: Demo) -> None:
    open_map(admin, f"{demo.base}/")
    move_slider(admin, "2025-06-01")
    play = admin.locator(".gs-play")
    play.click()
    admin.wait_for_timeout(900)
    play.click()
    stopped = admin.locator(".gs-time-date").inner_text()
    assert stopped > "2025-06-01"
    admin.wait_for_timeout(300)
    assert admin.locator(".gs-time-date").inner_text() == stopped


def test_a_theme_colours_and_counts_by_something_else(admin: Tab, demo: Demo) -> None:
    states = Counter(one["properties"]["state"] for one in demo.features("availability", "admin"))
    open_map(admin, f"{demo.base}/maps/availability")
    whole = figure(admin)
    admin.locator(".gs-theme", has_text="土地状态").click()
    settle(admin)
    assert sum(legend(admin).values()) == sum(states.values())
    assert count_of(admin, "净地") == states["clear"]
    admin.locator(".gs-class:visible", has_text="净地").click()
    assert figure(admin) == str(states["clear"])
    admin.locator(".gs-theme", has_text="何时可供").click()
    settle(admin)
    assert figure(admin) == whole, "classes of another theme are not chosen any more"
    free = sum(one["properties"]["status"] == "available" for one in demo.features("availability", "admin"))
    assert count_of(admin, "现已可供") == free > 0
    assert "其他" not in legend(admin)


def test_two_days_stand_side_by_side(admin: Tab, demo: Demo) -> None:
    open_map(admin, f"{demo.base}/maps/availability")
    admin.locator(".gs-compare-button").click()
    admin.locator(".gs-compare-bar input").fill("2027-06-30")
    settle(admin)
    then = Counter(
        one["properties"]["status"] for one in demo.features("availability", "admin", datetime="2027-06-30")
    )
    for status, title in VERDICTS.items():
        moved = (
            admin.locator(".gs-class:visible")
            .filter(has=admin.get_by_text(title, exact=True))
            .locator(".gs-moved")
        )
        assert f"→ {then[status]:,} " in moved.inner_text()
    assert "compare=2027-06-30" in admin.url
    divider = admin.locator(".gs-divider")
    before = divider.bounding_box()
    divider.focus()
    admin.keyboard.press("ArrowLeft")
    after = divider.bounding_box()
    assert before
    assert after
    assert after["x"] < before["x"]
    admin.locator(".gs-compare-bar").get_by_role("button", name="关闭").click()
    assert "compare=" not in admin.url


def corners(tab: Tab, name: str, box: tuple[float, float, float, float]) -> list[tuple[float, float]]:
    west, south, east, north = box
    places = [(west, south), (east, south), (east, north), (west, north)]
    return [pixel_of(tab, name, longitude, latitude) for longitude, latitude in places]


def view_box(tab: Tab) -> tuple[float, float, float, float]:
    """Return a box in the middle of what is seen, clear of the panels, in degrees."""
    found: list[float] = tab.evaluate(
        """() => {
          const { map } = geoservice.screen;
          const { x, y } = map.getSize();
          const at = (px, py) => map.containerPointToLatLng([px, py]);
          const [a, b] = [at(0.42 * x, 0.68 * y), at(0.62 * x, 0.35 * y)];
          return [a.lng, a.lat, b.lng, b.lat];
        }"""
    )
    return found[0], found[1], found[2], found[3]


def test_a_drawn_area_is_summed_up_and_narrows_the_list(admin: Tab, demo: Demo) -> None:
    open_map(admin, f"{demo.base}/maps/availability")
    whole = int(figure(admin).replace(",", ""))
    box = view_box(admin)
    admin.get_by_role("button", name="圈选统计").click()
    for x, y in corners(admin, "availability", box):
        admin.mouse.click(x, y)
        admin.wait_for_timeout(350)
    admin.mouse.dblclick(*corners(admin, "availability", box)[0])
    tool = admin.locator(".gs-tool")
    tool.locator("h3").first.wait_for()
    settle(admin)
    drawn: list[list[float]] = admin.evaluate(
        "() => [...geoservice.screen.filters.within].map((one) => one.split('/'))"
    )
    west, south, east, north = box
    ring = f"{west},{south},{east},{south},{east},{north},{west},{north}"
    totals = demo.get("/v1/totals", "admin", area=ring).json()
    listed = {key for source, key in drawn if source == "availability"}
    assert 0 < len(listed) < whole
    assert int(figure(admin).replace(",", "")) == len(listed)
    # The corners are whole pixels of the screen: what lies on an edge may differ, the rest is the same.
    assert abs(len(listed) - totals["parcels"]["count"]) <= 0.01 * len(listed)
    words = tool.inner_text()
    assert f"{len(listed):,}" in words, "the totals count what the list holds"
    assert "可供" in words
    tool.get_by_role("button", name="关闭").click()
    assert int(figure(admin).replace(",", "")) == whole


def test_a_length_is_that_of_the_ellipsoid(admin: Tab, demo: Demo) -> None:
    from pyproj import Geod

    open_map(admin, f"{demo.base}/")
    west, south, east, _ = view_box(admin)
    admin.get_by_role("button", name="量距离").click()
    for longitude in (west, east):
        admin.mouse.click(*pixel_of(admin, "projects", longitude, south))
        admin.wait_for_timeout(350)
    said = admin.locator(".gs-tool").inner_text()
    number = float(next(word for word in said.split() if word.replace(".", "").replace(",", "").isdigit()))
    metres = Geod(ellps="GRS80").inv(west, south, east, south)[2]
    shown = number if " m" in said else number * 1000
    assert shown == pytest.approx(metres, rel=0.01)


def test_a_link_restores_the_whole_state(browser: Browser, demo: Demo, signed_in: StorageState) -> None:
    with watched(browser, demo.base, storage_state=signed_in) as tab:
        open_map(tab, f"{demo.base}/maps/availability")
        tab.locator(".gs-theme", has_text="土地状态").click()
        move_slider(tab, "2026-06-01")
        tab.locator(".gs-class:visible", has_text="建成").click()
        tab.locator("select.gs-pick").first.select_option(index=1)
        tab.locator(".gs-list .gs-row").first.click()
        tab.locator(".gs-card:not([aria-busy]) h2").wait_for()
        tab.wait_for_url(lambda url: "view=" in url)  # the map has flown there
        address, told, name, number = (
            tab.url,
            legend(tab),
            tab.locator(".gs-card h2").inner_text(),
            figure(tab),
        )
    with watched(browser, demo.base, storage_state=signed_in) as other:
        open_map(other, address)
        other.locator(".gs-card:not([aria-busy]) h2").wait_for()
        assert (legend(other), other.locator(".gs-card h2").inner_text(), figure(other)) == (
            told,
            name,
            number,
        )
        assert other.locator(".gs-time-date").inner_text() == "2026-06-01"
        assert other.locator(".gs-theme[aria-pressed=true]").inner_text() == "土地状态"
        assert other.url == address


def test_a_row_and_its_feature_lead_to_each_other(admin: Tab, demo: Demo) -> None:
    open_map(admin, f"{demo.base}/maps/availability")
    row = admin.locator(".gs-list .gs-row").nth(3)
    name = row.locator(".gs-row-name").inner_text()
    row.hover()
    hovered = "() => document.querySelectorAll('canvas.gs-canvas').length > 1"
    assert admin.evaluate(hovered)
    row.click()
    assert admin.locator(".gs-card h2").inner_text() == name
    admin.wait_for_timeout(1000)
    middle: list[float] = admin.evaluate(
        """() => {
          const { map, highlight } = geoservice.screen;
          const [longitude, latitude] = geoservice.toDegrees(...highlight.selected().shape.at);
          const at = map.latLngToContainerPoint([latitude, longitude]);
          const box = map.getContainer().getBoundingClientRect();
          return [at.x + box.left, at.y + box.top];
        }"""
    )
    admin.keyboard.press("Escape")
    assert not admin.locator(".gs-card").is_visible()
    admin.mouse.click(*middle)
    assert admin.locator(".gs-card h2").inner_text() == name
    assert admin.locator(".gs-list .gs-row[aria-current=true] .gs-row-name").inner_text() == name


def test_a_print_holds_the_map_and_no_buttons(admin: Tab, demo: Demo) -> None:
    open_map(admin, f"{demo.base}/maps/availability")
    admin.emulate_media(media="print")
    for hidden in (".gs-controls", ".gs-search", ".gs-timebar input"):
        assert not admin.locator(hidden).first.is_visible(), hidden
    assert admin.locator("canvas.gs-canvas").first.is_visible()
    assert admin.locator(".gs-class:visible").count() >= 3
    assert admin.locator(".gs-stamp").inner_text() == "内部资料 不得公开"
    assert admin.get_by_text("2026", exact=False).first.is_visible()


def test_the_slider_and_the_legend_serve_a_finger_too(
    browser: Browser, demo: Demo, signed_in: StorageState
) -> None:
    options: dict[str, Any] = {"viewport": PHONE, "has_touch": True, "device_scale_factor": 2}
    with watched(browser, demo.base, storage_state=signed_in, **options) as phone:
        open_map(phone, f"{demo.base}/maps/availability")
        move_slider(phone, "2027-03-01")
        phone.locator(".gs-handle").tap()
        phone.wait_for_timeout(400)
        counts = legend(phone)
        phone.locator(".gs-class:visible", has_text="有条件可供").tap()
        assert int(figure(phone).replace(",", "")) == counts["有条件可供"]
        assert phone.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
