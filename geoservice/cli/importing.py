"""What ``import`` and ``demo`` share beyond filing: which city a database is about."""

from __future__ import annotations

from geoservice import clock
from geoservice.imports.filing import Asked, check_against, intake_settings, publish
from geoservice.intake.manifest import CityManifest
from geoservice.registry.settings import City, read_city, write_city
from geoservice.service import Service

__all__ = ["Asked", "check_against", "intake_settings", "publish", "set_city"]


def set_city(service: Service, manifest: CityManifest) -> None:
    """Record which city this database is about."""
    city = City(manifest.name, manifest.name_en, manifest.county, manifest.default_crs, manifest.extent)
    with service.database.write() as connection:
        if read_city(connection) != city:
            write_city(connection, city, clock.now())
