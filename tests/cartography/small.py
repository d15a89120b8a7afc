"""A definition and features small enough to read."""

from __future__ import annotations

from typing import Any

from geoservice.cartography import Text

CITY = Text("演示市", "Demo City")

DOCUMENT: dict[str, Any] = {
    "title": {"zh": "项目", "en": "Projects"},
    "base": ["water"],
    "layers": [
        {
            "id": "projects",
            "source": "projects",
            "title": {"zh": "项目", "en": "Projects"},
            "style": {"property": "stage_group", "palette": "stage_group"},
        }
    ],
}


def collection(*properties: dict[str, Any]) -> dict[str, Any]:
    """Return a feature collection with one small square per set of properties."""
    ring = [[119.6, 33.2], [119.61, 33.2], [119.61, 33.21], [119.6, 33.21], [119.6, 33.2]]
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": one}
            for one in properties
        ],
    }
