"""A few fields of everything a question finds, as plain rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from geoservice.registry.facts.narrowed import visible
from geoservice.registry.features import FeatureQuery


def values_of(connection: Connection, query: FeatureQuery, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return the fields the reader sees of every feature, in key order. O(features).

    Parameters
    ----------
    connection : Connection
        Open transaction.
    query : FeatureQuery
        What is asked, by whom, about when.
    names : sequence of str
        Fields; what the reader does not see is not among a row.
    """
    relation, found = visible(connection, query)
    shown = [name for name in names if query.view.shows(name)]
    columns = [relation.fields[name].label(name) for name in shown]
    statement = select(*columns).select_from(relation.source).where(*found).order_by(relation.key)
    return [dict(zip(shown, row, strict=True)) for row in connection.execute(statement)]
