"""A bureau drops a file into maps/ and has a map: here the shipped layers drawn from tiles, near by and from afar."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from geoservice.cartography import InvalidDefinition, read_definitions
from tests.fixtures.demo import Demo
from tests.fixtures.dropped_maps import drop_maps
from tests.fixtures.running import Served, serving
from tests.fixtures.watched import figure, open_map, settle, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SPOTS = """() => new Promise((done) => {
  const { main, map } = geoservice.screen;
  const { paintSpots } = geoservice;
  geoservice.paintSpots = (brush, view, layer, spots) => {
    if (layer !== main) return paintSpots(brush, view, layer, spots);
    geoservice.paintSpots = paintSpots;
    const pieces = geoservice.tilesIn(view.box, Math.max(main.definition.tile_zoom, Math.floor(view.zoom) - 1))
      .flatMap((tile) => main.piecesOf(tile));
    done({
      painted: spots.map(({ piece }) => piece.property('key')),
      pieces: pieces.filter((piece) => main.stateOf(piece, '', false) >= 0).map((piece) => piece.property('key')),
    });
    return paintSpots(brush, view, layer, spots);
  };
  geoservice.canvasOf(map).redraw();
})"""
RINGS = """() => {
  const { donuts, main } = geoservice.screen;
  const view = geoservice.canvasOf(geoservice.screen.map)._view();
  const box = geoservice.screen.map.getContainer().getBoundingClientRect();
  const pane = geoservice.screen.map._getMapPanePos();
  const bounds = geoservice.canvasOf(geoservice.screen.map)._bounds.min;
  const units = geoservice.unitsOf(main.passed, main.classes);
  return geoservice.ringsOf(units, view).map(({ x, y, total, counts }) =>
    ({ x: x + bounds.x + pane.x + box.left, y: y + bounds.y + pane.y + box.top, total, counts }));
}"""


@pytest.fixture(scope="module")
def served(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the demo city with the dropped maps."""
    folder: Path = tmp_path_factory.mktemp("dropped")
    settings = {"GEOSERVICE_MAPS_DIR": str(drop_maps(folder)), "GEOSERVICE_WORKER": "false"}
    with serving(demo.database, folder, settings=settings) as served:
        yield served


@pytest.fixture
def tab(browser: Browser, demo: Demo, served: Served) -> Iterator[Tab]:
    """Yield a leader's tab."""
    headers = {"Authorization": f"Bearer {demo.first.tokens['leader']}"}
    with watched(browser, served.base, extra_http_headers=headers) as tab:
        yield tab


def wait_for_tiles(tab: Tab) -> None:
    settle(tab)
    for _ in range(100):
        if tab.evaluate("geoservice.screen.main.isSettled()"):
            break
        tab.wait_for_timeout(50)
    tab.wait_for_timeout(300)


@pytest.mark.parametrize("name", ["stages", "land"])
def test_a_dropped_map_is_listed_drawn_and_counted_like_the_shipped(
    tab: Tab, demo: Demo, served: Served, name: str
) -> None:
    collection = {"stages": "projects", "land": "availability"}[name]
    open_map(tab, f"{served.base}/maps/{name}")
    wait_for_tiles(tab)
    assert tab.locator(".gs-maps a[aria-current=page]").get_attribute("href") is not None
    features = demo.features(collection, "leader")
    assert figure(tab) == f"{len(features):,}"
    held: list[str] = tab.evaluate("geoservice.screen.main.everything.map((one) => one.key)")
    assert sorted(held) == sorted(one["properties"]["key"] for one in features)


@pytest.mark.parametrize("zoom", [11.25, 13, 15.5])
def test_marks_and_dots_stand_once_though_tiles_cut_features(tab: Tab, served: Served, zoom: float) -> None:
    open_map(tab, f"{served.base}/maps/stages")
    tab.evaluate("(zoom) => geoservice.screen.map.setZoom(zoom, { animate: false })", zoom)
    wait_for_tiles(tab)
    found: dict[str, list[str]] = tab.evaluate(SPOTS)
    assert found["painted"]
    assert len(found["painted"]) == len(set(found["painted"])), "a mark is told twice"
    assert set(found["painted"]) <= set(found["pieces"])
    if zoom < 13:
        assert len(found["pieces"]) > len(set(found["pieces"])), (
            "no feature lies on an edge: nothing was tried"
        )
    labels: list[str] = tab.evaluate(
        """() => {
          const { main, map } = geoservice.screen;
          return main.labelled(geoservice.canvasOf(map)._view()).map((one) => one.key);
        }"""
    )
    assert len(labels) == len(set(labels))


