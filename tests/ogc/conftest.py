"""Clients of every role over the shared city, for the tests of the open door."""

from __future__ import annotations

from tests.fixtures.services import _gpkg_cities, _postgis_cities, city, empty, standing
from tests.web.conftest import _apps, as_role, client, own

__all__ = [
    "_apps",
    "_gpkg_cities",
    "_postgis_cities",
    "as_role",
    "city",
    "client",
    "empty",
    "own",
    "standing",
]
