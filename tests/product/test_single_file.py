"""One file on a stick: it opens from the disk with no network at all and shows what its role may see."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from geoservice.cartography.palettes import STAGE_COLOURS
from tests.fixtures.demo import Demo
from tests.fixtures.running import command
from tests.fixtures.watched import PHONE, colours, figure, open_map, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def files(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the project map as a file for each of two roles; without a role it is the public's."""
    folder = tmp_path_factory.mktemp("maps")
    made = {role: folder / f"{role}.html" for role in ("public", "leader")}
    for role, options in (("public", ()), ("leader", ("--role", "leader"))):
        done = command("map", "projects", "-o", made[role], *options, "--database", demo.database)
        assert done.returncode == 0, done.stderr
    return made


def blocks(html: str) -> dict[str, Any]:
    """Return the JSON blocks of a page by their ids."""
    found = re.findall(
        r'<script[^>]*type="application/json"[^>]*id="([^"]+)"[^>]*>(.*?)</script>', html, re.S
    )
    found += re.findall(
        r'<script[^>]*id="([^"]+)"[^>]*type="application/json"[^>]*>(.*?)</script>', html, re.S
    )
    return {name: json.loads(text) for name, text in found}


@pytest.mark.parametrize("role", ["public", "leader"])
def test_the_file_opens_from_the_disk(
    browser: Browser, demo: Demo, files: dict[str, Path], role: str
) -> None:
    file = files[role]
    html = file.read_text(encoding="utf-8")
    assert not re.search(r"""<(?:script|link|img|iframe)[^>]*\s(?:src|href)=(?!["']?data:)""", html)
    features = demo.features("projects", role)
    with watched(browser, "", offline=True) as tab:
        open_map(tab, file.as_uri())
        assert figure(tab) == str(len(features))
        painted = colours(tab)
        assert sum(painted.get(colour, 0) > 20 for colour in STAGE_COLOURS) >= 4
        key = next(one["id"] for one in features if one["properties"]["stage"] == "started")
        open_map(tab, f"{file.as_uri()}?lang=en#{key}")
        tab.locator(".gs-card h2").wait_for()
        assert "Stages" in tab.locator(".gs-card").inner_text()
    with watched(browser, "", offline=True, viewport=PHONE) as tab:
        open_map(tab, file.as_uri())
        assert tab.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_the_file_of_the_public_holds_what_the_public_may_see(demo: Demo, files: dict[str, Path]) -> None:
    held = blocks(files["public"].read_text(encoding="utf-8"))
    projects = held["data-projects-0"]["features"]
    served = {one["id"]: one["properties"] for one in demo.features("projects")}
    assert {one["id"] for one in projects} == set(served)
    extra = {"stages", "parcels", "blockers", "investment"}
    for one in projects:
        assert set(one["properties"]) - extra <= set(served[one["id"]])
        assert all(stage["planned_on"] is None for stage in one["properties"]["stages"] or [])
    assert "lead_official" not in json.dumps(held["data-projects-0"])
    assert "households_total" not in json.dumps(held["data-demolition-0"])


def test_what_cannot_be_drawn_is_said(demo: Demo, tmp_path: Path) -> None:
    done = command("map", "nothing", "-o", tmp_path / "x.html", "--database", demo.database)
    assert done.returncode == 1
    assert "projects" in done.stderr  # the maps there are
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "x.html").exists()
