"""Files written from the shared city, and what comes back when they are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from geoservice.access.limits import ExportLimits
from geoservice.access.principals import OPERATOR, Principal
from geoservice.exports.export import Exported, Order, export
from geoservice.exports.formats import writer_named
from geoservice.exports.sheet import Choices
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.features import FeatureQuery
from geoservice.registry.filters import Filters
from geoservice.registry.moment import Moment
from geoservice.service import Service
from tests.fixtures.services import Filled, _gpkg_cities, _postgis_cities, city, empty, standing

__all__ = ["_gpkg_cities", "_postgis_cities", "city", "empty", "standing"]


@dataclass
class File:
    """A file that was written."""

    path: Path
    done: Exported


Write = Callable[..., File]


def write_file(service: Service, path: Path, collection: str, name: str, **asked: Any) -> File:
    """Write a collection, by default for whoever may see everything."""
    principal: Principal = asked.pop("principal", OPERATOR)
    limits: ExportLimits = asked.pop("limits", service.policy.exports)
    query = FeatureQuery(
        COLLECTIONS[collection],
        asked.pop("moment", None) or Moment.today(),
        principal,
        service.policy.view(principal, collection),
        asked.pop("filters", Filters()),
    )
    fields, crs = tuple(asked.pop("fields", ())), asked.pop("crs", None)
    order = Order(query, writer_named(name), fields, crs, Choices(**asked))
    with service.database.read() as connection:
        return File(path, export(connection, order, path, limits))


@pytest.fixture
def write(standing: Filled, tmp_path: Path) -> Write:
    """Return a way to write a collection of the shared city: ``write("parcels", "gpkg", crs="EPSG:4528")``."""

    def writing(collection: str, name: str, **asked: Any) -> File:
        path = tmp_path / f"{collection}{writer_named(name).suffix}"
        path.unlink(missing_ok=True)
        return write_file(standing.service, path, collection, name, **asked)

    return writing
