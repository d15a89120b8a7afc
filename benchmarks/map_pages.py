# ruff: noqa: E501 - scripts for the page stand on one line each
"""What a browser tells of a map: when it is drawn, how fluently it moves, how soon it answers, what it holds."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Page

from benchmarks.city import City

VIEWPORT: Final = {"width": 1920, "height": 1080}
ZOOM: Final = 13
PATIENCE_MS: Final = 600_000

_OPENED: Final = """async () => {
  const until = async (test) => { while (!test()) await new Promise((done) => setTimeout(done, 4)); return performance.now(); };
  const layer = () => globalThis.geoservice && geoservice.screen && geoservice.screen.main;
  const first = await until(() => layer() && layer().store && layer().store.tiles.size > 0);
  const all = await until(() => layer().painted && !layer().store.busy && layer().store.tiles.size > 0);
  const list = await until(() => layer().state === 'ready');
  const shown = [...layer()._pieces(geoservice.canvasOf(geoservice.screen.map)._view())].length;
  return { first, all, list, shown, requests: performance.getEntriesByType('resource').length };
}"""
_FRAMES: Final = """() => { globalThis.frames = []; const tick = (at) => { frames.push(at); globalThis.running = requestAnimationFrame(tick); }; requestAnimationFrame(tick); }"""
_RATE: Final = "() => { cancelAnimationFrame(running); return 1000 * (frames.length - 1) / (frames.at(-1) - frames[0]); }"
_ACTED: Final = """async (act) => {
  const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
  const days = [...Array(12).keys()].map((n) => geoservice.screen.baseDay - 300 + 50 * n);
  const button = document.querySelector('.gs-class:not([hidden])');
  const times = [];
  for (let n = 0; n < 12; n++) {
    const start = performance.now();
    if (act === 'toggle') button.click(); else geoservice.screen.moveTo(days[n]);
    await drawn();
    times.push(performance.now() - start);
    await new Promise((done) => setTimeout(done, 150));
  }
  return times.sort((a, b) => a - b)[6];
}"""
_HIT: Final = """() => {
  const { map, main } = geoservice.screen;
  const view = { zoom: map.getZoom(), scale: 256 * 2 ** map.getZoom() };
  const start = performance.now();
  for (let n = 0; n < 1000; n++) {
    const { lng, lat } = map.containerPointToLatLng([500 + n, 300 + (n % 400)]);
    main.hit(...geoservice.toUnit(lng, lat), view);
  }
  return performance.now() - start;
}"""


@dataclass
class Told:
    """Medians over the times a page was opened.

    Attributes
    ----------
    times : list of dict
        What each opening told: milliseconds, frames a second, MB, KB.
    """

    times: list[dict[str, float]] = field(default_factory=list)

    def median(self, name: str) -> float | None:
        """Return the median of one figure, ``None`` where no page told it."""
        found = sorted(one[name] for one in self.times if name in one)
        return found[len(found) // 2] if found else None


def chromium() -> str | None:
    """Return the browser's program, the system's own."""
    return shutil.which("chromium") or shutil.which("google-chrome")


def ours(browser: Browser, port: int, token: str, city: City) -> dict[str, float]:
    """Open the map of land at the zoom of parcels, use it, and tell."""
    west, south, east, north = city.extent
    context = new_context(browser, {"Authorization": f"Bearer {token}"})
    page = new_page(context)
    view = f"{ZOOM},{(west + east) / 2:.4f},{(south + north) / 2:.4f}"
    address = f"http://127.0.0.1:{port}/maps/availability?view={view}"
    answer = page.goto(address, wait_until="domcontentloaded")
    found: dict[str, Any] = page.evaluate(_OPENED)
    assert answer is not None
    found["html_kb"] = len(answer.body()) / 1000
    page.wait_for_timeout(700)
    found["fps"] = dragged(page)
    found["toggle"] = page.evaluate(_ACTED, "toggle")
    found["day"] = page.evaluate(_ACTED, "day")
    found["hit"] = page.evaluate(_HIT)
    found["memory"] = page.evaluate("performance.memory.usedJSHeapSize") / 1e6
    context.close()
    return found


def new_context(browser: Browser, headers: dict[str, str] | None = None) -> BrowserContext:
    """Return a fresh context of a desk's size: nothing is cached from page to page."""
    return browser.new_context(viewport=VIEWPORT, extra_http_headers=headers or {})  # type: ignore[arg-type]


def new_page(context: BrowserContext) -> Page:
    """Return a tab that waits for what takes minutes."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page


def dragged(page: Page) -> float:
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
