"""The two engines behind one door: GeoPackage in a file, PostGIS on a server."""
