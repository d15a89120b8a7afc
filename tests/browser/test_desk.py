"""The served city on a desk: drawn, filtered, found, explained — for the public and for an administrator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import shapely
from shapely.geometry import shape

from geoservice.cartography.palettes import STAGE_COLOURS, VERDICTS
from tests.fixtures.demo import Demo
from tests.fixtures.watched import colours, count_of, figure, open_map, pixel_of, settle, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, StorageState
    from playwright.sync_api import Page as Tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MAPS = ("projects", "availability", "demolition")
GROUPS = {
    "pipeline": "储备/在谈",
    "signed": "签约",
    "approved": "立项",
    "started": "开工(在建)",
    "completed": "竣工",
    "producing": "投产",
    "capacity_reached": "达产",
}


@pytest.fixture
def tab(browser: Browser, demo: Demo) -> Iterator[Tab]:
    """Yield the public's tab."""
    with watched(browser, demo.base) as tab:
        yield tab


@pytest.fixture
def admin(browser: Browser, demo: Demo, signed_in: StorageState) -> Iterator[Tab]:
    """Yield the administrator's tab."""
    with watched(browser, demo.base, storage_state=signed_in) as tab:
        yield tab


def properties(features: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one["properties"] for one in features]


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("role", ["public", "admin"])
def test_every_map_is_drawn_and_says_what_it_is(
    request: pytest.FixtureRequest, demo: Demo, name: str, role: str
) -> None:
    tab: Tab = request.getfixturevalue("tab" if role == "public" else "admin")
    open_map(tab, f"{demo.base}/maps/{name}")
    collection = {"projects": "projects", "availability": "availability", "demolition": "demolition"}[name]
    features = demo.features(collection, role)
    assert figure(tab) == f"{len(features):,}"
    assert tab.locator(".gs-maps a[aria-current=page]").count() == 1
    assert tab.locator(".gs-viewer").inner_text() == ("公众" if role == "public" else "管理员")
    assert len(colours(tab)) > 100
    # Every feature is in a class of the legend, and none of them is the class of what nobody named.
    assert not tab.locator(".gs-class:visible", has_text="其他").count()
    shown = [
        int(text.replace(",", "")) for text in tab.locator(".gs-class:visible .gs-count").all_inner_texts()
    ]
    assert sum(shown) >= len(features)


def test_the_stages_are_on_the_map_in_their_colours(admin: Tab, demo: Demo) -> None:
    open_map(admin, f"{demo.base}/")
    painted = colours(admin)
    assert [colour for colour in STAGE_COLOURS if painted.get(colour, 0) < 20] == []


def test_the_verdicts_are_on_the_map_next_summer_too(admin: Tab, demo: Demo) -> None:
    open_map(admin, f"{demo.base}/maps/availability?datetime=2027-06-30")
    assert admin.locator(".gs-date time").inner_text() == "2027-06-30"
    verdicts = Counter(
        one["status"] for one in properties(demo.features("availability", "admin", datetime="2027-06-30"))
    )
    for swatch in VERDICTS:
        assert count_of(admin, swatch.zh) == verdicts[swatch.value]


def test_the_legend_filters_map_and_list_together(admin: Tab, demo: Demo) -> None:
    features = properties(demo.features("projects", "admin"))
    stages = Counter(one["stage_group"] for one in features)
    open_map(admin, f"{demo.base}/")
    for group, title in GROUPS.items():
        assert count_of(admin, title) == stages[group]
    before = colours(admin)
    admin.locator(".gs-class:visible", has_text="达产").click()
    admin.wait_for_timeout(200)
    after = colours(admin)
    assert figure(admin) == str(stages["capacity_reached"])
    assert admin.locator(".gs-rows .gs-row").count() == stages["capacity_reached"]
    assert after[STAGE_COLOURS[6]] >= before[STAGE_COLOURS[6]]
    assert all(after.get(colour, 0) < before[colour] / 4 for colour in STAGE_COLOURS[2:6])
    admin.locator("select.gs-pick").first.select_option(label=None, index=1)
    chosen = admin.locator("select.gs-pick").first.input_value()
    expected = [
        one for one in features if one["stage_group"] == "capacity_reached" and one["district_name"] == chosen
    ]
    assert figure(admin) == str(len(expected))
    admin.get_by_role("button", name="清除筛选").click()
    assert figure(admin) == str(len(features))


