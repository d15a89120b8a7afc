"""Appending facts: stage dates, monthly investment, milestones. A correction supersedes, nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import select, update

from geoservice.db import UnitOfWork, bulk
from geoservice.model.columns import default_of
from geoservice.model.nouns import Noun, noun
from geoservice.registry.aliases import batches
from geoservice.registry.values import stored_values


@dataclass(frozen=True)
class RecordResult:
    """How many facts were new, corrected an older one, or were known already."""

    new: int
    superseded: int
    unchanged: int


def record(
    unit: UnitOfWork, noun_name: str, frame: pd.DataFrame, *, import_run: int | None = None
) -> RecordResult:
    """Append facts of a noun; a fact with the same identity and another content corrects the older one.

    Parameters
    ----------
    unit : UnitOfWork
        The change this belongs to.
    noun_name : str
        ``stage_event``, ``milestone``, ``investment_month`` or ``target``.
    frame : DataFrame
        Columns are fields of the noun.
    import_run : int, optional
        The import the facts come from.

    Notes
    -----
    O(facts of the subjects concerned).
    """
    kind = noun(noun_name)
    facts = _facts(kind, frame)
    held = _held(unit, kind, [fact[kind.identity[0]] for fact in facts])
    fresh, superseded, unchanged = [], [], 0
    for fact in facts:
        older = held.get(_identity(kind, fact))
        if older is not None and all(older[name] == value for name, value in fact.items()):
            unchanged += 1
            continue
        if older is not None:
            superseded.append(older["id"])
        fresh.append(fact)
    for batch in batches(superseded):
        unit.connection.execute(
            update(kind.table).where(kind.table.c.id.in_(batch)).values(superseded_at=unit.at)
        )
    _insert(unit, kind, fresh, import_run)
    unit.touch(noun_name, [str(fact[_subject(kind)]) for fact in fresh])
    return RecordResult(len(fresh) - len(superseded), len(superseded), unchanged)


def _facts(kind: Noun, frame: pd.DataFrame) -> list[dict[str, Any]]:
    columns: dict[str, list[Any]] = {}
    for name in kind.fields:
        if name in frame:
            columns[name] = stored_values(kind.table.c[name], frame[name].tolist())
    facts = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    for fact in facts:
        for column in kind.table.c:
            if column.default is not None and fact.get(column.name) is None:
                fact[column.name] = default_of(column)
    # The last word in a file wins, as it does in a ledger.
    return list({_identity(kind, fact): fact for fact in facts}.values())


def _identity(kind: Noun, fact: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(fact[name] for name in kind.identity)


def _subject(kind: Noun) -> str:
    return "subject" if "subject" in kind.identity else kind.identity[0]


def _held(unit: UnitOfWork, kind: Noun, subjects: list[Any]) -> dict[tuple[Any, ...], dict[str, Any]]:
    table = kind.table
    held: dict[tuple[Any, ...], dict[str, Any]] = {}
    for batch in batches(sorted(set(subjects))):
        statement = select(table).where(table.c[kind.identity[0]].in_(batch), table.c.superseded_at.is_(None))
        for row in unit.connection.execute(statement):
            fact = dict(row._mapping)
            held[_identity(kind, fact)] = fact
    return held


def _insert(unit: UnitOfWork, kind: Noun, facts: list[dict[str, Any]], run: int | None) -> None:
    names = list(kind.fields)
    columns: dict[str, list[Any]] = {name: [fact.get(name) for fact in facts] for name in names}
    count = len(facts)
    columns |= {
        "recorded_at": [unit.at] * count,
        "recorded_by": [unit.actor] * count,
        "import_run": [run] * count,
    }
    bulk.insert(unit.connection, kind.table, columns)
