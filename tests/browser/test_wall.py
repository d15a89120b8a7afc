"""The wall: turns by itself and by keys, keeps its picture while the server is away, and comes back with new figures."""

from __future__ import annotations

import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pandas as pd
import pytest

from geoservice.access import accounts, tokens
from geoservice.access.principals import Scope
from geoservice.clock import now, today
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.registry.put import put
from tests.fixtures.demo import Demo
from tests.fixtures.running import ROOT, environment, stop
from tests.fixtures.services import service_at

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext
    from playwright.sync_api import Page as Tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WALL = """
dwell_seconds = 3
refresh_seconds = 5
figures = ["projects", "clear_land"]
[[slides]]
map = "projects"
[[slides]]
map = "parks"
"""


@dataclass
class Host:
    """A server over a city of the test's own that can go away and come back under the same address."""

    folder: Path
    database: Path
    port: int
    maps: Path
    code: str
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def come(self) -> None:
        arguments = ["run", "--port", str(self.port), "--database", str(self.database)]
        command = [sys.executable, "-c", "from geoservice.cli import main; main()", *arguments]
        log = (self.folder / "server.log").open("a")
        env = environment() | {"GEOSERVICE_MAPS_DIR": str(self.maps), "GEOSERVICE_WORKER": "false"}
        self.processes.append(subprocess.Popen(command, env=env, stdout=log, stderr=log, text=True))
        until(lambda: httpx.get(f"{self.base}/healthz").status_code == 200, 60)

    def go(self) -> None:
        stop(self.processes[-1])


@pytest.fixture
def host(demo: Demo, tmp_path: Path) -> Iterator[Host]:
    database = tmp_path / "city.gpkg"
    with (
        closing(sqlite3.connect(f"file:{demo.database}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(database)) as target,
    ):
        source.backup(target)
    service = service_at(f"gpkg:///{database}")
    with service.database.write() as connection:
        accounts.create_account(connection, "wall", Role.LEADER, (Scope(ScopeKind.CITY),), now(), "指挥部")
        code = tokens.issue_viewing_link(connection, "wall", now(), 30)
    service.close()
    maps = tmp_path / "maps"
    shutil.copytree(ROOT / "maps", maps, ignore=shutil.ignore_patterns("out"))
    (maps / "wall.toml").write_text(WALL, encoding="utf-8")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    found = Host(tmp_path, database, port, maps, code)
    found.come()
    yield found
    for process in found.processes:
        stop(process)


def until(holds: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if holds():
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.25)
    raise AssertionError("it did not come about in time")


def title(tab: Tab) -> str:
    return tab.locator("#title").inner_text()


def state(tab: Tab) -> str:
    return tab.locator("#state").inner_text()


def value(tab: Tab, name: str) -> float:
    return float(tab.locator(f'[data-figure="{name}"]').get_attribute("data-value") or "nan")


def framed(tab: Tab) -> dict[str, object]:
    """Tell what the frame that is shown shows: its title, how many colours, how many the list counts."""
    return tab.evaluate(  # type: ignore[no-any-return]
        """() => {
            const [frame, ...others] = document.querySelectorAll('iframe.shown');
            const own = frame.contentWindow.geoservice.screen;
            const canvas = frame.contentDocument.querySelector('canvas.gs-canvas');
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            const colours = new Set();
            for (let i = 0; i < data.length; i += 400) colours.add(`${data[i]},${data[i + 1]},${data[i + 2]}`);
            const box = frame.getBoundingClientRect();
            return { title: frame.title, shown: 1 + others.length, colours: colours.size,
                     listed: own.main.features.length, width: Math.round(box.width), height: Math.round(box.height) };
        }"""
    )


def open_wall(context: BrowserContext, host: Host) -> Tab:
    tab = context.new_page()
    tab.goto(f"{host.base}/sign-in?code={host.code}")
    assert tab.url == f"{host.base}/wall"
    until(lambda: tab.locator("iframe.shown").count() == 1, 40)
    return tab


def test_it_outlives_its_server_and_comes_back_with_new_figures(browser: Browser, host: Host) -> None:
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    tab = open_wall(context, host)
    before = value(tab, "projects")
    assert framed(tab)["listed"] == before
    until(lambda: title(tab) == "园区", 20)  # it turns by itself

    host.go()
    until(lambda: "服务器未响应" in state(tab), 30)
    seen = framed(tab)
    assert (seen["shown"], value(tab, "projects")) == (1, before)
    assert int(str(seen["colours"])) > 20
    first = title(tab)
    until(lambda: title(tab) != first, 20)  # and goes on turning what it has
    assert int(str(framed(tab)["colours"])) > 20

    service = service_at(f"gpkg:///{host.database}")
    with service.work().begin("tester", "a project more") as unit:
        row = {"project_number": "XM-NEW-1", "name": "新增项目", "published": True, "level": "city"}
        put(unit, "project", pd.DataFrame([row]), valid_from=today())
    service.close()
    host.come()
    until(lambda: value(tab, "projects") == before + 1, 40)
    assert "更新于" in state(tab)
    until(lambda: title(tab) == "项目挂图" and framed(tab)["listed"] == before + 1, 40)
    context.close()


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3840, 2160)])
def test_keys_turn_and_hold_it_at_any_size(browser: Browser, host: Host, width: int, height: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", reduced_motion="reduce"
    )
    tab = open_wall(context, host)
    tab.keyboard.press("Space")
    assert "已暂停" in state(tab)
    held = title(tab)
    tab.wait_for_timeout(5000)
    assert title(tab) == held
    tab.keyboard.press("ArrowRight")
    until(lambda: title(tab) != held, 20)
    tab.keyboard.press("ArrowLeft")
    until(lambda: title(tab) == held, 20)
    tab.keyboard.press("Space")
    until(lambda: title(tab) != held, 20)
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    assert tab.evaluate("document.documentElement.scrollHeight") == height
    shown = framed(tab)
    assert shown["width"] == width
    # What is read from five metres is at least a fortieth of the screen's height.
    size = tab.evaluate(
        "parseFloat(getComputedStyle(document.querySelector('#figures dd')).fontSize) / innerHeight"
    )
    assert size > 1 / 40
    assert (
        tab.evaluate("getComputedStyle(document.querySelector('#frames iframe')).transitionDuration") == "0s"
    )
    assert tab.evaluate("document.body.style.transform") == ""
    context.close()
