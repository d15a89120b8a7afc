"""Spatial reference systems every GeoPackage of ours declares (GeoPackage 1.3, clause 1.1.2.2)."""

from __future__ import annotations

from typing import Any, Final

DEFINITIONS: Final[tuple[dict[str, Any], ...]] = (
    {
        "name": "Undefined Cartesian",
        "id": -1,
        "organization": "NONE",
        "code": -1,
        "definition": ("undefined"),
    },
    {
        "name": "Undefined geographic",
        "id": 0,
        "organization": "NONE",
        "code": 0,
        "definition": ("undefined"),
    },
    {
        "name": "WGS 84",
        "id": 4326,
        "organization": "EPSG",
        "code": 4326,
        "definition": (
            'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"'
            ']],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174'
            '532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
        ),
    },
    {
        "name": "China Geodetic Coordinate System 2000",
        "id": 4490,
        "organization": "EPSG",
        "code": 4490,
        "definition": (
            'GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,29'
            '8.257222101,AUTHORITY["EPSG","1024"]],AUTHORITY["EPSG","1043"]],PRIMEM["Greenwich",0,AUTHORITY["'
            'EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4490'
            '"]]'
        ),
    },
)
