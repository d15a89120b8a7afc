"""Recognising rows again: which key, if any, a row of a file already has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from geoservice.errors import InvalidInput
from geoservice.model.columns import default_of
from geoservice.model.nouns import Noun
from geoservice.registry import aliases
from geoservice.registry.values import stored_values


def existing_keys(
    connection: Connection, kind: Noun, frame: pd.DataFrame, match_by: Sequence[str] | None = None
) -> list[str | None]:
    """Return the key each row already has, ``None`` for rows seen for the first time.

    Notes
    -----
    The first identity field that a row fills decides; only where `match_by` names several are the others
    tried after it. Nouns identified by several fields together are looked up by all of them.
    """
    if "key" in frame:
        return [str(key) if isinstance(key, str) else None for key in frame["key"]]
    if kind.composite:
        return _by_all(connection, kind, frame)
    schemes = [name for name in (match_by or kind.identity) if name in frame]
    return _by_alias(connection, kind, frame, schemes, fall_through=match_by is not None)


def _by_alias(
    connection: Connection, kind: Noun, frame: pd.DataFrame, schemes: list[str], *, fall_through: bool
) -> list[str | None]:
    keys: list[str | None] = [None] * len(frame)
    decided = [False] * len(frame)
    named: list[tuple[Any, ...] | None] = [None] * len(frame)
    for scheme in schemes:
        values = stored_values(kind.table.c[scheme], frame[scheme].tolist())
        known = aliases.find(connection, kind.name, scheme, [value for value in values if value is not None])
        for row, value in enumerate(values):
            if value is None or decided[row]:
                continue
            keys[row] = known.get(value)
            named[row] = named[row] or (scheme, value)
            decided[row] = keys[row] is not None or not fall_through
    _refuse_twins(kind, keys, named)
    return keys


def _by_all(connection: Connection, kind: Noun, frame: pd.DataFrame) -> list[str | None]:
    table = kind.table
    columns = [table.c[name] for name in kind.identity]
    given = list(zip(*(_identity_values(kind, frame, name) for name in kind.identity), strict=True))
    known: dict[tuple[Any, ...], str] = {}
    for batch in aliases.batches(sorted({str(row[0]) for row in given})):
        statement = select(table.c.key, *columns).where(
            columns[0].in_(batch), table.c.superseded_at.is_(None)
        )
        known.update({tuple(row[1:]): row[0] for row in connection.execute(statement)})
    keys = [known.get(row) for row in given]
    _refuse_twins(kind, keys, given)
    return keys


def _identity_values(kind: Noun, frame: pd.DataFrame, name: str) -> list[Any]:
    column = kind.table.c[name]
    values = stored_values(column, frame[name].tolist()) if name in frame else [None] * len(frame)
    default = default_of(column)
    return [default if value is None else value for value in values]


def _refuse_twins(kind: Noun, keys: Sequence[str | None], named: Sequence[tuple[Any, ...] | None]) -> None:
    """Refuse two rows about one thing, be it known by its key already or named for the first time."""
    seen: set[Any] = set()
    for key, name in zip(keys, named, strict=True):
        identity = key or name
        if identity is not None and identity in seen:
            raise InvalidInput(
                f"Two rows speak of the same {kind.name}",
                key or " ".join(str(part) for part in name or ()),
                "Merge them or give each an identity of its own.",
            )
        seen.add(identity)
