"""The columns a feature is written from: whole as text, or in two ends with the shape between them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, Text, cast, func, literal, null

from geoservice.access.policy import View
from geoservice.db.feature_text import json_object, json_quote
from geoservice.db.spatial import wkb_of
from geoservice.registry.collections import Relation
from geoservice.registry.query import FeatureQuery


def shown_fields(relation: Relation, view: View) -> dict[str, ColumnElement[Any]]:
    """Return the fields the view shows, in their order."""
    return {name: column for name, column in relation.fields.items() if view.shows(name)}


def feature_text(relation: Relation, query: FeatureQuery) -> ColumnElement[str]:
    """Return the column of whole features as text, the shape as it is stored."""
    shown = query.view.geometry == "full" and query.rendition.geometry
    geometry = func.coalesce(relation.geojson, "null") if shown else literal("null")
    head, tail = feature_ends(relation, query)
    return head.concat(cast(geometry, Text)).concat(tail)


def feature_ends(relation: Relation, query: FeatureQuery) -> tuple[ColumnElement[str], ColumnElement[str]]:
    """Return the columns of what stands before the shape of a feature, and of what stands after it."""
    wanted = query.rendition.properties
    shown = shown_fields(relation, query.view)
    fields = shown if wanted is None else {name: shown[name] for name in wanted}
    head = literal('{"type":"Feature","id":').concat(json_quote(relation.key)).concat(',"geometry":')
    return head, literal(',"properties":').concat(json_object(fields)).concat("}")


def shape_column(relation: Relation) -> ColumnElement[bytes]:
    """Return the shape of a feature: that of the first table that has one."""
    shapes = [wkb_of(rows.c.geom) for _, rows in relation.shapes]
    if not shapes:
        return cast(null(), LargeBinary())
    return func.coalesce(*shapes, type_=LargeBinary()) if len(shapes) > 1 else shapes[0]
