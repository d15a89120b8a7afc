"""The map in Chromium beside stock folium on the same parcels in one run: ``python -m benchmarks.maps [PARCELS]``.

Three states of each engine: a server nobody has asked yet, one that was restarted, and one that is used. The engines
take turns, figures are medians; stock folium is opened once, which takes minutes at a hundred thousand parcels.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from benchmarks.city import City
from benchmarks.databases import ENGINES, POSTGIS, fresh
from benchmarks.map_pages import Told, chromium, ours
from benchmarks.map_stock import features, stock
from benchmarks.server import serving
from benchmarks.writing import load
from geoservice import clock
from geoservice.access import accounts, tokens
from geoservice.access.principals import Scope
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.service import Service, open_service
from geoservice.settings import read_settings

ROUNDS: Final = 3
COLUMNS: Final[Mapping[str, tuple[str, float, str]]] = {
    "first": ("first tiles s", 1000, ".2f"),
    "all": ("all tiles s", 1000, ".2f"),
    "list": ("list s", 1000, ".2f"),
    "shown": ("drawn", 1, ",.0f"),
    "fps": ("drag fps", 1, ".0f"),
    "toggle": ("toggle ms", 1, ",.0f"),
    "day": ("day ms", 1, ",.0f"),
    "hit": ("hit µs", 1, ",.0f"),
    "memory": ("heap MB", 1, ",.0f"),
    "html_kb": ("HTML KB", 1, ",.0f"),
}
"""Figure → heading, divisor and form; a thousand hits take as many milliseconds as one takes microseconds."""


@dataclass(frozen=True)
class Filled:
    """A database with the city in it, where its answers are kept, and a leader's token."""

    url: str
    answers: Path
    token: str


def main(parcels: int) -> None:
    """Measure on every engine there is, then stock folium, and print tables and ratios."""
    city = City(parcels)
    told: dict[str, Told] = {}
    begun = os.getloadavg()[0]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        engines = [engine for engine in ENGINES if engine != "postgis" or os.environ.get(POSTGIS)]
        filled = {engine: stack.enter_context(_filled(engine, city, folder)) for engine in engines}
        playwright = stack.enter_context(sync_playwright())
        options = ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info"]
        browser = playwright.chromium.launch(executable_path=chromium(), args=options)
        for engine, database in filled.items():
            with _served(database) as port:
                _note(told, f"{engine}, never asked", ours(browser, port, database.token, city))
                _until_ready(database.answers)
            with _served(database) as port:
                _note(told, f"{engine}, restarted", ours(browser, port, database.token, city))
        _in_turn(browser, filled, city, told)
        _note(told, "folium.GeoJson", stock(browser, features(city), folder))
        browser.close()
    _print(told, parcels, begun)


def _in_turn(browser: Browser, filled: Mapping[str, Filled], city: City, told: dict[str, Told]) -> None:
    with ExitStack() as stack:
        ports = {engine: stack.enter_context(_served(database)) for engine, database in filled.items()}
        time.sleep(8)
        for _ in range(ROUNDS):
            for engine, port in ports.items():
                _note(told, f"{engine}, used", ours(browser, port, filled[engine].token, city))


@contextmanager
def _filled(engine: str, city: City, folder: Path) -> Iterator[Filled]:
    with fresh(engine) as target:
        service = open_service(replace(read_settings({}), database_url=target.url))
        load(service, city)
        target.settle()
        token = _token(service)
        service.close()
        yield Filled(target.url, folder / f"{engine}.answers", token)


@contextmanager
def _served(database: Filled) -> Iterator[int]:
    os.environ["GEOSERVICE_ANSWERS_FILE"] = str(database.answers)
    with serving(database.url) as port:
        # The socket listens before the application is up; its start is not what is measured.
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=120).close()
        yield port


def _token(service: Service) -> str:
    with service.database.write() as connection:
        accounts.create_account(connection, "bench", Role.LEADER, (Scope(ScopeKind.CITY),), clock.now())
        return tokens.issue(connection, tokens.TokenKind.API, "bench", clock.now())


def _until_ready(answers: Path) -> None:
    """Wait until nothing more is put on the shelf."""
    held, since = -1, time.monotonic()
    while time.monotonic() - since < 12:
        with closing(sqlite3.connect(f"file:{answers}?mode=ro", uri=True)) as file:
            number = int(file.execute("SELECT count(*) FROM answer").fetchone()[0])
        if number != held:
            held, since = number, time.monotonic()
        time.sleep(1)


def _note(told: dict[str, Told], name: str, found: dict[str, float]) -> None:
    told.setdefault(name, Told()).times.append(found)
    print(f"{name}: {', '.join(f'{key} {value:,.0f}' for key, value in found.items())}", file=sys.stderr)


def _print(told: dict[str, Told], parcels: int, begun: float) -> None:
    print(f"{parcels:,} parcels, load {begun:.1f} at the start and {os.getloadavg()[0]:.1f} at the end\n")
    print(f"| | {' | '.join(heading for heading, _, _ in COLUMNS.values())} |")
    print(f"|---|{'--:|' * len(COLUMNS)}")
    for name, one in told.items():
        cells = [_cell(one.median(key), divisor, form) for key, (_, divisor, form) in COLUMNS.items()]
        print(f"| {name} | {' | '.join(cells)} |")
    base = told["folium.GeoJson"]
    print("\nTimes as good as stock folium:\n")
    print("| | all tiles | toggle | memory | HTML |\n|---|--:|--:|--:|--:|")
    for name, one in told.items():
        if name != "folium.GeoJson":
            ratios = [
                _ratio(base.median(key), one.median(key)) for key in ("all", "toggle", "memory", "html_kb")
            ]
            print(f"| {name} | {' | '.join(ratios)} |")


def _cell(value: float | None, divisor: float, form: str) -> str:
    return "–" if value is None else format(value / divisor, form)


def _ratio(theirs: float | None, own: float | None) -> str:
    return "–" if not theirs or not own else f"{theirs / own:,.0f}×"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
