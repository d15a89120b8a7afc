"""Temporal predicates (OGC 21-065r2, 7.4): two periods and how they lie to one another, ends included."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_

from geoservice.clock import SHANGHAI
from geoservice.registry.cql.errors import FilterInvalid
from geoservice.registry.cql.scope import Scope
from geoservice.registry.cql.terms import Term, read_day, read_instant, term

_REMEDY: Final = "Give a date field, DATE('…'), TIMESTAMP('…') or INTERVAL('…','…'); '..' leaves an end open."
_FIRST: Final = {"day": date(1, 1, 2), "instant": datetime(1, 1, 2, tzinfo=UTC)}
_LAST: Final = {"day": date(9999, 12, 30), "instant": datetime(9999, 12, 30, tzinfo=UTC)}


@dataclass(frozen=True)
class Period:
    """From a first day or instant to a last; for an instant both are the same."""

    first: Term
    last: Term


_Part = tuple[Callable[[Any, Any], Any], str, str]
# Each reads: end of the left period, comparison, end of the right one; "f" is the first, "l" the last.
_ALL: Final[dict[str, tuple[_Part, ...]]] = {
    "t_after": ((operator.gt, "f", "l"),),
    "t_before": ((operator.lt, "l", "f"),),
    "t_contains": ((operator.lt, "f", "f"), (operator.gt, "l", "l")),
    "t_during": ((operator.gt, "f", "f"), (operator.lt, "l", "l")),
    "t_equals": ((operator.eq, "f", "f"), (operator.eq, "l", "l")),
    "t_finishedBy": ((operator.lt, "f", "f"), (operator.eq, "l", "l")),
    "t_finishes": ((operator.gt, "f", "f"), (operator.eq, "l", "l")),
    "t_intersects": ((operator.le, "f", "l"), (operator.ge, "l", "f")),
    "t_meets": ((operator.eq, "l", "f"),),
    "t_metBy": ((operator.eq, "f", "l"),),
    "t_overlappedBy": ((operator.gt, "f", "f"), (operator.lt, "f", "l"), (operator.gt, "l", "l")),
    "t_overlaps": ((operator.lt, "f", "f"), (operator.gt, "l", "f"), (operator.lt, "l", "l")),
    "t_startedBy": ((operator.eq, "f", "f"), (operator.gt, "l", "l")),
    "t_starts": ((operator.eq, "f", "f"), (operator.lt, "l", "l")),
}
_DISJOINT: Final[tuple[_Part, ...]] = ((operator.lt, "l", "f"), (operator.gt, "f", "l"))
TEMPORAL: Final = frozenset({*_ALL, "t_disjoint"})


def temporal(scope: Scope, operation: str, arguments: list[Any]) -> ColumnElement[bool]:
    """Compile a temporal predicate.

    Raises
    ------
    FilterInvalid
        If an operand is no time, or one is days and the other instants.
    """
    left, right = (_period(scope, node) for node in arguments)
    left, right = _alike(left, right)
    parts = [
        compare(_end(left, one).sql, _end(right, other).sql)
        for compare, one, other in _ALL.get(operation, _DISJOINT)
    ]
    return or_(*parts) if operation == "t_disjoint" else and_(*parts)


def _end(period: Period, which: str) -> Term:
    return period.first if which == "f" else period.last


def _period(scope: Scope, node: Any) -> Period:
    if isinstance(node, dict) and "interval" in node:
        return _interval(scope, node["interval"])
    if isinstance(node, str):
        node = {"timestamp" if "T" in node else "date": node}
    found = term(scope, node)
    return Period(_time(found), found)


def _interval(scope: Scope, ends: Any) -> Period:
    if not isinstance(ends, list) or len(ends) != 2:
        raise FilterInvalid("An interval has two ends", str(ends)[:80], _REMEDY)
    first, last = (None if end == ".." else _time(_bound(scope, end)) for end in ends)
    kind = next((end.kind for end in (first, last) if end is not None), "instant")
    if first is not None and last is not None and first.kind != last.kind:
        raise FilterInvalid("An interval is of days or of instants", str(ends)[:80], _REMEDY)
    if first and last and first.constant and last.constant and first.value > last.value:
        raise FilterInvalid("An interval ends before it begins", str(ends)[:80], "Swap its two ends.")
    return Period(first or Term(kind, value=_FIRST[kind]), last or Term(kind, value=_LAST[kind]))


def _bound(scope: Scope, end: Any) -> Term:
    if isinstance(end, str):
        return Term("instant", value=read_instant(end)) if "T" in end else Term("day", value=read_day(end))
    return term(scope, end)


def _time(found: Term) -> Term:
    if found.kind not in ("day", "instant"):
        raise FilterInvalid("This is no time", found.kind, _REMEDY)
    return found


def _alike(left: Period, right: Period) -> tuple[Period, Period]:
    left, right = _as_instants(left, right), _as_instants(right, left)
    if left.first.kind != right.first.kind:
        raise FilterInvalid(
            "Days do not compare with instants",
            f"{left.first.kind}, {right.first.kind}",
            "Compare a field of days with DATE('…').",
        )
    return left, right


def _as_instants(period: Period, other: Period) -> Period:
    """Take constant days beside instants as the Shanghai days they are, from first to last moment."""
    ends = (period.first, period.last)
    if other.first.kind == "day" and all(end.constant and end.kind == "instant" for end in ends):
        if all(end.value in (_FIRST["instant"], _LAST["instant"]) for end in ends):
            return Period(Term("day", value=_FIRST["day"]), Term("day", value=_LAST["day"]))
        return period
    if other.first.kind != "instant" or not all(end.constant and end.kind == "day" for end in ends):
        return period
    first = datetime.combine(period.first.value, time(), SHANGHAI).astimezone(UTC)
    last = datetime.combine(period.last.value, time(23, 59, 59, 999000), SHANGHAI).astimezone(UTC)
    return Period(Term("instant", value=first), Term("instant", value=last))
