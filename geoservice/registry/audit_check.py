"""Is the audit log whole? Every hash is made again, and compared with the heads written outside the database."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from sqlalchemy import Connection, select

from geoservice.model import audit, audit_manifest
from geoservice.registry.audit import GENESIS, entry_hash
from geoservice.registry.audit_heads import Head

_BATCH: Final = 2000


@dataclass(frozen=True)
class Checked:
    """What checking the log found.

    Attributes
    ----------
    entries : int
        Entries walked through; all of them where nothing is wrong.
    head : str
        Hash of the last one.
    confirmed : int
        Entries that the heads outside the database confirm by themselves; each vouches for all before it.
    vouched : int
        Number of the last confirmed entry; what comes after rests on the database alone.
    broken : int or None
        Number of the first entry that is not what it was.
    why : str
        What is wrong with it.
    """

    entries: int
    head: str
    confirmed: int = 0
    vouched: int = 0
    broken: int | None = None
    why: str = ""


def check(connection: Connection, heads: Iterable[Head] = ()) -> Checked:
    """Walk the chain from its beginning to the first thing wrong with it.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    heads : iterable of Head
        Heads written outside the database, in the order of entries.

    Notes
    -----
    O(entries + keys touched), a few thousand entries in memory at a time.
    """
    outside = _Outside(heads)
    previous, entries, with_manifest = GENESIS, 0, False
    for entry, body in _entries(connection):
        number = int(entry["id"])
        why = (
            outside.missing_before(number)
            or _broken_link(entry, previous)
            or _broken_manifest(entry, body, with_manifest)
            or outside.contradiction(number, str(entry["hash"]))
        )
        if why:
            return Checked(entries, previous, outside.confirmed, outside.vouched, *why)
        previous, entries, with_manifest = entry["hash"], entries + 1, with_manifest or body is not None
    missing = outside.missing_before(None) or (None, "")
    return Checked(entries, previous, outside.confirmed, outside.vouched, *missing)


_Wrong = tuple[int, str] | None


def _entries(connection: Connection) -> Iterator[tuple[dict[str, Any], bytes | None]]:
    statement = select(audit, audit_manifest.c.body.label("body")).select_from(
        audit.outerjoin(audit_manifest, audit_manifest.c.entry == audit.c.id)
    )
    rows = connection.execute(statement.order_by(audit.c.id), execution_options={"yield_per": _BATCH})
    for row in rows:
        entry = dict(row._mapping)
        body = entry.pop("body")
        yield entry, None if body is None else bytes(body)


def _broken_link(entry: dict[str, Any], previous: str) -> _Wrong:
    number = int(entry["id"])
    if entry["previous_hash"] != previous:
        return number, "it does not follow the entry before it: one was removed, added or changed"
    if entry["hash"] != entry_hash(entry):
        return number, "its content was changed"
    return None


def _broken_manifest(entry: dict[str, Any], body: bytes | None, expected: bool) -> _Wrong:
    """Compare the manifest with the entry; entries older than manifests have none."""
    number = int(entry["id"])
    if body is None:
        return (number, "its manifest was removed") if expected else None
    try:
        text = zlib.decompress(body)
    except zlib.error:
        return number, "its manifest was changed"
    if hashlib.sha256(text).hexdigest() != entry["manifest_hash"]:
        return number, "its manifest was changed"
    counts = {noun: len(keys) for noun, keys in json.loads(text).items()}
    return None if counts == entry["touched"] else (number, "its manifest and its counts disagree")


class _Outside:
    """The heads outside, read alongside the entries."""

    def __init__(self, heads: Iterable[Head]) -> None:
        self._heads = chain(heads)
        self._next = next(self._heads, None)
        self.confirmed = 0
        self.vouched = 0

    def missing_before(self, number: int | None) -> _Wrong:
        """Find a head whose entry the database has not: it was cut off, or an older copy was restored."""
        head = self._next
        if head is None or (number is not None and head.number >= number):
            return None
        return head.number, "it was written down outside the database, which has no such entry"

    def contradiction(self, number: int, digest: str) -> _Wrong:
        """Find a head that says otherwise of an entry."""
        while self._next is not None and self._next.number == number:
            if self._next.digest != digest:
                return number, "it was another one when its hash was written down outside the database"
            self.confirmed += 1
            self.vouched = number
            self._next = next(self._heads, None)
        return None
