"""Documents about tiles: tile sets (OGC 20-057), the tile matrix set (OGC 17-083r4) and TileJSON 3.0."""

from __future__ import annotations

import math
from typing import Any, Final

from geoservice.access.policy import View
from geoservice.geo.mvt import MEDIA_TYPE
from geoservice.geo.mvt_grid import MAX_ZOOM as LAST_LEVEL
from geoservice.registry.collections import Collection
from geoservice.registry.tiles.specs import DETAIL_ZOOM, MAX_ZOOM, SPECS, TileSpec

MATRIX_SET: Final = "WebMercatorQuad"
MATRIX_SET_URI: Final = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
CRS_URI: Final = "http://www.opengis.net/def/crs/EPSG/0/3857"
_REL: Final = "http://www.opengis.net/def/rel/ogc/1.0/"
_EDGE_M: Final = math.pi * 6378137.0
_PIXELS: Final = 256
_PIXEL_M: Final = 0.00028
"""Size of a pixel by which scale denominators are counted (OGC 17-083r4, 6.1)."""

CONFORMANCE: Final = (
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
)
"""What ``/ogc/conformance`` may claim of tiles."""


def landing_links(base: str) -> list[dict[str, Any]]:
    """Return what the landing page says of tiles; `base` is the address of ``/ogc``."""
    return [_link(f"{_REL}tiling-schemes", f"{base}/tileMatrixSets", "application/json", "Tile matrix sets")]


def collection_links(base: str, name: str) -> list[dict[str, Any]]:
    """Return what a collection says of its tiles; none for a collection without."""
    if name not in SPECS:
        return []
    return [_link(f"{_REL}tilesets-vector", f"{base}/collections/{name}/tiles", "application/json", "Tiles")]


def matrix_sets(base: str) -> dict[str, Any]:
    """Return the list of tile matrix sets."""
    here = f"{base}/tileMatrixSets/{MATRIX_SET}"
    return {
        "tileMatrixSets": [
            {
                "id": MATRIX_SET,
                "title": "Google Maps Compatible for the World",
                "uri": MATRIX_SET_URI,
                "crs": CRS_URI,
                "links": [_link("self", here, "application/json", MATRIX_SET)],
            }
        ],
        "links": [_link("self", f"{base}/tileMatrixSets", "application/json", "Tile matrix sets")],
    }


def matrix_set() -> dict[str, Any]:
    """Return the definition of WebMercatorQuad."""
    return {
        "id": MATRIX_SET,
        "title": "Google Maps Compatible for the World",
        "uri": MATRIX_SET_URI,
        "crs": CRS_URI,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [_matrix(zoom) for zoom in range(LAST_LEVEL + 1)],
    }


def tile_sets(base: str, collection: Collection, question: str, view: View) -> dict[str, Any]:
    """Return the list of a collection's tile sets; `question` is the query string its tiles are asked with."""
    here = f"{base}/collections/{collection.name}/tiles"
    return {
        "tilesets": [tile_set(base, collection, question, view)],
        "links": [_link("self", here, "application/json", f"{collection.zh}: tile sets")],
    }


def tile_set(base: str, collection: Collection, question: str, view: View) -> dict[str, Any]:
    """Return the description of a tile set, with the layers the role sees in it."""
    here = f"{base}/collections/{collection.name}/tiles/{MATRIX_SET}"
    template = f"{here}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}?{question}"
    return {
        "title": f"{collection.zh} · {collection.name}",
        "dataType": "vector",
        "crs": CRS_URI,
        "tileMatrixSetURI": MATRIX_SET_URI,
        "layers": [
            {
                "id": layer["id"],
                "dataType": "vector",
                "minTileMatrix": str(layer["minzoom"]),
                "maxTileMatrix": str(layer["maxzoom"]),
                "propertiesSchema": {
                    "type": "object",
                    "properties": {name: {"description": text} for name, text in layer["fields"].items()},
                },
            }
            for layer in _layers(SPECS[collection.name], view)
        ],
        "links": [
            _link("self", here, "application/json", "This tile set"),
            _link("alternate", f"{here}?f=tilejson", "application/json", "TileJSON"),
            _link(
                f"{_REL}tiling-scheme", f"{base}/tileMatrixSets/{MATRIX_SET}", "application/json", MATRIX_SET
            ),
            {**_link("item", template, MEDIA_TYPE, "Tiles"), "templated": True},
        ],
    }


def tile_json(base: str, collection: Collection, question: str, view: View) -> dict[str, Any]:
    """Return the TileJSON of a collection."""
    here = f"{base}/collections/{collection.name}/tiles/{MATRIX_SET}"
    return {
        "tilejson": "3.0.0",
        "name": f"{collection.zh} · {collection.name}",
        "version": "1.0.0",
        "scheme": "xyz",
        "tiles": [f"{here}/{{z}}/{{y}}/{{x}}?{question}"],
        "minzoom": 0,
        "maxzoom": MAX_ZOOM,
        "vector_layers": _layers(SPECS[collection.name], view),
    }


def _layers(spec: TileSpec, view: View) -> list[dict[str, Any]]:
    shown = [name for name in spec.attributes if view.shows(name)]
    fields = {name: f"Field {name} of the collection" for name in shown}
    if spec.track is not None and any(view.shows(name) for name in spec.category):
        fields[spec.track] = "day:code;… with days since 1970-01-01"
    first = DETAIL_ZOOM if spec.counted else 0
    layers = [{"id": spec.collection, "fields": fields, "minzoom": first, "maxzoom": MAX_ZOOM}]
    if spec.counted:
        counts = {
            "unit": "Key of the park or district",
            "name": "Its name",
            "kind": "park, district or none",
            "count": "Features counted here",
            "unmapped": "Those of them without a shape",
            "n_…": "Features by category; they add up to count",
        }
        layers.append({"id": spec.units, "fields": counts, "minzoom": 0, "maxzoom": DETAIL_ZOOM - 1})
    return layers


def _matrix(zoom: int) -> dict[str, Any]:
    side = 1 << zoom
    cell = 2 * _EDGE_M / (side * _PIXELS)
    return {
        "id": str(zoom),
        "scaleDenominator": cell / _PIXEL_M,
        "cellSize": cell,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-_EDGE_M, _EDGE_M],
        "matrixWidth": side,
        "matrixHeight": side,
        "tileWidth": _PIXELS,
        "tileHeight": _PIXELS,
    }


def _link(rel: str, href: str, media_type: str, title: str) -> dict[str, Any]:
    return {"rel": rel, "href": href, "type": media_type, "title": title}