def test_what_has_no_site_is_counted(admin: Tab, demo: Demo) -> None:
    missing = [one for one in demo.features("projects", "admin") if one["geometry"] is None]
    open_map(admin, f"{demo.base}/")
    admin.get_by_role("button", name=f"未上图 {len(missing)}").click()
    assert figure(admin) == str(len(missing))


@pytest.mark.parametrize("how", ["name", "code", "initials"])
def test_search_from_the_keyboard(admin: Tab, demo: Demo, how: str) -> None:
    project = demo.get("/v1/projects/XM00000229", "admin").json()["properties"]
    words = {
        "name": project["name"][2:],
        "code": project["project_number"],
        "initials": project["search"].split()[-1],
    }
    open_map(admin, f"{demo.base}/")
    admin.keyboard.press("/")
    admin.keyboard.type(words[how])
    admin.locator(".gs-results .gs-row").first.wait_for()
    admin.keyboard.press("ArrowDown")
    admin.keyboard.press("ArrowUp")
    admin.keyboard.press("Enter")
    assert admin.locator(".gs-card h2").inner_text() == project["name"]
    assert admin.url.endswith("#XM00000229")
    admin.keyboard.press("Escape")
    assert not admin.locator(".gs-card").is_visible()


def test_a_click_on_a_site_opens_its_card_with_planned_and_actual_dates(admin: Tab, demo: Demo) -> None:
    feature = demo.get("/v1/projects/XM00000229", "admin").json()
    stages = feature["properties"]["stages"]
    open_map(admin, f"{demo.base}/#XM00000229")
    admin.locator(".gs-card h2").wait_for()
    admin.wait_for_timeout(1200)  # the map flies there
    admin.keyboard.press("Escape")
    spot = shapely.point_on_surface(shape(feature["geometry"]))
    pixel = pixel_of(admin, "projects", spot.x, spot.y)
    admin.mouse.click(*pixel)
    for _ in range(3):  # two projects share this site: a further click reaches what lies beneath
        if admin.locator(".gs-card h2").inner_text() == feature["properties"]["name"]:
            break
        admin.wait_for_timeout(700)  # no double click
        admin.mouse.click(*pixel)
    assert admin.locator(".gs-card h2").inner_text() == feature["properties"]["name"]
    admin.locator(".gs-card:not([aria-busy])").wait_for()
    track = admin.locator(".gs-card-body .gs-section").first.inner_text()
    for stage in stages:
        for day in (stage["planned_on"], stage["actual_on"]):
            assert not day or day in track
    assert "计划" in track
    assert "实际" in track
    for heading in ("投资", "用地", "堵点", "基本信息"):
        assert admin.locator(".gs-card h3", has_text=heading).count() == 1
    settle(admin)  # what came into reach has been loaded, and no note stays behind
    assert admin.locator(".gs-status").inner_text() == ""


def test_a_parcel_of_a_project_leads_to_its_verdict(admin: Tab, demo: Demo) -> None:
    open_map(admin, f"{demo.base}/#XM00000229")
    admin.locator(".gs-card .gs-rows .gs-row").first.click()
    admin.locator(".gs-verdict").wait_for()
    assert "不可供" in admin.locator(".gs-verdict").inner_text()


def test_a_parcel_says_its_verdict_every_reason_and_whose_job_it_is(admin: Tab, demo: Demo) -> None:
    parcels = demo.features("availability", "admin")
    parcel = max(properties(parcels), key=lambda one: len(one["reasons"]))
    open_map(admin, f"{demo.base}/maps/availability#{parcel['key']}")
    card = admin.locator(".gs-card")
    card.locator(".gs-reasons").wait_for()
    assert "不可供" in card.locator(".gs-verdict").inner_text()
    told = card.locator(".gs-reasons li").all_inner_texts()
    assert len(told) == len(parcel["reasons"])
    for line, reason in zip(told, parcel["reasons"], strict=True):
        assert reason["text"] in line
        assert reason["unit"] in line


