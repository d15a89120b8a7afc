"""The open door: OGC API for every GIS client."""
