"""What a form needs to know about the fields a principal may change: words, kinds and choices."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Column, Date, Double, Integer

from geoservice.access.policy import Policy
from geoservice.access.principals import Principal
from geoservice.db.types import Json
from geoservice.intake.findings import label_of
from geoservice.model.nouns import Noun

_KINDS: Final[tuple[tuple[Any, str], ...]] = (
    (Boolean, "flag"),
    ((BigInteger, Integer), "whole"),
    (Double, "number"),
    (Date, "day"),
    (Json, "list"),
)
_UNITS: Final = (("_fen", "万元"), ("_m2", "m²"), ("_max_m", "m"), ("_rate", "%"))
"""Endings of field names and the unit a form shows; money is stored in 分 and written in 万元."""


def form_of(policy: Policy, principal: Principal, kind: Noun) -> dict[str, Any]:
    """Return what the principal may do to a noun, and each field it may change in the noun's own order.

    Returns
    -------
    dict
        ``create``, ``end``, and ``fields``: ``name``, ``label`` (zh), ``unit``, ``kind`` (text, day, flag, number, whole,
        list, choice, reference, fen), ``required``, ``reason`` (whether a change always needs one), ``choices``.
    """
    always = policy.reasons.get(kind.name, frozenset())
    fields = [
        _field(kind, kind.table.c[name], name in always)
        for name in kind.fields
        if name in kind.table.c and policy.may_write(principal, kind.name, name)
    ]
    return {
        "noun": kind.name,
        "label": kind.zh,
        "create": policy.may(principal, kind.name, "create"),
        "end": policy.may(principal, kind.name, "end") and bool(kind.prefix),
        "fields": fields,
    }


def creation_of(kind: Noun, without: frozenset[str]) -> list[dict[str, Any]]:
    """Return the fields that name a new thing: its identity and what it cannot do without."""
    named = [name for name in kind.fields if name in {*kind.identity, *kind.required} - without]
    return [_field(kind, kind.table.c[name], False) for name in named if name in kind.table.c]


def _field(kind: Noun, column: Column[Any], reason: bool) -> dict[str, Any]:
    name = str(column.name)  # SQLAlchemy may hold a quoted_name
    words = kind.vocabularies.get(name)
    known = next((word for types, word in _KINDS if isinstance(column.type, types)), "text")
    if name.endswith("_fen"):
        known = "fen"
    return {
        "name": name,
        "label": label_of(name),
        "unit": next((unit for ending, unit in _UNITS if name.endswith(ending)), None),
        "kind": "choice" if words else "reference" if name in kind.references else known,
        "of": kind.references.get(name),
        "required": name in kind.required or not column.nullable,
        "reason": reason,
        "choices": None if words is None else words.labels(),
    }
