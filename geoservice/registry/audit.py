"""The audit log: who changed what and why, append-only, each entry chained to the one before by its hash."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, insert, select

from geoservice.db import UnitOfWork
from geoservice.db.types import instant_text, json_text
from geoservice.model import audit

GENESIS = "0" * 64


def append(unit: UnitOfWork) -> None:
    """Append the entry of this change; the last unit-of-work subscriber to run."""
    entry = {
        "at": unit.at,
        "actor": unit.actor,
        "action": unit.action,
        "reason": unit.reason,
        "touched": {noun: len(keys) for noun, keys in sorted(unit.touched.items())},
        "manifest_hash": unit.manifest_hash(),
        "previous_hash": head(unit.connection),
    }
    entry["hash"] = entry_hash(entry)
    unit.connection.execute(insert(audit).values(entry))


def head(connection: Connection) -> str:
    """Return the hash of the newest entry."""
    newest = connection.scalar(select(audit.c.hash).order_by(audit.c.id.desc()).limit(1))
    return newest or GENESIS


def verify(connection: Connection) -> int | None:
    """Return the number of the first entry whose chain is broken, ``None`` for an intact log. O(entries)."""
    previous = GENESIS
    for row in connection.execute(select(audit).order_by(audit.c.id)):
        entry = dict(row._mapping)
        if entry["previous_hash"] != previous or entry["hash"] != entry_hash(entry):
            return int(entry["id"])
        previous = entry["hash"]
    return None


def entry_hash(entry: dict[str, object]) -> str:
    """Return the SHA-256 over an entry's content and the hash before it."""
    names = ("actor", "action", "reason", "touched", "manifest_hash", "previous_hash")
    # PostGIS gives the members of a document back in an order of its own.
    entry = entry | {"touched": dict(sorted(entry["touched"].items()))}  # type: ignore[attr-defined]
    content = [instant_text(entry["at"]), *(entry[name] for name in names)]  # type: ignore[arg-type]
    return hashlib.sha256(json_text(content).encode()).hexdigest()
