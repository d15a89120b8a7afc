"""The same parcels on the page folium itself makes, its libraries at hand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import folium
import geopandas as gpd
from playwright.sync_api import Browser, Route

from benchmarks.city import City
from benchmarks.map_pages import PATIENCE_MS, ZOOM, dragged, new_context, new_page
from geoservice.cartography import VENDOR_DIRECTORY

_COLOURS: Final = {"built": "#CBC3B8", "clear": "#00735C"}
_ELSEWHERE: Final = re.compile("^https://")
_DRAWN: Final = (
    "() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"
)
_TOGGLED: Final = """async ([mapName, layerName]) => {
  const [map, layer] = [globalThis[mapName], globalThis[layerName]];
  const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
  const start = performance.now();
  map.removeLayer(layer);
  map.addLayer(layer);
  await drawn();
  return (performance.now() - start) / 2;
}"""


def features(city: City) -> gpd.GeoDataFrame:
    """Return what folium is given: the same shapes with number, name and state."""
    districts = [f"QY{n:08d}" for n in range(1, 17)]
    frame = next(iter(city.batches(city.parcels, districts, districts)))
    kept = frame[["parcel_number", "name", "state", "geometry"]]
    return gpd.GeoDataFrame(kept, geometry="geometry", crs=4326)


def stock(browser: Browser, data: gpd.GeoDataFrame, folder: Path) -> dict[str, float]:
    """Open folium's page from disk and tell; a toggle is the layer taken off and put on, halved."""
    west, south, east, north = data.total_bounds
    middle = [(south + north) / 2, (west + east) / 2]
    page_map = folium.Map(middle, zoom_start=ZOOM, tiles=None, prefer_canvas=True)
    layer = folium.GeoJson(
        data,
        style_function=lambda one: {
            "fillColor": _COLOURS.get(one["properties"]["state"], "#FFC857"),
            "weight": 0.5,
        },
        tooltip=folium.GeoJsonTooltip(["name"]),
    )
    layer.add_to(page_map)
    file = folder / "stock.html"
    page_map.save(file)
    context = new_context(browser)
    page = new_page(context)
    page.route(_ELSEWHERE, _at_hand)
    page.goto(file.as_uri(), wait_until="load", timeout=PATIENCE_MS)
    drawn = page.evaluate(_DRAWN)
    found = {"first": drawn, "all": drawn, "shown": len(data), "html_kb": file.stat().st_size / 1000}
    found["fps"] = dragged(page)
    found["toggle"] = page.evaluate(_TOGGLED, [page_map.get_name(), layer.get_name()])
    found["memory"] = page.evaluate("performance.memory.usedJSHeapSize") / 1e6
    context.close()
    return found


def _at_hand(route: Route) -> None:
    file = VENDOR_DIRECTORY / "leaflet" / route.request.url.rpartition("/")[2]
    if file.is_file():
        route.fulfill(path=file)
    else:
        route.fulfill(status=200, body="", content_type="text/plain")
