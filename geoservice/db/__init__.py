"""The two engines behind one door: GeoPackage in a file, PostGIS on a server."""

from geoservice.db.engine import Database, Limits, open_database
from geoservice.db.unit_of_work import Subscriber, UnitOfWork, Work

__all__ = ["Database", "Limits", "Subscriber", "UnitOfWork", "Work", "open_database"]
