"""How much the register holds."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from geoservice.model.nouns import NOUNS


def is_empty(connection: Connection) -> bool:
    """Say whether nothing was ever written to any noun."""
    return not any(connection.scalar(select(noun.table.c.id).limit(1)) is not None for noun in NOUNS.values())


def census(connection: Connection) -> dict[str, int]:
    """Return noun → number of things believed to exist, leaving out nouns without any. O(rows)."""
    found: dict[str, int] = {}
    for name, noun in NOUNS.items():
        counted = noun.table.c.key.distinct() if "key" in noun.table.c else noun.table.c.id
        statement = select(func.count(counted)).where(noun.table.c.superseded_at.is_(None))
        number = int(connection.scalar(statement) or 0)
        if number:
            found[name] = number
    return found
