"""Names of things: certified codes, project codes and ledger numbers as aliases of minted keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from geoservice.db import UnitOfWork, bulk
from geoservice.model import alias

BATCH = 10_000


def find(connection: Connection, noun_name: str, scheme: str | None, values: Sequence[str]) -> dict[str, str]:
    """Return value → key for the aliases known; the latest word wins where a code was given twice.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    noun_name : str
        Whose aliases.
    scheme : str or None
        Which kind of code (``parcel_number`` …); any where ``None``.
    values : sequence of str
        Codes to look up.
    """
    found: dict[str, str] = {}
    for batch in batches(sorted(set(values))):
        statement = (
            select(alias.c.value, alias.c.key)
            .where(alias.c.noun == noun_name, alias.c.value.in_(batch), alias.c.superseded_at.is_(None))
            .order_by(alias.c.id)
        )
        if scheme is not None:
            statement = statement.where(alias.c.scheme == scheme)
        found.update((row.value, row.key) for row in connection.execute(statement))
    return found


def remember(
    unit: UnitOfWork, noun_name: str, scheme: str, named: Mapping[str, str], run: int | None
) -> None:
    """Record value → key pairs not yet known; older names stay valid names of their key."""
    known = find(unit.connection, noun_name, scheme, list(named))
    fresh = [(value, key) for value, key in named.items() if known.get(value) != key]
    count = len(fresh)
    bulk.insert(
        unit.connection,
        alias,
        {
            "noun": [noun_name] * count,
            "scheme": [scheme] * count,
            "value": [value for value, _ in fresh],
            "key": [key for _, key in fresh],
            "recorded_at": [unit.at] * count,
            "recorded_by": [unit.actor] * count,
            "import_run": [run] * count,
        },
    )


def batches(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Cut a list into pieces that both engines take as parameters."""
    for start in range(0, len(values), BATCH):
        yield values[start : start + BATCH]
