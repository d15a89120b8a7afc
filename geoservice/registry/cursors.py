"""Cursors: where a reader is, pinned to the date, the knowledge, the filter and the principal of the first page."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from geoservice.db.types import instant_text, json_text
from geoservice.errors import InvalidInput
from geoservice.registry.filters import as_document
from geoservice.registry.moment import Moment
from geoservice.registry.query import FeatureQuery
from geoservice.registry.sorting import read, sort_columns, written


@dataclass(frozen=True)
class Cursor:
    """The position after a key, at a moment.

    Attributes
    ----------
    after : str
        Last key of the page before.
    moment : Moment
        Date and knowledge of the first page: later pages show the same state, whatever was published since.
    values : tuple
        What that feature holds in the fields sorted by.
    matched : int or None
        How many features the question finds, where they were counted: counted once, carried along.
    """

    after: str
    moment: Moment
    values: tuple[Any, ...] = ()
    matched: int | None = None


def write_cursor(cursor: Cursor, query: FeatureQuery, policy_version: str, secret: bytes) -> str:
    """Write a cursor as opaque, signed text."""
    known = cursor.moment.known_at
    body = json_text(
        [
            cursor.after,
            cursor.moment.day.isoformat(),
            None if known is None else instant_text(known),
            _question(query, policy_version),
            [written(value) for value in cursor.values],
            cursor.matched,
        ]
    )
    return f"{_encode(body.encode())}.{_sign(body, secret)}"


def read_cursor(text: str, query: FeatureQuery, policy_version: str, secret: bytes) -> Cursor:
    """Read a cursor back.

    Raises
    ------
    InvalidInput
        If it was altered, or belongs to another filter, principal or policy.
    """
    refusal = InvalidInput(
        "This cursor is not valid for this request", text[:40], "Start again from the first page."
    )
    encoded, _, signature = text.partition(".")
    try:
        body = _decode(encoded).decode()
        if not hmac.compare_digest(_sign(body, secret), signature):
            raise refusal
        after, day, known, question, values, matched = json.loads(body)
    except (ValueError, UnicodeDecodeError):
        raise refusal from None
    if question != _question(query, policy_version):
        raise refusal
    moment = Moment(date.fromisoformat(day), datetime.fromisoformat(known) if known else None)
    columns = sort_columns(query.collection.relation(moment, query.view), query.view, query.sort)
    held = tuple(read(column, value) for column, value in zip(columns, values, strict=True))
    return Cursor(after, moment, held, matched)


def _question(query: FeatureQuery, policy_version: str) -> str:
    scopes = [[scope.kind.value, scope.key] for scope in query.principal.scopes]
    document = [
        query.collection.name,
        as_document(query.filters),
        [[sort.field, sort.descending] for sort in query.sort],
        query.principal.name,
        query.principal.role.value,
        scopes,
        policy_version,
    ]
    return hashlib.sha256(json_text(document).encode()).hexdigest()[:16]


def _sign(body: str, secret: bytes) -> str:
    return _encode(hmac.digest(secret, body.encode(), "sha256")[:16])


def _encode(body: bytes) -> str:
    return base64.urlsafe_b64encode(body).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
