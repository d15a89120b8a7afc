"""Documents of the open door: landing page, conformance, collections (OGC 17-069r4, 7.2–7.14)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from geoservice.db.spatial import BBox
from geoservice.registry.settings import City
from geoservice.web.ogc import tile_documents
from geoservice.web.ogc.addresses import (
    GEOJSON,
    HTML,
    JSON,
    OPENAPI,
    REL,
    SCHEMA,
    collection_address,
    link,
)
from geoservice.web.ogc.bulk import bulk_of
from geoservice.web.ogc.opened import Opened
from geoservice.web.ogc.systems import CRS84, STORED, uris_of

_FEATURES: Final = "http://www.opengis.net/spec/ogcapi-features"
_CQL2: Final = "http://www.opengis.net/spec/cql2/1.0/conf"

CONFORMANCE: Final = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    *(f"{_FEATURES}-1/1.0/conf/{name}" for name in ("core", "geojson", "html", "oas30")),
    f"{_FEATURES}-2/1.0/conf/crs",
    *(
        f"{_FEATURES}-3/1.0/conf/{name}"
        for name in ("queryables", "queryables-query-parameters", "filter", "features-filter")
    ),
    *(
        f"{_FEATURES}-4/1.0/conf/{name}"
        for name in ("create-replace-delete", "update", "optimistic-locking-etags", "features")
    ),
    *(
        f"{_FEATURES}-5/1.0/conf/{name}"
        for name in (
            "schemas",
            "core-roles-features",
            "returnables-and-receivables",
            "queryables",
            "sortables",
        )
    ),
    *(
        f"{_CQL2}/{name}"
        for name in (
            "cql2-text",
            "cql2-json",
            "basic-cql2",
            "advanced-comparison-operators",
            "case-insensitive-comparison",
            "accent-insensitive-comparison",
            "basic-spatial-functions",
            "basic-spatial-functions-plus",
            "spatial-functions",
            "temporal-functions",
            "property-property",
            "arithmetic",
        )
    ),
    # The draft's name of basic-spatial-functions: QGIS sends spatial filters to who says it, and to nobody else.
    "http://www.opengis.net/spec/cql2/0.0/conf/basic-spatial-operators",
    *tile_documents.CONFORMANCE,
)
"""What is claimed; the tests of each stand in ``tests/ogc``."""


def landing(base: str, city: City, extent: BBox | None) -> dict[str, Any]:
    """Return the landing page."""
    root = base.removesuffix("/ogc")
    return {
        "title": f"{city.name} · geoservice",
        "description": "园区、宗地、项目、可供判定、征拆与图层 · Parks, parcels, projects, availability and layers "
        f"of {city.name_en}, for every GIS client.",
        **_extent(extent),
        "links": [
            link("self", f"{base}?f=json", JSON, "This document"),
            link("alternate", f"{base}?f=html", HTML, "This document as a page"),
            link("service-desc", f"{base}/api?f=json", OPENAPI, "Definition of the API (OpenAPI 3.0)"),
            link("service-doc", f"{base}/api?f=html", HTML, "Description of the API"),
            link("conformance", f"{base}/conformance", JSON, "Conformance classes"),
            link("data", f"{base}/collections", JSON, "Collections"),
            link(f"{REL}data", f"{base}/collections", JSON, "Collections"),
            link("related", f"{root}/", HTML, "Map"),
            *tile_documents.landing_links(base),
        ],
    }


def conformance(extra: Sequence[str] = ()) -> dict[str, Any]:
    """Return the conformance declaration."""
    return {"conformsTo": [*CONFORMANCE, *extra]}


def collections(base: str, opened: Sequence[Opened], city: City, extent: BBox | None) -> dict[str, Any]:
    """Return the list of collections."""
    return {
        "links": [
            link("self", f"{base}/collections?f=json", JSON, "This document"),
            link("alternate", f"{base}/collections?f=html", HTML, "This document as a page"),
        ],
        "crs": uris_of(city),
        "collections": [collection(base, each, city, extent) for each in opened],
    }


def collection(base: str, opened: Opened, city: City, extent: BBox | None) -> dict[str, Any]:
    """Return what there is to say of a collection."""
    return {
        "id": opened.id,
        "title": f"{opened.title} · {opened.title_en}",
        "description": f"{opened.title}: one feature per key, as of a day (datetime; default today).",
        "itemType": "feature",
        **(_extent(extent) if opened.spatial else {}),
        **(
            {"crs": uris_of(city), "storageCrs": STORED}
            if opened.spatial
            else {"crs": [CRS84], "storageCrs": CRS84}
        ),
        "links": _links(base, opened),
    }


def _links(base: str, opened: Opened) -> list[dict[str, Any]]:
    here = collection_address(base, opened.id)
    title = opened.title
    return [
        link("self", f"{here}?f=json", JSON, title),
        link("alternate", f"{here}?f=html", HTML, f"{title}, as a page"),
        link("items", f"{here}/items", GEOJSON, f"{title}: features"),
        link("items", f"{here}/items?f=html", HTML, f"{title}: features, as a page"),
        link("describedby", f"{here}/schema", SCHEMA, f"{title}: schema"),
        link(f"{REL}schema", f"{here}/schema", SCHEMA, f"{title}: schema"),
        link(f"{REL}queryables", f"{here}/queryables", SCHEMA, f"{title}: queryables"),
        link(f"{REL}sortables", f"{here}/sortables", SCHEMA, f"{title}: sortables"),
        *(
            link("enclosure", f"{here}/items?f={name}", each.media_type, f"{title}: {each.title}")
            for name, each in bulk_of(opened).items()
        ),
        *tile_documents.collection_links(base, opened.id),
    ]


def _extent(extent: BBox | None) -> dict[str, Any]:
    return {} if extent is None else {"extent": {"spatial": {"bbox": [list(extent)], "crs": CRS84}}}
