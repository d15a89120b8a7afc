"""The two engines behind one door: GeoPackage in a file, PostGIS on a server."""

from geoservice.db.engine import Database, open_database
from geoservice.db.unit_of_work import Subscriber, UnitOfWork, Work

__all__ = ["Database", "Subscriber", "UnitOfWork", "Work", "open_database"]
