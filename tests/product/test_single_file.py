"""One file on a stick: it opens from the disk with no network at all and shows what its role may see."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from geoservice import clock
from geoservice.cartography.palettes import STAGE_COLOURS
from tests.fixtures.demo import Demo
from tests.fixtures.running import command
from tests.fixtures.watched import PHONE, colours, figure, open_map, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSPHRASE = "three 清澜 words Ⅻ"
OLD = "delete globalThis.DecompressionStream"
"""What makes a browser one of five years ago."""


@pytest.fixture(scope="module")
def files(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the project map as a file for each of two roles; without a role it is the public's."""
    folder = tmp_path_factory.mktemp("maps")
    (folder / "passphrase").write_text(PASSPHRASE, encoding="utf-8")
    locked = (
        "--role",
        "leader",
        "--for",
        "张三 <b>",
        "--days",
        "5",
        "--passphrase-file",
        folder / "passphrase",
    )
    made = {role: folder / f"{role}.html" for role in ("public", "leader")}
    for role, options in (("public", ()), ("leader", locked)):
        done = command("map", "projects", "-o", made[role], *options, "--database", demo.database)
        assert done.returncode == 0, done.stderr
    return made


def open_file(tab: Tab, file: Path, address: str = "", passphrase: str = PASSPHRASE) -> None:
    """Open a map, with its passphrase where it asks for one."""
    if "locked-body" not in file.read_text(encoding="utf-8"):
        open_map(tab, file.as_uri() + address)
        return
    tab.goto("about:blank")  # an address that differs behind # alone would load nothing
    tab.goto(file.as_uri() + address)
    tab.locator("#passphrase").fill(passphrase)
    tab.locator("button").click()
    tab.locator(".gs-list .gs-row").first.wait_for()


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
        open_file(tab, file)
        assert figure(tab) == str(len(features))
        painted = colours(tab)
        assert sum(painted.get(colour, 0) > 20 for colour in STAGE_COLOURS) >= 4
        key = next(one["id"] for one in features if one["properties"]["stage"] == "started")
        open_file(tab, file, f"?lang=en#{key}")
        tab.locator(".gs-card h2").wait_for()
        assert "Stages" in tab.locator(".gs-card").inner_text()
    with watched(browser, "", offline=True, viewport=PHONE) as tab:
        open_file(tab, file)
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


def test_the_file_of_a_role_tells_nothing_without_its_passphrase(
    browser: Browser, demo: Demo, files: dict[str, Path]
) -> None:
    html = files["leader"].read_text(encoding="utf-8")
    names = [one["properties"]["name"] for one in demo.features("projects", "leader")]
    assert not [name for name in names if name in html]
    assert PASSPHRASE not in html
    with watched(browser, "", offline=True) as tab:
        tab.goto(files["leader"].as_uri())
        tab.locator("#passphrase").fill(PASSPHRASE.upper())
        tab.locator("button").click()
        tab.locator(".bad").wait_for()
        assert "口令不对" in tab.locator(".bad").inner_text()
        assert tab.locator(".gs-list").count() == 0
        # What is typed again opens it: nothing is lost by a slip.
        tab.locator("#passphrase").fill(PASSPHRASE)
        tab.locator("button").click()
        tab.locator(".gs-list .gs-row").first.wait_for()


def test_the_file_of_a_role_says_whom_it_is_for(browser: Browser, files: dict[str, Path]) -> None:
    with watched(browser, "", offline=True) as tab:
        tab.add_init_script(OLD)
        open_file(tab, files["leader"])
        assert tab.evaluate("globalThis.DecompressionStream") is None
        marks = set(tab.locator(".gs-watermark text").all_text_contents())
        until = clock.today() + timedelta(days=5)
        assert [f"领导 · 张三 <b> · {until - timedelta(days=5)} 制作 · {until} 前有效 · 内部资料"] == list(
            marks
        )
        tab.emulate_media(media="print")
        assert tab.locator(".gs-watermark").is_visible()


def test_the_file_of_a_role_expires(browser: Browser, files: dict[str, Path], tmp_path: Path) -> None:
    until = clock.today() + timedelta(days=5)
    for late in (False, True):
        with watched(browser, "", offline=True) as tab:
            ahead = (5 + late) * 86_400_000
            tab.add_init_script(f"const now = Date.now; Date.now = () => now() + {ahead}")
            tab.goto(files["leader"].as_uri() + "?lang=en")
            assert tab.locator("#passphrase").is_visible() is not late
            assert tab.locator(".bad").count() == late
            if late:
                assert f"expired on {until}" in tab.locator(".bad").inner_text()
    # Who writes another day into it can no longer open it.
    longer = tmp_path / "longer.html"
    html = files["leader"].read_text(encoding="utf-8")
    longer.write_text(html.replace(until.isoformat(), "2099-12-31"), encoding="utf-8")
    with watched(browser, "", offline=True) as tab:
        tab.goto(longer.as_uri())
        tab.locator("#passphrase").fill(PASSPHRASE)
        tab.locator("button").click()
        tab.locator(".bad").wait_for()
        assert tab.locator(".gs-list").count() == 0


def test_what_cannot_be_drawn_is_said(demo: Demo, tmp_path: Path) -> None:
    done = command("map", "nothing", "-o", tmp_path / "x.html", "--database", demo.database)
    assert done.returncode == 1
    assert "projects" in done.stderr  # the maps there are
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "x.html").exists()
