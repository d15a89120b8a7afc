"""The audit log: who changed what and why, append-only, each entry chained to the one before by its hash.

Beside an entry stands its manifest, the keys it touched, so that the hash in the entry can be made again. How the
log is checked says :mod:`geoservice.registry.audit_check`.
"""

from __future__ import annotations

import hashlib
import zlib

from sqlalchemy import Connection, insert, select

from geoservice.db import UnitOfWork
from geoservice.db.types import instant_text, json_text
from geoservice.model import audit, audit_manifest

GENESIS = "0" * 64


def append(unit: UnitOfWork) -> None:
    """Append the entry of this change; the last unit-of-work subscriber to run."""
    manifest = unit.manifest()
    entry = {
        "at": unit.at,
        "actor": unit.actor,
        "action": unit.action,
        "reason": unit.reason,
        "touched": {noun: len(keys) for noun, keys in sorted(unit.touched.items())},
        "manifest_hash": hashlib.sha256(manifest).hexdigest(),
        "previous_hash": head(unit.connection),
    }
    digest = entry_hash(entry)
    statement = insert(audit).values(entry | {"hash": digest}).returning(audit.c.id)
    number = unit.connection.execute(statement).scalar_one()
    body = zlib.compress(manifest, 1)
    unit.connection.execute(insert(audit_manifest).values(entry=number, body=body))
    unit.entry = (number, digest)


def head(connection: Connection) -> str:
    """Return the hash of the newest entry."""
    newest = connection.scalar(select(audit.c.hash).order_by(audit.c.id.desc()).limit(1))
    return newest or GENESIS


def entry_hash(entry: dict[str, object]) -> str:
    """Return the SHA-256 over an entry's content and the hash before it."""
    names = ("actor", "action", "reason", "touched", "manifest_hash", "previous_hash")
    # PostGIS gives the members of a document back in an order of its own.
    entry = entry | {"touched": dict(sorted(entry["touched"].items()))}  # type: ignore[attr-defined]
    content = [instant_text(entry["at"]), *(entry[name] for name in names)]  # type: ignore[arg-type]
    return hashlib.sha256(json_text(content).encode()).hexdigest()
