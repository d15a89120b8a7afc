"""Hostile names on every road of the maps: layer names, legend, tiles, rings, compare, totals, item pages, notebooks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest

from geoservice.cartography import render, stage_map
from tests.fixtures.dropped_maps import drop_maps
from tests.fixtures.hostile import ATTACKS, square, write_city
from tests.fixtures.running import Served, command, serving
from tests.fixtures.watched import open_map, settle, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a city and a map file whose every text is an attack; the layer is drawn from tiles."""
    folder: Path = tmp_path_factory.mktemp("hostile-maps")
    file = folder / "hostile.gpkg"
    done = command("import", "--city", write_city(folder), "--database", file)
    assert done.returncode == 0, done.stdout + done.stderr
    maps = drop_maps(folder)
    (maps / "attack.toml").write_text(_definition(), encoding="utf-8")
    with serving(file, folder, settings={"GEOSERVICE_MAPS_DIR": str(maps)}) as served:
        yield served


def _definition() -> str:
    words = [json.dumps(attack) for attack in ATTACKS]
    columns = "\n".join(f'  {{ property = "use_name", title = {word} }},' for word in words)
    classes = "\n".join(
        f"  {{ value = {value!r}, title = {word}, colour = '#00735C', mark = '<b' }},"
        for value, word in zip(("available", "conditional", "unavailable"), words, strict=False)
    )
    return f"""
name = "attack"
title = {words[0]}
subtitle = {words[1]}
order = 1
base = ["boundary", "label"]
[[layers]]
id = "land"
source = "availability"
draw = "tiles"
donuts_below = 11
title = {words[3]}
label = {{ property = "name", min_zoom = 11 }}
line = [
{columns}
]
figures = [{{ title = {words[0]}, sum = "area_m2", as = "mu" }}]
filters = [{{ property = "name", title = {words[3]} }}]
[layers.style]
property = "status"
title = {words[0]}
classes = [
{classes}
]
[[layers.themes]]
property = "state"
title = {words[3]}
classes = [{{ value = "clear", title = {words[3]}, colour = "#00735C" }}]
"""


@pytest.fixture
def tab(browser: Browser, served: Served) -> Iterator[Tab]:
    """Yield an administrator's tab."""
    with watched(browser, served.base) as tab:
        tab.goto(served.sign_in_link)
        yield tab


def harmless(tab: Tab) -> None:
    assert tab.evaluate("window.owned") is None
    assert tab.locator("img").count() == 0
    # Templates would have made 49 of it.
    assert "49" not in tab.locator(".gs-panel h1").inner_text()


def test_names_of_layers_classes_and_columns_are_text(tab: Tab, served: Served) -> None:
    open_map(tab, f"{served.base}/maps/attack")
    harmless(tab)
    assert tab.locator(".gs-panel h1").inner_text() == ATTACKS[0]
    assert tab.locator(".gs-theme").all_inner_texts() == [ATTACKS[0], ATTACKS[3]]
    assert tab.locator(".gs-maps a[aria-current=page]").inner_text() == ATTACKS[0]
    tab.locator(".gs-theme").last.click()
    settle(tab)
    assert ATTACKS[3] in tab.locator(".gs-class:visible .gs-class-title").all_inner_texts()
    tab.get_by_role("button", name="图层").click()
    assert tab.locator(".gs-choice", has_text=ATTACKS[3]).count() == 1
    options = tab.locator("select.gs-pick option").all_inner_texts()
    assert all(any(attack in option for option in options) for attack in ATTACKS)
    harmless(tab)


def test_rings_comparing_and_drawing_run_nothing(tab: Tab, served: Served) -> None:
    open_map(tab, f"{served.base}/maps/attack?view=10,119.54,33.2")
    tab.mouse.move(960, 540)
    tab.mouse.move(962, 541)
    ring: list[float] = tab.evaluate(
        """() => {
          const { map, main } = geoservice.screen;
          const [unit] = geoservice.unitsOf(main.passed, main.classes);
          const [longitude, latitude] = geoservice.toDegrees(...unit.at);
          const at = map.latLngToContainerPoint([latitude, longitude]);
          const box = map.getContainer().getBoundingClientRect();
          return [at.x + box.left, at.y + box.top];
        }"""
    )
    tab.mouse.click(*ring)
    tab.locator(".gs-card").wait_for()
    harmless(tab)
    tab.keyboard.press("Escape")
    tab.locator(".gs-compare-button").click()
    settle(tab)
    harmless(tab)
    tab.get_by_role("button", name="圈选统计").click()
    for x, y in ((700, 300), (1300, 300), (1300, 800), (700, 800)):
        tab.mouse.click(x, y)
        tab.wait_for_timeout(350)
    tab.mouse.click(700, 300)
    tab.locator(".gs-tool h3").first.wait_for()
    harmless(tab)


@pytest.mark.parametrize("page", ["parcels/DK00000001", "projects/XM00000001", "parks/YQ00000001"])
def test_item_pages_run_nothing(tab: Tab, served: Served, page: str) -> None:
    tab.goto(f"{served.base}/{page}")
    tab.locator(".gs-card:not([aria-busy]) h2").wait_for()
    settle(tab)
    assert tab.locator(".gs-card h2").inner_text() in ATTACKS
    assert tab.evaluate("window.owned") is None
    assert tab.locator("img").count() == 0


def test_a_notebooks_map_runs_nothing(browser: Browser, tmp_path: Path) -> None:
    features = [
        {
            "type": "Feature",
            "geometry": square(number),
            "properties": {"name": attack, "kind": attack, "park_name": attack},
        }
        for number, attack in enumerate(ATTACKS)
    ]
    frame = gpd.GeoDataFrame.from_features(features, crs=4490)
    file = tmp_path / "notebook.html"
    page = stage_map(frame, colour_by="kind", title=ATTACKS[3], label="name", filters=["park_name"])
    file.write_text(render(page), encoding="utf-8")
    with watched(browser, "") as tab:
        open_map(tab, file.as_uri())
        assert sorted(tab.locator(".gs-rows .gs-row-name").all_inner_texts()) == sorted(ATTACKS)
        assert sorted(tab.locator(".gs-class:visible .gs-class-title").all_inner_texts()) == sorted(ATTACKS)
        tab.locator(".gs-list .gs-row").first.click()
        assert tab.evaluate("window.owned") is None
        assert tab.locator("img").count() == 0
