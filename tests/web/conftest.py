"""Services to test on; property tests are judged by what they find, not by how busy the machine is."""

from __future__ import annotations

from hypothesis import settings

from tests.fixtures.services import _gpkg_cities, _postgis_cities, city, empty, standing

__all__ = ["_gpkg_cities", "_postgis_cities", "city", "empty", "standing"]

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
