# ruff: noqa: E501 - scripts for the page stand on one line each
"""The map in Chromium beside stock folium on the same parcels in one run: ``python -m benchmarks.maps [PARCELS]``.

Measured by a page that opens at the zoom of parcels: when the first and when all tiles are drawn (with a server that
has just started, and again when it holds them), when the list is complete, how fluently the map is dragged, how long
a click in the legend and a step of the time slider take until they are drawn, and the memory of the page's scripts.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import folium
import geopandas as gpd
from playwright.sync_api import Browser, Page, Route, sync_playwright

from benchmarks.city import City
from benchmarks.databases import ENGINES, POSTGIS, fresh
from benchmarks.server import serving
from benchmarks.writing import load
from geoservice import clock
from geoservice.access import accounts, tokens
from geoservice.access.principals import Scope
from geoservice.cartography import VENDOR_DIRECTORY
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.service import Service, open_service
from geoservice.settings import read_settings

VIEWPORT: Final = {"width": 1920, "height": 1080}
ZOOM: Final = 13
PATIENCE_MS: Final = 300_000

_OPENED: Final = """async () => {
  const until = async (test) => { while (!test()) await new Promise((done) => setTimeout(done, 5)); return performance.now(); };
  const layer = () => globalThis.geoservice && geoservice.screen && geoservice.screen.main;
  const first = await until(() => layer() && layer().store && layer().store.tiles.size > 0);
  const all = await until(() => !layer().store.busy && layer().store.tiles.size > 0);
  const list = await until(() => layer().state === 'ready');
  const shown = [...layer()._pieces(geoservice.canvasOf(geoservice.screen.map)._view())].length;
  return { first, all, list, shown, requests: performance.getEntriesByType('resource').length };
}"""
_FRAMES: Final = """() => { globalThis.frames = []; const tick = (at) => { frames.push(at); globalThis.running = requestAnimationFrame(tick); }; requestAnimationFrame(tick); }"""
_RATE: Final = "() => { cancelAnimationFrame(running); return 1000 * (frames.length - 1) / (frames.at(-1) - frames[0]); }"
_DRAWN: Final = """async (act) => {
  const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
  const times = [];
  const days = [...Array(12).keys()].map((n) => geoservice.screen.baseDay - 300 + 50 * n);
  const button = document.querySelector('.gs-class:not([hidden])');
  for (let n = 0; n < 12; n++) {
    const start = performance.now();
    if (act === 'toggle') button.click(); else geoservice.screen.moveTo(days[n]);
    await drawn();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[6];
}"""


def main(parcels: int) -> None:
    """Measure on every engine there is, then stock folium, and print a table."""
    city = City(parcels)
    print(
        f"| {parcels:,} parcels | first tiles s | all tiles s | list s | on screen | drag fps | toggle ms | day ms | MB |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(
            executable_path=_chromium(), args=["--no-sandbox", "--enable-precise-memory-info"]
        )
        data = None
        for engine in ENGINES:
            if engine == "postgis" and not _has_postgis():
                continue
            with _filled(engine, city) as (url, token, features):
                data = features if data is None else data
                with serving(url) as port:
                    for state in ("cold", "warm"):
                        _print(f"{engine}, {state}", _ours(browser, port, token, city))
        if data is not None:
            _print("folium.GeoJson", _stock(browser, data, Path(folder)))
        browser.close()


@contextmanager
def _filled(engine: str, city: City) -> Iterator[tuple[str, str, gpd.GeoDataFrame]]:
    with fresh(engine) as target:
        service = open_service(replace(read_settings({}), database_url=target.url))
        load(service, city)
        target.settle()
        token, features = _token(service), _features(city)
        service.close()
        yield target.url, token, features


def _token(service: Service) -> str:
    with service.database.write() as connection:
        accounts.create_account(connection, "bench", Role.LEADER, (Scope(ScopeKind.CITY),), clock.now())
        return tokens.issue(connection, tokens.TokenKind.API, "bench", clock.now())


def _features(city: City) -> gpd.GeoDataFrame:
    """Return what stock folium is given: the same shapes with name and class."""
    districts = [f"QY{n:08d}" for n in range(1, 17)]
    frame = next(iter(city.batches(city.parcels, districts, districts)))
    kept = frame[["parcel_number", "name", "state", "geometry"]]
    return gpd.GeoDataFrame(kept, geometry="geometry", crs=4326)


def _ours(browser: Browser, port: int, token: str, city: City) -> dict[str, float]:
    west, south, east, north = city.extent
    headers = {"Authorization": f"Bearer {token}"}
    context = browser.new_context(locale="zh-CN", viewport=VIEWPORT, extra_http_headers=headers)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    view = f"{ZOOM},{(west + east) / 2:.4f},{(south + north) / 2:.4f}"
    page.goto(f"http://127.0.0.1:{port}/maps/availability?view={view}", wait_until="domcontentloaded")
    found: dict[str, Any] = page.evaluate(_OPENED)
    page.wait_for_timeout(500)
    found["fps"] = _dragged(page)
    found["toggle"] = page.evaluate(_DRAWN, "toggle")
    found["day"] = page.evaluate(_DRAWN, "day")
    found["memory"] = page.evaluate("performance.memory.usedJSHeapSize") / 1e6
    context.close()
    return found


def _stock(browser: Browser, data: gpd.GeoDataFrame, folder: Path) -> dict[str, float]:
    """Open the page folium itself makes of the same parcels, its libraries at hand."""
    west, south, east, north = data.total_bounds
    stock = folium.Map(
        [(south + north) / 2, (west + east) / 2], zoom_start=ZOOM, tiles=None, prefer_canvas=True
    )
    colours = {"built": "#CBC3B8", "clear": "#00735C"}
    folium.GeoJson(
        data,
        style_function=lambda one: {
            "fillColor": colours.get(one["properties"]["state"], "#FFC857"),
            "weight": 0.5,
        },
        tooltip=folium.GeoJsonTooltip(["name"]),
    ).add_to(stock)
    file = folder / "stock.html"
    stock.save(file)
    context = browser.new_context(locale="zh-CN", viewport=VIEWPORT)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.route("https://**", _at_hand)
    page.goto(file.as_uri(), wait_until="load", timeout=PATIENCE_MS)
    drawn = page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"
    )
    fps = _dragged(page)
    memory = page.evaluate("performance.memory.usedJSHeapSize") / 1e6
    context.close()
    return {"first": drawn, "all": drawn, "list": 0, "shown": len(data), "fps": fps, "memory": memory}


def _at_hand(route: Route) -> None:
    name = route.request.url.rpartition("/")[2]
    file = VENDOR_DIRECTORY / "leaflet" / name
    if file.is_file():
        route.fulfill(path=file)
    else:
        route.fulfill(status=200, body="", content_type="text/plain")


def _dragged(page: Page) -> float:
    """Drag the map about for two seconds and return the frames a second."""
    page.mouse.move(1000, 500)
    page.mouse.down()
    page.evaluate(_FRAMES)
    for step in range(120):
        page.mouse.move(1000 + 3 * (step if step < 60 else 120 - step), 500 + step % 40)
        page.wait_for_timeout(12)
    rate: float = page.evaluate(_RATE)
    page.mouse.up()
    return rate


def _print(name: str, found: dict[str, float]) -> None:
    seconds = [f"{found[key] / 1000:.2f}" if found.get(key) else "" for key in ("first", "all", "list")]
    rest = [
        f"{found[key]:,.0f}" if key in found else "" for key in ("shown", "fps", "toggle", "day", "memory")
    ]
    print(f"| {name} | {' | '.join([*seconds, *rest])} |", flush=True)


def _chromium() -> str | None:
    import shutil

    return shutil.which("chromium") or shutil.which("google-chrome")


def _has_postgis() -> bool:
    import os

    return bool(os.environ.get(POSTGIS))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
