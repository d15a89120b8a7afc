"""Sealed records: personal fields of units and original files, kept in the vault, named in the database.

A change keeps a record in the vault first and its number in the database with the commit; what a failed change left
behind in the vault is named nowhere, cannot be read, and goes with the next ``geoservice vault sweep``. So do
records that a newer one replaced: of a person's data only the newest is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Row, select, update

from geoservice.access.principals import Principal
from geoservice.db import UnitOfWork, bulk
from geoservice.errors import NotFound
from geoservice.model import sealed_record
from geoservice.registry.aliases import batches
from geoservice.registry.reads import log_read, require_reason
from geoservice.vault import Kept, Vault

PERSONAL: Final = "personal"
ORIGINAL: Final = "original"
Entry = Mapping[str, Any]
"""A personal field: ``field`` (name, identity_number, phone, account, amount, other), ``heading`` and ``value``."""


def keep_personal(
    unit: UnitOfWork,
    vault: Vault,
    noun: str,
    entries: Mapping[str, Sequence[Entry]],
    *,
    import_run: int | None = None,
) -> int:
    """Seal the personal fields of things, by key; a field said again replaces what was held. Return how many changed.

    Parameters
    ----------
    unit : UnitOfWork
        The change this belongs to.
    vault : Vault
        Where they go.
    noun : str
        ``demolition_unit``.
    entries : mapping of str to sequence of Entry
        Key → fields.
    import_run : int, optional
        The import they come from.
    """
    held = _held(unit.connection, PERSONAL, noun, list(entries))
    merged: dict[str, list[dict[str, Any]]] = {}
    for key, fields in sorted(entries.items()):
        before = _entries(vault, noun, key, held.get(key))
        after = _merged(before, fields)
        if after != before:
            merged[key] = after
    kept = vault.keep_all({f"{noun}/{key}": {"entries": said} for key, said in merged.items()})
    kinds = {key: sorted({entry["field"] for entry in said}) for key, said in merged.items()}
    records = {key: kept[f"{noun}/{key}"] for key in merged}
    _remember(unit, PERSONAL, noun, kinds, records, import_run)
    unit.touch(sealed_record.name, merged)
    return len(merged)


def read_personal(
    unit: UnitOfWork, vault: Vault, noun: str, key: str, reader: Principal, reason: str | None
) -> list[dict[str, Any]]:
    """Return the personal fields of one thing; the read is logged with its reason.

    Raises
    ------
    InvalidInput
        Without a reason.
    NotFound
        If nothing personal is held, or it was erased. The attempt is logged all the same.
    """
    why = require_reason(reason)
    log_read(unit, reader, PERSONAL, noun, [key], reason=why)
    row = _held(unit.connection, PERSONAL, noun, [key]).get(key)
    if row is None:
        raise NotFound(
            "No personal fields are held about this", key, "They were never given, or were erased."
        )
    entries: list[dict[str, Any]] = vault.read(row.record, f"{noun}/{key}")["entries"]
    return entries


def erase_personal(unit: UnitOfWork, vault: Vault, noun: str, keys: Collection[str]) -> int:
    """Erase the personal fields of things for good, older records too; the audit log keeps hashes alone."""
    return _erase(unit, vault, PERSONAL, noun, keys)


def keep_original(unit: UnitOfWork, vault: Vault, run: int, path: Path) -> Kept:
    """Seal the original file of an import.

    Parameters
    ----------
    unit : UnitOfWork
        The import's own.
    vault : Vault
        Where it goes.
    run : int
        Number of the import's record.
    path : Path
        The file as it was handed in.
    """
    subject = str(run)
    kept = vault.keep_file(f"import_run/{subject}", path)
    _remember(unit, ORIGINAL, "import_run", {subject: [path.name]}, {subject: kept}, run)
    unit.touch(sealed_record.name, [f"{ORIGINAL} {subject}"])
    return kept


def original_of(connection: Connection, run: int) -> dict[str, Any] | None:
    """Return ``file_name, sha256, size`` of the original kept of an import, ``None`` where none is (any more)."""
    row = _held(connection, ORIGINAL, "import_run", [str(run)]).get(str(run))
    return None if row is None else {"file_name": row.fields[0], "sha256": row.sha256, "size": row.size}


def read_original(
    unit: UnitOfWork,
    vault: Vault,
    run: int,
    write: Callable[[bytes], object],
    reader: Principal,
    reason: str | None,
) -> int:
    """Hand the original file of an import to `write`; the read is logged with its reason.

    Raises
    ------
    InvalidInput
        Without a reason.
    NotFound
        If none is held, or it was erased.
    """
    why = require_reason(reason)
    log_read(unit, reader, ORIGINAL, "import_run", [str(run)], reason=why)
    row = _held(unit.connection, ORIGINAL, "import_run", [str(run)]).get(str(run))
    if row is None:
        raise NotFound("No original file is held of this import", run, "It was not kept, or was erased.")
    return vault.read_file(row.record, f"import_run/{run}", write)


def erase_original(unit: UnitOfWork, vault: Vault, runs: Collection[int]) -> int:
    """Erase the original files of imports for good."""
    return _erase(unit, vault, ORIGINAL, "import_run", [str(run) for run in runs])


def held_fields(connection: Connection, noun: str, keys: Collection[str]) -> dict[str, list[str]]:
    """Return key → the kinds of personal fields held, never their values."""
    return {key: sorted(row.fields) for key, row in _held(connection, PERSONAL, noun, list(keys)).items()}


def named_records(connection: Connection) -> set[str]:
    """Return the vault's records that the database still names; all others may be swept."""
    statement = select(sealed_record.c.record).where(
        sealed_record.c.superseded_at.is_(None), sealed_record.c.erased_at.is_(None)
    )
    return set(connection.scalars(statement))


