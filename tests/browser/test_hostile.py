"""Names are text: what data say is shown and never run, on any map, in a single file and in a report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.hostile import ATTACKS, write_city
from tests.fixtures.running import Served, command, serving
from tests.fixtures.watched import open_map, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database the public import has filled with attacks."""
    folder = tmp_path_factory.mktemp("hostile")
    file = folder / "hostile.gpkg"
    done = command("import", "--city", write_city(folder), "--database", file)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("4 new") == 4
    return file


@pytest.fixture(scope="module")
def served(database: Path) -> Iterator[Served]:
    """Serve the attacks."""
    with serving(database, database.parent) as served:
        yield served


def assert_harmless(tab: Tab, *, cards: bool) -> None:
    """See every attack as text in the list (and on its card), and nothing run."""
    names = tab.locator(".gs-rows .gs-row-name").all_inner_texts()
    assert sorted(names) == sorted(ATTACKS)
    for attack in ATTACKS if cards else ():
        tab.locator(".gs-list .gs-row").filter(has=tab.get_by_text(attack, exact=True)).first.click()
        tab.locator(".gs-card:not([aria-busy])").wait_for()
        assert tab.locator(".gs-card h2").inner_text() == attack
        tab.keyboard.press("Escape")
    tab.keyboard.press("/")
    tab.keyboard.type("<img")
    tab.locator(".gs-results .gs-row").first.wait_for()
    tab.mouse.move(900, 500)
    assert tab.evaluate("window.owned") is None
    assert tab.locator("img").count() == 0


def test_no_map_runs_what_names_say(browser: Browser, served: Served) -> None:
    with watched(browser, served.base) as tab:
        tab.goto(served.sign_in_link)
        for name in ("projects", "availability", "demolition"):
            for language in ("zh", "en"):
                open_map(tab, f"{served.base}/maps/{name}?lang={language}")
                assert_harmless(tab, cards=language == "zh")


def test_no_single_file_runs_what_names_say(browser: Browser, database: Path, tmp_path: Path) -> None:
    file = tmp_path / "map.html"
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("three words of mine")
    recipient = "</script><img src=x onerror=owned=1>"
    options = ("--role", "admin", "--for", recipient, "--passphrase-file", passphrase)
    done = command("map", "projects", "-o", file, *options, "--database", database)
    assert done.returncode == 0, done.stderr
    with watched(browser, "") as tab:
        tab.goto(file.as_uri())
        tab.locator("#passphrase").fill("three words of mine")
        tab.locator("button").click()
        tab.locator(".gs-list .gs-row").first.wait_for()
        assert_harmless(tab, cards=True)


def test_no_report_runs_what_names_say(browser: Browser, database: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    done = command(
        "check",
        database.parent / "parcels.geojson",
        "--noun",
        "parcel",
        "--html",
        report,
        "--database",
        database,
    )
    assert done.returncode == 0, done.stderr
    with watched(browser, "") as tab:
        tab.goto(report.as_uri())
        assert ATTACKS[1] in tab.locator("body").inner_text()
        assert tab.evaluate("window.owned") is None
        assert tab.locator("img").count() == 0
