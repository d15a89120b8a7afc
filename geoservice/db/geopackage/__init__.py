"""The GeoPackage engine: an OGC GeoPackage kept by Python's own sqlite3."""
