"""The store: a small SQLite file of sealed records and a folder of sealed files, for either engine.

How to keep a file (an import's original, for instance)::

    kept = vault.keep_file("import_run/42", path)      # seals a copy; returns Kept(record, sha256, size)
    with path.open("wb") as sink:                      # later
        vault.read_file(kept.record, "import_run/42", sink.write)
    vault.erase(kept.record)                           # gone for good

Keep ``kept.record`` in the database. What is bound to a subject opens under that subject alone, so that a record
number copied to another row shows nothing. :mod:`geoservice.registry.sealed` does all of this inside a unit of work
and logs every read; go through it wherever there is one.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

import orjson

from geoservice import clock
from geoservice.errors import NotFound
from geoservice.vault import keys as master
from geoservice.vault.errors import VaultRefused
from geoservice.vault.keys import KeyRing, require_private
from geoservice.vault.sealing import seal, seal_stream, unseal, unseal_stream

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS record (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, master TEXT NOT NULL, wrapped BLOB NOT NULL, body BLOB,
    sha256 TEXT NOT NULL, size INTEGER NOT NULL, at TEXT NOT NULL
) STRICT
"""


_Row: TypeAlias = tuple[str, str, str, bytes, bytes | None, str, int, str]


@dataclass(frozen=True)
class Kept:
    """What the database remembers of a sealed record.

    Attributes
    ----------
    record : str
        Its number in the vault.
    sha256 : str
        Hash of the sealed bytes: it proves what was kept and tells nothing about it.
    size : int
        Plain size in bytes.
    """

    record: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Vault:
    """An open vault.

    Attributes
    ----------
    folder : Path
        Where it is.
    ring : KeyRing
        Master keys.
    """

    folder: Path
    ring: KeyRing

    def keep(self, subject: str, document: Mapping[str, Any]) -> Kept:
        """Seal a document about a subject."""
        return self.keep_all({subject: document})[subject]

    def keep_all(self, documents: Mapping[str, Mapping[str, Any]]) -> dict[str, Kept]:
        """Seal a document about each subject, all of them or none. O(their bytes), one write to the disk."""
        found: dict[str, Kept] = {}
        rows: list[_Row] = []
        for subject, document in documents.items():
            body = orjson.dumps(dict(document))
            record, key = secrets.token_hex(16), secrets.token_bytes(master.KEY_BYTES)
            sealed = seal(key, body, _about(record, subject))
            found[subject] = Kept(record, hashlib.sha256(sealed).hexdigest(), len(body))
            rows.append(self._row(found[subject], "document", key, sealed))
        self._insert(rows)
        return found

    def read(self, record: str, subject: str) -> dict[str, Any]:
        """Return a document.

        Raises
        ------
        NotFound
            If it was erased, or never was.
        VaultRefused
            If it does not open, or is about something else.
        """
        key, sealed = self._key(record, "document")
        document: dict[str, Any] = orjson.loads(unseal(key, sealed or b"", _about(record, subject)))
        return document

    def keep_file(self, subject: str, path: Path) -> Kept:
        """Seal a copy of a file; O(size), two chunks of memory."""
        record, key = secrets.token_hex(16), secrets.token_bytes(master.KEY_BYTES)
        with self._written(record) as sink, path.open("rb") as source:
            size, digest = seal_stream(key, source, sink, _about(record, subject))
        kept = Kept(record, digest, size)
        self._insert([self._row(kept, "file", key, None)])
        return kept

    def read_file(self, record: str, subject: str, write: Callable[[bytes], object]) -> int:
        """Hand a file's bytes to `write`, chunk by chunk; return how many there were.

        Raises
        ------
        NotFound
            If it was erased, or never was.
        VaultRefused
            If it does not open; what was written until then is not to be trusted.
        """
        key, _ = self._key(record, "file")
        try:
            with self._place(record).open("rb") as source:
                return unseal_stream(key, source, write, _about(record, subject))
        except FileNotFoundError:
            raise _gone(record) from None

    def erase(self, record: str) -> bool:
        """Destroy a record's key and what it sealed; say whether there was anything.

        SQLite overwrites what it deletes (``secure_delete``), and without its key no copy of the sealed bytes opens.
        """
        with self._open() as connection:
            found = connection.execute("DELETE FROM record WHERE id = ?", (record,)).rowcount
        self._place(record).unlink(missing_ok=True)
        return found > 0

    def sweep(self, named: Collection[str], before: datetime) -> int:
        """Erase what was sealed before an instant and is not among the records `named`; return how many.

        What is younger may belong to a change that is not committed yet.
        """
        with self._open() as connection:
            older = connection.execute("SELECT id FROM record WHERE at < ?", (before.isoformat(),))
            left = {row[0] for row in older} - set(named)
        for record in sorted(left):
            self.erase(record)
        for file in self._files().iterdir():
            if file.name not in named and file.stat().st_mtime < before.timestamp():
                file.unlink(missing_ok=True)
        return len(left)

    def records(self) -> set[str]:
        """Return the number of every record."""
        with self._open() as connection:
            return {row[0] for row in connection.execute("SELECT id FROM record")}

    def rotate(self, ring: KeyRing) -> int:
        """Wrap every record's key by the active key of `ring`; return how many were wrapped anew.

        What the records hold is not touched, so that their hashes stay.
        """
        with self._open() as connection:
            rows = connection.execute(
                "SELECT id, master, wrapped FROM record WHERE master <> ?", (ring.active,)
            )
            fresh = [
                (ring.active, seal(ring.keys[ring.active], self._unwrap(*row), row[0].encode()), row[0])
                for row in rows.fetchall()
            ]
            connection.executemany("UPDATE record SET master = ?, wrapped = ? WHERE id = ?", fresh)
        return len(fresh)

    def _row(self, kept: Kept, kind: str, key: bytes, body: bytes | None) -> _Row:
        wrapped = seal(self.ring.keys[self.ring.active], key, kept.record.encode())
        at = clock.now().isoformat()
        return kept.record, kind, self.ring.active, wrapped, body, kept.sha256, kept.size, at

    def _insert(self, rows: list[_Row]) -> None:
        with self._open() as connection:
            connection.executemany("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def _key(self, record: str, kind: str) -> tuple[bytes, bytes | None]:
        with self._open() as connection:
            row = connection.execute(
                "SELECT master, wrapped, body FROM record WHERE id = ? AND kind = ?", (record, kind)
            ).fetchone()
        if row is None:
            raise _gone(record)
        return self._unwrap(record, row[0], row[1]), row[2]

    def _unwrap(self, record: str, name: str, wrapped: bytes) -> bytes:
        if name not in self.ring.keys:
            raise VaultRefused(
                "The key that sealed this is not at hand", name, "Put it back into the key file."
            )
        return unseal(self.ring.keys[name], wrapped, record.encode())

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.folder / "records.sqlite", timeout=15)) as connection:
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA synchronous = FULL")
            with connection:
                yield connection

    @contextmanager
    def _written(self, record: str) -> Iterator[Any]:
        """Write a file whole or not at all."""
        beside = self._place(f".{record}")
        handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(handle, "wb") as sink:
                yield sink
                sink.flush()
                os.fsync(sink.fileno())
            beside.replace(self._place(record))
        except BaseException:
            beside.unlink(missing_ok=True)
            raise

    def _files(self) -> Path:
        return self.folder / "files"

    def _place(self, record: str) -> Path:
        return self._files() / Path(record).name


def open_vault(folder: Path, ring: KeyRing) -> Vault:
    """Open the vault in a folder, making it where there is none.

    Raises
    ------
    VaultRefused
        If others can reach the folder, or it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        require_private(folder, "folder of the vault")
        (folder / "files").mkdir(exist_ok=True, mode=0o700)
        vault = Vault(folder, ring)
        place = folder / "records.sqlite"
        if not place.exists():
            os.close(os.open(place, os.O_CREAT | os.O_RDWR, 0o600))
        with vault._open() as connection:
            connection.execute(_TABLE)
    except (OSError, sqlite3.Error) as error:
        raise VaultRefused(
            "The vault cannot be used", f"{folder}: {error}", "Check folder and permissions."
        ) from None
    return vault


def _about(record: str, subject: str) -> bytes:
    return f"{record}\n{subject}".encode()


def _gone(record: str) -> NotFound:
    return NotFound("This record was erased, or never was", record, "Nothing can bring it back.")
