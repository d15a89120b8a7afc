"""A server of its own per engine, in a process of its own, whose request log the tests read."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from geoservice import clock
from geoservice.access import accounts, tokens
from geoservice.access.principals import Scope
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.registry.put import put
from tests.conftest import ENGINES
from tests.fixtures.city import EXTENT, STEP, square
from tests.fixtures.running import serving
from tests.fixtures.services import _gpkg_cities, _postgis_cities, service_at

__all__ = ["_gpkg_cities", "_postgis_cities"]

collect_ignore = ["qgis_reads.py"]  # run by the Python that has QGIS

MORE = 1_200
"""Parcels beside those of the small city: more than a page of a thousand."""
PUBLIC = 10
"""Parcels of the small city that anybody may see."""
COLUMNS = 40
FAR = (EXTENT[0] + 0.1, EXTENT[1])
"""Where the further parcels begin."""


@dataclass
class Door:
    """A server under test.

    Attributes
    ----------
    base : str
        Its address.
    log : Path
        Its request log.
    token : str
        A token of an administrator.
    parcels : int
        How many parcels anybody sees.
    """

    base: str
    log: Path
    token: str
    parcels: int
    read: int = 0

    def begin(self) -> None:
        """Forget the requests so far."""
        self.read = self.log.stat().st_size

    def asked(self, ending: str = "") -> list[dict[str, Any]]:
        """Return the requests since then whose path ends so, once the log has come to rest."""
        size = -1
        while size != (size := self.log.stat().st_size):
            time.sleep(0.1)
        with self.log.open() as file:
            file.seek(self.read)
            lines = [json.loads(line) for line in file if line.startswith("{")]
        return [line for line in lines if line["message"] == "request" and line["path"].endswith(ending)]


@pytest.fixture(scope="session", params=ENGINES)
def door(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """Yield a server over a city with more parcels than a page holds."""
    cities = request.getfixturevalue(f"_{request.param}_cities")
    folder = tmp_path_factory.mktemp("door")
    for url in cities.copy(cities.template):
        token, count = _filled(url)
        settings = {"GEOSERVICE_LOG_FORMAT": "json", "GEOSERVICE_LOG_LEVEL": "info"}
        place = url.removeprefix("gpkg:///") if request.param == "gpkg" else url
        with serving(place, folder, "serve", settings=settings) as served:
            yield Door(served.base, next(folder.glob("serve-*.log")), token, count)


def _filled(url: str) -> tuple[str, int]:
    service = service_at(url)
    cells = [(number % COLUMNS, number // COLUMNS) for number in range(MORE)]
    frame = pd.DataFrame(
        {
            "parcel_number": [f"FAR-{column:02d}-{row:02d}" for column, row in cells],
            "county": "320100",
            "state": "clear",
            "use_code": ["100102" if row % 2 else "100101" for _, row in cells],
            "use_system": "TD2023",
            "promotable": True,
            "geometry": [square(column + 0.1 / STEP, row) for column, row in cells],
        }
    )
    with service.work().begin("tester", "more land") as unit:
        put(unit, "parcel", frame, valid_from=clock.today())
    with service.database.write() as connection:
        accounts.create_account(connection, "hand", Role.ADMIN, (Scope(ScopeKind.CITY),), clock.now())
        token = tokens.issue(connection, tokens.TokenKind.API, "hand", clock.now())
    service.close()
    return token, MORE + PUBLIC
