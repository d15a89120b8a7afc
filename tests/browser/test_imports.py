"""A clerk drops a file, sees what is right and wrong on a map, corrects the mapping, publishes and undoes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from tests.fixtures.hostile import write_city
from tests.fixtures.running import Served, command, serving
from tests.fixtures.watched import DESK, PHONE, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HOSTILE = "<img src=x onerror=alert(1)>"


def _file(folder: Path) -> Path:
    path = folder / "新地块.gpkg"
    shapes = [shapely.box(119.6 + i * 0.003, 33.2, 119.602 + i * 0.003, 33.202) for i in range(3)]
    frame = gpd.GeoDataFrame(
        {"DKBH": ["Z-1", "Z-2", None], "DKMC": ["甲", HOSTILE, "丙"]}, geometry=shapes, crs=4490
    )
    frame.to_file(path, driver="GPKG", layer="DK", engine="pyogrio")
    return path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a city whose every name is an attack."""
    folder = tmp_path_factory.mktemp("imported")
    file: Path = folder / "city.gpkg"
    done = command("import", "--city", write_city(folder), "--database", file)
    assert done.returncode == 0, done.stdout + done.stderr
    with serving(file, folder) as served:
        yield served


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_file_goes_all_the_way_and_back(
    browser: Browser, served: Served, tmp_path: Path, size: dict[str, int]
) -> None:
    with watched(browser, served.base, viewport=size) as tab:
        tab.goto(served.sign_in_link)
        tab.goto(f"{served.base}/imports")
        tab.locator("input[type=file]").set_input_files(_file(tmp_path))
        tab.wait_for_url("**/imports/*")
        tab.locator(".legend label").first.wait_for()
        assert tab.locator("h1").inner_text() == "新地块.gpkg"
        assert "新增" in tab.locator(".legend").inner_text()
        tab.locator(".leaflet-container canvas").first.wait_for(state="attached")
        assert tab.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        tab.get_by_role("button", name="全部导入").click()
        tab.get_by_role("button", name="撤销此次导入").wait_for()
        assert tab.locator(".tag.published").count() == 1
        tab.get_by_label("理由").fill("试用")
        tab.get_by_role("button", name="撤销此次导入").click()
        tab.locator(".tag.undone").wait_for()
        tab.goto(f"{served.base}/imports?lang=en")
        assert "Imports so far" in tab.locator("h2").inner_text()
        tab.locator("tbody tr").first.wait_for()
