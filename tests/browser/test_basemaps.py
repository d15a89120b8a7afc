"""A base map of others is chosen, drawn beneath, and asked of nobody before and of nobody else."""

from __future__ import annotations

import math
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.basemaps.files import png, write_pmtiles
from tests.fixtures.demo import Demo
from tests.fixtures.running import environment, stop
from tests.fixtures.watched import open_map, settle, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def tile_at(lon: float, lat: float, z: int) -> tuple[int, int]:
    side = 1 << z
    down = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * side), int(down * side)


@pytest.fixture
def base(demo: Demo, tmp_path: Path) -> Iterator[str]:
    west, south, east, north = 119.0, 32.6, 120.8, 34.2
    places = []
    for z in (9, 10, 11):
        (x0, y1), (x1, y0) = tile_at(west, south, z), tile_at(east, north, z)
        places += [(z, x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1)]
    file = write_pmtiles(
        tmp_path / "base.pmtiles", dict.fromkeys(places, png(40)), name="正射影像", attribution="市测绘院"
    )
    command = [sys.executable, "-c", "from geoservice.cli import main; main()", "serve", "--port", "0"]
    log = tmp_path / "server.log"
    with log.open("w") as sink:
        process = subprocess.Popen(
            [*command, "--database", demo.database],
            env=environment() | {"GEOSERVICE_BASEMAP_FILE": str(file), "GEOSERVICE_WORKER": "false"},
            stdout=sink,
            stderr=subprocess.STDOUT,
            text=True,
        )
    until = time.monotonic() + 60
    while "geoservice  http" not in log.read_text() and time.monotonic() < until:
        time.sleep(0.1)
    yield log.read_text().split("geoservice  ", 1)[1].split()[0].rstrip("/")
    stop(process)


def painted(tab: Tab) -> float:
    """Return the share of the canvas that something is painted on."""
    return tab.evaluate(  # type: ignore[no-any-return]
        """() => {
            const canvas = geoservice.screen.map.geoserviceCanvas._container;
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            let painted = 0;
            for (let i = 3; i < data.length; i += 400) painted += data[i] > 0 ? 1 : 0;
            return painted / (data.length / 400);
        }"""
    )


def test_a_file_of_tiles_lies_beneath_once_it_is_chosen(browser: Browser, base: str) -> None:
    with watched(browser, base) as tab:
        asked: list[str] = []
        tab.on("request", lambda one: asked.append(one.url) if "/basemaps/" in one.url else None)
        open_map(tab, f"{base}/")
        assert asked == []
        tab.locator(".gs-layer-control > .gs-button").click()
        tab.get_by_label("正射影像").check()
        tab.locator(".gs-background img.leaflet-tile-loaded").first.wait_for()
        settle(tab)
        assert asked
        assert tab.locator(".gs-source").inner_text() == "市测绘院"
        assert painted(tab) < 0.1  # our own ground gives way
        assert "ground=local" in tab.url  # whoever is sent the address sees the same
        open_map(tab, tab.url)
        tab.locator(".gs-background img.leaflet-tile-loaded").first.wait_for()
        tab.locator(".gs-layer-control > .gs-button").click()
        assert tab.get_by_label("正射影像").is_checked()
        tab.get_by_label("自有底图").check()
        tab.wait_for_timeout(300)
        assert tab.locator(".gs-background").count() == 0
        assert "ground" not in tab.url
        assert painted(tab) > 0.15
