"""The log of reads that law wants logged: who read which unit or file, when, by which question, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from geoservice.access.principals import Principal
from geoservice.db import UnitOfWork
from geoservice.db.types import instant_text
from geoservice.errors import InvalidInput
from geoservice.model import access_log

SHORTEST_REASON: Final = 2
"""A reason of one character is none."""


def require_reason(reason: str | None) -> str:
    """Return the reason, trimmed.

    Raises
    ------
    InvalidInput
        If it is absent or says nothing.
    """
    text = (reason or "").strip()
    if len(text) < SHORTEST_REASON:
        raise InvalidInput("A reason is required", reason, "Say why you read this; the audit log keeps it.")
    return text


def log_read(
    unit: UnitOfWork,
    reader: Principal,
    action: str,
    subject_noun: str,
    keys: Collection[str],
    *,
    question: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Append a read to the log and, with the commit, to the audit chain.

    Parameters
    ----------
    unit : UnitOfWork
        Committed before anything that was read leaves the house.
    reader : Principal
        Who reads.
    action : str
        ``units``, ``personal`` or ``original``.
    subject_noun : str
        What is read.
    keys : collection of str
        Which; one key is also found by itself.
    question : mapping, optional
        How it was asked for.
    reason : str, optional
        Why.
    """
    named = sorted(keys)
    unit.connection.execute(
        insert(access_log).values(
            at=unit.at,
            actor=reader.name,
            role=reader.role.value,
            action=action,
            subject_noun=subject_noun,
            subject=named[0] if len(named) == 1 else None,
            number=len(named),
            keys=named,
            question=dict(question or {}),
            reason=reason,
        )
    )
    # The audit entry's manifest hash covers the keys, so that the log cannot be thinned out unnoticed.
    unit.touch(
        "access_log", [f"{action} {subject_noun} {key}" for key in named] or [f"{action} {subject_noun}"]
    )


def reads(
    connection: Connection, *, subject: str | None = None, before: int | None = None, limit: int = 100
) -> list[dict[str, Any]]:
    """Return logged reads, newest first.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    subject : str, optional
        Only reads that touched this key.
    before : int, optional
        Only entries older than this number.
    limit : int
        At most so many.
    """
    statement = select(access_log).order_by(access_log.c.id.desc())
    if before is not None:
        statement = statement.where(access_log.c.id < before)
    found: list[dict[str, Any]] = []
    for row in connection.execute(statement):
        if subject is None or subject in row.keys:
            found.append(_shown(row._mapping))
        if len(found) == limit:
            break
    return found


def _shown(row: Mapping[Any, Any]) -> dict[str, Any]:
    names = ("id", "actor", "role", "action", "subject_noun", "number", "keys", "question", "reason")
    at: datetime = row["at"]
    return {"at": instant_text(at), **{name: row[name] for name in names}}
