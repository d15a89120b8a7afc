"""Services to work on."""

from __future__ import annotations

from tests.fixtures.services import _gpkg_cities, _postgis_cities, city, empty, standing

__all__ = ["_gpkg_cities", "_postgis_cities", "city", "empty", "standing"]
