"""What every test may ask for: a migrated database on either engine, a browser, the real data.

Tests that take ``database_url`` run once per engine, each on a database of its own that starts migrated and
empty: a copied file on GeoPackage, ``CREATE DATABASE … TEMPLATE`` on PostGIS.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    import psycopg
    from playwright.sync_api import Browser

    from geoservice.db import Database

ROOT = Path(__file__).resolve().parent.parent
STRICT = os.environ.get("GEOSERVICE_TEST_STRICT") == "1"
POSTGIS = "GEOSERVICE_TEST_POSTGIS"
EMPTY = "geoservice_test"  # the database with nothing but the extension, see tools/postgis_cluster.py
ENGINES = ["gpkg", pytest.param("postgis", marks=pytest.mark.postgis)]
# What `make test` installs and starts; skipping such a test there would hide that it did not run.
PROVIDED = ("postgis", "browser", "clients")
REAL_DATA = "no real data"  # lies beside the source tree or does not; no command can fetch it

# Property tests are judged by what they find, not by how busy the machine is. A run that promises to be
# complete also promises to be repeatable; new examples are looked for at the desk.
settings.register_profile("geoservice", deadline=None, derandomize=STRICT)
settings.load_profile("geoservice")


def lacking(what: str) -> NoReturn:
    """Skip where a tool is absent; fail where the run promised to have it."""
    if STRICT:
        pytest.fail(f"{what}, and GEOSERVICE_TEST_STRICT=1 allows no skip", pytrace=False)
    pytest.skip(what)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count a skipped test as failed where its tool was promised."""
    report = yield
    promised = any(item.get_closest_marker(name) for name in PROVIDED) and REAL_DATA not in str(
        report.longrepr
    )
    if STRICT and promised and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which GEOSERVICE_TEST_STRICT=1 does not allow: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the root of the source tree."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data kept beside the source tree."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no real data at ../shared/data")
    return folder


@pytest.fixture(params=ENGINES)
def engine_kind(request: pytest.FixtureRequest) -> str:
    """Name the engine of this run of the test: ``gpkg`` or ``postgis``."""
    return str(request.param)


@pytest.fixture
def database_url(engine_kind: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Yield the address of a migrated, empty database that nobody else uses."""
    make: Callable[[], Iterator[str]] = request.getfixturevalue(f"_{engine_kind}_copies")
    yield from make()


@pytest.fixture
def blank_database_url(engine_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the address of a database that no migration has touched."""
    if engine_kind == "gpkg":
        yield _gpkg_url(tmp_path / "blank.gpkg")
    else:
        yield from request.getfixturevalue("_postgis_server").database(EMPTY)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Yield the opened, migrated, empty database."""
    from geoservice.db import open_database

    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Yield a headless Chromium, the system's own."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        lacking("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # The sandbox does not work for root; the pages under test are our own.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def _gpkg_copies(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Iterator[str]]:
    folder = tmp_path_factory.mktemp("gpkg")
    template = folder / "template.gpkg"
    _migrate(_gpkg_url(template))

    def copies() -> Iterator[str]:
        copy = folder / f"{uuid.uuid4().hex}.gpkg"
        shutil.copyfile(template, copy)
        yield _gpkg_url(copy)
        for file in folder.glob(f"{copy.name}*"):
            file.unlink()

    return copies


@pytest.fixture(scope="session")
def _postgis_copies(_postgis_server: PostgisServer) -> Iterator[Callable[[], Iterator[str]]]:
    template = _postgis_server.create(EMPTY)
    _migrate(_postgis_server.url(template))
    yield lambda: _postgis_server.database(template)
    _postgis_server.drop(template)


@pytest.fixture(scope="session")
def _postgis_server() -> Iterator[PostgisServer]:
    address = os.environ.get(POSTGIS)
    if not address:
        lacking(f"no PostGIS: {POSTGIS} is not set (`make test` starts one)")
    import psycopg

    # A template must have no session of its own, so administer from another database.
    server = address.replace("+psycopg", "").rsplit("/", 1)[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute("SET client_min_messages = warning")
        yield PostgisServer(address, connection)


class PostgisServer:
    """Makes and drops databases on the private cluster."""

    def __init__(self, address: str, connection: psycopg.Connection[Any]) -> None:
        self._base = address.rsplit("/", 1)[0]
        self._connection = connection

    def url(self, name: str) -> str:
        """Return the address of the database `name`."""
        return f"{self._base}/{name}"

    def create(self, template: str) -> str:
        """Copy `template` and return the copy's name."""
        name = f"t_{uuid.uuid4().hex}"
        self._connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, name: str) -> None:
        """Drop a database, with whoever is still connected."""
        self._connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def database(self, template: str) -> Iterator[str]:
        """Yield the address of a copy that is dropped afterwards."""
        name = self.create(template)
        yield self.url(name)
        self.drop(name)


def _gpkg_url(path: Path) -> str:
    return f"gpkg:///{path}"


def _migrate(url: str) -> None:
    from geoservice.db import open_database
    from geoservice.db.migrate import upgrade

    database = open_database(url)
    upgrade(database)
    database.close()
