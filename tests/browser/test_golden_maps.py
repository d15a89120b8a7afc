"""A few maps look as they looked: small pictures of the canvas, compared with room for fonts and anti-aliasing.

After a wanted change of the look, write them anew and look at them: GEOSERVICE_TEST_GOLDEN=1 pytest tests/browser/…
"""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.demo import Demo
from tests.fixtures.watched import DESK, PHONE, open_map, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, StorageState
    from playwright.sync_api import Page as Tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GOLDEN = Path(__file__).parents[1] / "golden" / "maps"
DAY = "2026-09-30"
VIEWS = {
    "projects-desk": ("projects", DESK),
    "availability-desk": ("availability", DESK),
    "demolition-desk": ("demolition", DESK),
    "projects-phone": ("projects", PHONE),
}
MOST_MEAN = 0.9
"""Of 255, over all pixels: other dots on the same ground differ by more, another font by less."""
MOST_OFF = 0.008
"""Share of pixels that may differ clearly."""

_PICTURE = """async () => {
  const from = document.querySelector('canvas.gs-canvas');
  const [width, height] = [240, Math.round(240 * from.height / from.width)];
  const to = document.createElement('canvas');
  Object.assign(to, { width, height });
  const brush = to.getContext('2d');
  brush.imageSmoothingQuality = 'high';
  brush.fillStyle = '#EFECE6';
  brush.fillRect(0, 0, width, height);
  brush.drawImage(from, 0, 0, width, height);
  return to.toDataURL('image/png');
}"""
_COMPARED = """async ([one, other]) => {
  const pixels = async (url) => {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: image.width, height: image.height });
    const brush = canvas.getContext('2d', { willReadFrequently: true });
    brush.drawImage(image, 0, 0);
    return brush.getImageData(0, 0, image.width, image.height);
  };
  const [a, b] = [await pixels(one), await pixels(other)];
  if (a.width !== b.width || a.height !== b.height) return { mean: 255, off: 1 };
  let [sum, off] = [0, 0];
  for (let i = 0; i < a.data.length; i += 4) {
    const apart = [0, 1, 2].map((n) => Math.abs(a.data[i + n] - b.data[i + n]));
    sum += (apart[0] + apart[1] + apart[2]) / 3;
    if (Math.max(...apart) > 48) off += 1;
  }
  const count = a.data.length / 4;
  return { mean: sum / count, off: off / count };
}"""


def picture(tab: Tab, base: str, name: str) -> str:
    open_map(tab, f"{base}/maps/{name}?datetime={DAY}")
    for _ in range(100):
        if tab.evaluate("!geoservice.screen.main.isSettled || geoservice.screen.main.isSettled()"):
            break
        tab.wait_for_timeout(50)
    tab.wait_for_timeout(500)
    found: str = tab.evaluate(_PICTURE)
    return found


def url_of(file: Path) -> str:
    return f"data:image/png;base64,{base64.b64encode(file.read_bytes()).decode()}"


@pytest.mark.parametrize("view", list(VIEWS))
def test_a_map_looks_as_it_did(browser: Browser, demo: Demo, signed_in: StorageState, view: str) -> None:
    name, size = VIEWS[view]
    file = GOLDEN / f"{view}.png"
    with watched(browser, demo.base, storage_state=signed_in, viewport=size) as tab:
        now = picture(tab, demo.base, name)
        if os.environ.get("GEOSERVICE_TEST_GOLDEN") == "1":
            file.write_bytes(base64.b64decode(now.partition(",")[2]))
        told = tab.evaluate(_COMPARED, [now, url_of(file)])
    assert told["mean"] <= MOST_MEAN, told
    assert told["off"] <= MOST_OFF, told


def test_the_pictures_tell_maps_apart(browser: Browser, demo: Demo, signed_in: StorageState) -> None:
    with watched(browser, demo.base, storage_state=signed_in) as tab:
        open_map(tab, f"{demo.base}/")
        files = [url_of(GOLDEN / f"{view}-desk.png") for view in ("projects", "availability", "demolition")]
        for one, other in ((0, 1), (0, 2), (1, 2)):
            told = tab.evaluate(_COMPARED, [files[one], files[other]])
            assert told["mean"] > MOST_MEAN or told["off"] > MOST_OFF, told