def _entries(vault: Vault, noun: str, key: str, held: Row[Any] | None) -> list[dict[str, Any]]:
    if held is None:
        return []
    entries: list[dict[str, Any]] = vault.read(held.record, f"{noun}/{key}")["entries"]
    return entries


def _merged(before: Sequence[Entry], fields: Sequence[Entry]) -> list[dict[str, Any]]:
    """Return the fields with those said again replaced, in order of their headings."""
    merged = {entry["heading"]: dict(entry) for entry in (*before, *fields)}
    return [merged[heading] for heading in sorted(merged)]


def _remember(
    unit: UnitOfWork,
    kind: str,
    noun: str,
    fields: Mapping[str, list[str]],
    kept: Mapping[str, Kept],
    run: int | None,
) -> None:
    """Name the records of some subjects, and supersede those that named older ones."""
    table, subjects = sealed_record, sorted(kept)
    for batch in batches(subjects):
        mine = (table.c.kind == kind, table.c.subject_noun == noun, table.c.subject.in_(batch))
        unit.connection.execute(
            update(table).where(*mine, table.c.superseded_at.is_(None)).values(superseded_at=unit.at)
        )
    count = len(subjects)
    columns: dict[str, list[Any]] = {
        "kind": [kind] * count,
        "subject_noun": [noun] * count,
        "subject": subjects,
        "fields": [fields[subject] for subject in subjects],
        "record": [kept[subject].record for subject in subjects],
        "sha256": [kept[subject].sha256 for subject in subjects],
        "size": [kept[subject].size for subject in subjects],
        "recorded_at": [unit.at] * count,
        "recorded_by": [unit.actor] * count,
        "import_run": [run] * count,
    }
    bulk.insert(unit.connection, table, columns)


def _erase(unit: UnitOfWork, vault: Vault, kind: str, noun: str, subjects: Collection[str]) -> int:
    table, erased = sealed_record, set()
    for batch in batches(sorted(subjects)):
        mine = (table.c.kind == kind, table.c.subject_noun == noun, table.c.subject.in_(batch))
        rows = unit.connection.execute(select(table).where(*mine, table.c.erased_at.is_(None))).all()
        for row in rows:
            vault.erase(row.record)
            erased.add(row.subject)
        unit.connection.execute(
            update(table)
            .where(*mine, table.c.erased_at.is_(None))
            .values(erased_at=unit.at, erased_by=unit.actor)
        )
    unit.touch(table.name, [f"erased {noun} {key}" for key in erased])
    return len(erased)


def _held(connection: Connection, kind: str, noun: str, subjects: Sequence[str]) -> dict[str, Row[Any]]:
    table, found = sealed_record, {}
    for batch in batches(sorted(set(subjects))):
        statement = select(table).where(
            table.c.kind == kind,
            table.c.subject_noun == noun,
            table.c.subject.in_(batch),
            table.c.superseded_at.is_(None),
            table.c.erased_at.is_(None),
        )
        found.update({row.subject: row for row in connection.execute(statement)})
    return found