def test_rings_add_up_to_the_list_and_open(tab: Tab, served: Served) -> None:
    open_map(tab, f"{served.base}/maps/land")
    tab.evaluate("geoservice.screen.map.setZoom(10.75, { animate: false })")
    wait_for_tiles(tab)
    rings: list[dict[str, Any]] = tab.evaluate(RINGS)
    whole = int(figure(tab).replace(",", ""))
    assert len(rings) > 2
    assert sum(ring["total"] for ring in rings) == whole
    assert all(sum(ring["counts"]) == ring["total"] for ring in rings)
    width = tab.evaluate("innerWidth")
    clear = [ring for ring in rings if 420 < ring["x"] < width - 120 and 120 < ring["y"] < 900]
    ring = max(clear, key=lambda one: one["total"])
    tab.mouse.click(ring["x"], ring["y"])
    card = tab.locator(".gs-card")
    card.wait_for()
    assert f"{ring['total']:,}" in card.inner_text()
    tab.locator(".gs-class:visible", has_text="不可供").click()
    wait_for_tiles(tab)
    fewer: list[dict[str, Any]] = tab.evaluate(RINGS)
    assert sum(one["total"] for one in fewer) == int(figure(tab).replace(",", "")) < whole


def test_the_pointer_finds_what_it_is_over_and_a_click_opens_it(tab: Tab, served: Served) -> None:
    open_map(tab, f"{served.base}/maps/land")
    tab.evaluate("geoservice.screen.map.setZoom(15, { animate: false })")
    wait_for_tiles(tab)
    spot: list[Any] = tab.evaluate(
        """() => {
          const { main, map } = geoservice.screen;
          const view = geoservice.canvasOf(map)._view();
          const { x, y } = map.getSize();
          const box = map.getContainer().getBoundingClientRect();
          const inside = ([a, b]) => a > 450 && a < x - 150 && b > 100 && b < y - 150;
          for (const { one, piece } of main._pieces(view)) {
            const [longitude, latitude] = geoservice.toDegrees(...piece.shape.at);
            const at = map.latLngToContainerPoint([latitude, longitude]);
            if (inside([at.x, at.y]) && main.hit(...piece.shape.at, view) === one)
              return [at.x + box.left, at.y + box.top, one.key, geoservice.nameOf(one.properties)];
          }
          return null;
        }"""
    )
    tab.mouse.move(spot[0] - 2, spot[1])
    tab.mouse.move(spot[0], spot[1])
    tab.locator(".gs-tip:visible strong").wait_for()
    assert tab.locator(".gs-tip strong").inner_text() == spot[3]
    tab.mouse.click(spot[0], spot[1])
    assert tab.locator(".gs-card h2").inner_text() == spot[3]
    assert tab.url.endswith(f"#{spot[2]}")


def test_a_wrong_file_is_refused_with_file_key_value_and_remedy(tmp_path: Path) -> None:
    maps = drop_maps(tmp_path)
    text = (maps / "land.toml").read_text(encoding="utf-8")
    for change, told in {
        ('source = "availability"', 'source = "availabilty"'): ("source", "availabilty", "availability"),
        ("stale_days = 730", "stale_day = 730"): ("stale_day",),
        ('draw = "tiles"', 'draw = "tile"'): ("draw", "tile", "features"),
        ('main = "availability"', 'main = "nothing"'): ("main", "nothing"),
    }.items():
        assert change[0] in text
        (maps / "land.toml").write_text(text.replace(*change), encoding="utf-8")
        with pytest.raises(InvalidDefinition) as refused:
            read_definitions(maps)
        said = str(refused.value)
        for word in ("land.toml", *told):
            assert word in said, said
