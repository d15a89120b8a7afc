"""What a row about checklist, gates or holds must not say: done without a day, a hold that ends before it begins."""

from __future__ import annotations

from datetime import date
from typing import Any

from geoservice.intake.findings import Finding, finding
from geoservice.intake.table import Rows
from geoservice.model.vocabulary import ItemState


def readiness(noun_name: str, columns: dict[str, list[Any]], rows: Rows) -> list[Finding]:
    """Return an error for each row whose state and days contradict each other."""
    if noun_name == "checklist_item":
        states, days = (_column(columns, name, len(rows)) for name in ("state", "done_on"))
        return [
            finding(code, row=int(row), value=ItemState(state).zh)
            for state, day, row in zip(states, days, rows, strict=True)
            if (code := contradiction(state, day)) is not None
        ]
    if noun_name == "hold":
        return [
            finding("hold_empty", row=int(row), value=f"{start} – {end}")
            for start, end, row in zip(
                *(_column(columns, name, len(rows)) for name in ("held_from", "expires_on")),
                rows,
                strict=True,
            )
            if start is not None and end is not None and end <= start
        ]
    return []


def contradiction(state: str | None, done_on: date | None) -> str | None:
    """Return what is wrong with a checklist item: done without a day, or a day although it is not done.

    >>> contradiction("done", None), contradiction(None, date(2026, 1, 1))
    ('item_undated', None)
    """
    if state == ItemState.DONE.value and done_on is None:
        return "item_undated"
    if state not in (None, ItemState.DONE.value) and done_on is not None:
        return "item_not_done"
    return None


def _column(columns: dict[str, list[Any]], name: str, count: int) -> list[Any]:
    return columns.get(name) or [None] * count
