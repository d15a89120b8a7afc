"""Reading units of demolition tasks: every read is logged with who, which and by what question, before it leaves."""

from __future__ import annotations

import orjson

from geoservice.db import UnitOfWork
from geoservice.registry import features
from geoservice.registry.features import FeatureQuery, Page
from geoservice.registry.filters import as_document
from geoservice.registry.reads import log_read


def read_page(
    unit: UnitOfWork, query: FeatureQuery, *, limit: int, after: str | None = None, reason: str | None = None
) -> Page:
    """Return one page of units as :func:`geoservice.registry.features.page` does, and log which it shows."""
    found = features.page(unit.connection, query, limit=limit, after=after)
    keys = [feature["id"] for feature in orjson.loads(b"[%b]" % found.body)]
    question = {"datetime": query.moment.day.isoformat(), **as_document(query.filters)}
    log_read(unit, query.principal, "units", "demolition_unit", keys, question=question, reason=reason)
    return found


def read_one(unit: UnitOfWork, query: FeatureQuery, key: str, *, reason: str | None = None) -> str:
    """Return one unit as JSON text, and log it.

    Raises
    ------
    NotFound
        If there is no such unit that day, or the principal's scope does not reach it: both read the same.
    """
    text = features.item(unit.connection, query, key)
    question = {"datetime": query.moment.day.isoformat()}
    log_read(unit, query.principal, "units", "demolition_unit", [key], question=question, reason=reason)
    return text
