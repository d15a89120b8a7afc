"""The same question narrowed to some keys, and its features as records: policy and filters stay what they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Select, select

from geoservice.access.policy import View
from geoservice.registry.collections import Relation
from geoservice.registry.features import FeatureQuery, pages
from geoservice.registry.filters import conditions
from geoservice.registry.moment import Moment

Feature = dict[str, Any]


def narrowed(query: FeatureQuery, keys: Select[Any]) -> FeatureQuery:
    """Return the question about the keys of a subquery alone.

    Parameters
    ----------
    query : FeatureQuery
        What is asked, by whom, about when.
    keys : Select
        One column of keys.
    """
    collection = query.collection

    def relation(moment: Moment, view: View) -> Relation:
        whole = collection.relation(moment, view)
        return replace(whole, where=(*whole.where, whole.key.in_(keys)))

    return replace(query, collection=replace(collection, relation=relation))


def read_features(connection: Connection, query: FeatureQuery) -> dict[str, Feature]:
    """Return key → GeoJSON feature of everything the question finds, in key order. O(features)."""
    return {
        feature["id"]: feature
        for page in pages(connection, query)
        for feature in orjson.loads(b"[%b]" % page.body)
    }


def visible(connection: Connection, query: FeatureQuery) -> tuple[Relation, list[ColumnElement[bool]]]:
    """Return the relation of a question and the predicates of what the principal sees and asked for."""
    relation = query.collection.relation(query.moment, query.view)
    found = conditions(
        connection, query.collection, relation, query.view, query.principal, query.filters, query.moment
    )
    return relation, found


def visible_keys(connection: Connection, query: FeatureQuery) -> Select[Any]:
    """Return the subquery of the keys the principal sees and asked for."""
    relation, found = visible(connection, query)
    return select(relation.key).select_from(relation.source).where(*found)