def test_the_public_reads_words_where_the_reason_is_not_for_it(tab: Tab, demo: Demo) -> None:
    hidden = next(
        one for one in properties(demo.features("availability")) if {"code": "restricted"} in one["reasons"]
    )
    address = f"{demo.base}/maps/availability"
    open_map(tab, f"{address}#{hidden['key']}")
    tab.locator(".gs-reasons").wait_for()
    assert "有限制，请咨询自然资源和规划部门" in tab.locator(".gs-reasons").inner_text()
    open_map(tab, f"{address}?lang=en#{hidden['key']}")
    tab.locator(".gs-reasons").wait_for()
    assert "Restricted; ask the planning office" in tab.locator(".gs-reasons").inner_text()
    assert "restricted" not in tab.locator(".gs-reasons").inner_text()
    options = tab.locator("select.gs-pick").last.locator("option").all_inner_texts()
    assert 2 < len(options) < 10


def test_clearance_has_counts_for_the_administrator_alone(
    browser: Browser, admin: Tab, tab: Tab, demo: Demo
) -> None:
    task = next(
        one for one in properties(demo.features("demolition", "admin")) if one["state"] == "demolishing"
    )
    address = f"{demo.base}/maps/demolition#{task['key']}"
    open_map(admin, address)
    admin.locator(".gs-card h2").wait_for()
    words = admin.locator(".gs-card").inner_text()
    assert f"{task['households_signed']} / {task['households_total']} 户" in words
    assert task["unit"] in words
    open_map(tab, address)
    tab.locator(".gs-card h2").wait_for()
    words = tab.locator(".gs-card").inner_text()
    assert "征收中" in words
    assert "户" not in words.replace("户主", "")
    assert "%" not in tab.locator(".gs-figures").inner_text()
    assert tab.locator(".gs-class:visible").count() == 2


def test_layers_are_switched_on_and_off(admin: Tab, demo: Demo) -> None:
    open_map(admin, f"{demo.base}/")
    green = sum(colours(admin).values())
    admin.get_by_role("button", name="图层").click()
    for name in ("绿地", "水系", "道路", "建成区"):
        admin.locator(".gs-choice", has_text=name).locator("input").uncheck()
    admin.wait_for_timeout(300)
    assert sum(colours(admin).values()) < green
    assert not admin.locator(".gs-class:visible", has_text="拆除中").count()
    admin.locator(".gs-choice", has_text="征拆任务").locator("input").check()
    settle(admin)
    assert admin.locator(".gs-class:visible", has_text="拆除中").count() == 1
    admin.locator(".gs-choice", has_text="项目").locator("input").uncheck()
    assert not admin.locator(".gs-class:visible", has_text="达产").count()


def test_the_language_is_switched_and_kept_between_maps(tab: Tab, demo: Demo) -> None:
    open_map(tab, f"{demo.base}/")
    tab.locator(".gs-language").click()
    tab.locator("html[lang=en]").wait_for(state="attached")
    tab.locator(".gs-rows .gs-row").first.wait_for()
    assert tab.locator(".gs-panel h1").inner_text() == "Projects"
    tab.get_by_role("link", name="Clearance").click()
    tab.locator(".gs-panel h1", has_text="Clearance").wait_for()
    settle(tab)
    words = tab.locator(".gs-class:visible .gs-class-title").all_inner_texts()
    assert words == ["Being acquired", "Clear land"]


def test_signing_in_changes_what_is_seen(browser: Browser, demo: Demo, signed_in: StorageState) -> None:
    with watched(browser, demo.base) as tab:
        open_map(tab, f"{demo.base}/")
        public = int(figure(tab))
        tab.context.add_cookies(signed_in["cookies"])  # type: ignore[arg-type]
        open_map(tab, f"{demo.base}/")
        assert int(figure(tab)) == 317 > public
