"""Dated answers inside a tile: verdicts, stages and clearance as one short text a feature.

A text reads ``day:code;day:code``: from that day (days since 1970-01-01) the answer is that; ``-`` where there
is none. ``*`` marks what rests on a plan. It holds the days on which the role would be shown the feature when it
asked about them, and no others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, literal, null, select

from geoservice.access.policy import View
from geoservice.access.principals import Principal
from geoservice.model import OPEN, demolition_progress, project_stage, verdict
from geoservice.model.vocabulary import SideState, StageGroup, TaskState, VerdictStatus
from geoservice.registry.aliases import batches
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.collections.relation import believed, named_alias
from geoservice.registry.filters import Filters, conditions
from geoservice.registry.moment import Moment

EPOCH: Final = date(1970, 1, 1).toordinal()

_MANY: Final = 40_000

STAGE_CODES: Final = MappingProxyType({group.value: str(n) for n, group in enumerate(StageGroup, start=1)})
VERDICT_CODES: Final = MappingProxyType(
    {
        VerdictStatus.AVAILABLE.value: "a",
        VerdictStatus.CONDITIONAL.value: "c",
        VerdictStatus.UNAVAILABLE.value: "u",
    }
)
SIDE_CODES: Final = MappingProxyType(
    {SideState.NORMAL.value: "", SideState.SUSPENDED.value: "s", SideState.TERMINATED.value: "t"}
)
CLEARANCE_CODES: Final = MappingProxyType({state.value: str(n) for n, state in enumerate(TaskState)})
"""``public_state`` has words of its own, which stand as they are."""


@dataclass(frozen=True)
class Track:
    """Where the dated answers of a collection are kept.

    Attributes
    ----------
    collection : str
        Whose policy holds.
    table : Table
        A derived table of intervals.
    subject : str
        Its column that holds the feature's key.
    answers : tuple of str
        Columns of the answer, the first one the role sees.
    fields : tuple of str
        The fields of the collection that show the same.
    codes : mapping
        Stored word → code.
    planned, side : bool
        Whether the table marks plans, and side states.
    """

    collection: str
    table: Table
    subject: str
    answers: tuple[str, ...]
    codes: Mapping[str, str]
    planned: bool = True
    side: bool = False


TRACKS: Final = MappingProxyType(
    {
        "verdicts": Track("availability", verdict, "parcel", ("status",), VERDICT_CODES),
        "stages": Track("projects", project_stage, "project", ("stage_group",), STAGE_CODES, side=True),
        "clearance": Track(
            "demolition",
            demolition_progress,
            "task",
            ("state", "public_state"),
            CLEARANCE_CODES,
            planned=False,
        ),
    }
)


def tracks(
    connection: Connection, name: str, keys: Sequence[str], moment: Moment, view: View, principal: Principal
) -> list[str | None]:
    """Return the dated answers of some features as texts, in the order of their keys.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    name : str
        Which track, a name of :data:`TRACKS`.
    keys : sequence of str
        Features.
    moment : Moment
        What was known by when; its day plays no part.
    view, principal : View, Principal
        Who asks, and what the policy shows of the collection.

    Notes
    -----
    O(versions × intervals of the features). A row rule is applied to every version and every interval, so that
    days on which the feature was not shown stay empty.
    """
    track = TRACKS[name]
    shown = shown_answer(track, view)
    if shown is None:
        return [None] * len(keys)
    spans: dict[str, list[_Span]] = defaultdict(list)
    statement, key = track_statement(connection, track, shown, moment, view, principal)
    # Naming most keys of a collection costs more than reading the answers of all of them.
    asked = [statement] if len(keys) > _MANY else [statement.where(key.in_(each)) for each in batches(keys)]
    for one in asked:
        for row in connection.execute(one):
            span = _span(track, row, view)
            if span is not None:
                spans[row[0]].append(span)
    return [_text(spans[each]) if each in spans else None for each in keys]


_Span = tuple[int, int, str]


def shown_answer(track: Track, view: View) -> str | None:
    """Return the column of the answer this role sees, ``None`` for none."""
    return next((answer for answer in track.answers if view.shows(answer)), None)


def track_statement(
    connection: Connection, track: Track, shown: str, moment: Moment, view: View, principal: Principal
) -> tuple[Select[Any], ColumnElement[str]]:
    """Return every believed version of the features with the intervals it overlaps, where the row rule lets it.

    The columns are key, the version's from and to, the interval's from and to, the day of the announcement, the
    answer, whether it is a plan, and the side state.
    """
    # The rule as of today stands in the plain columns of the version; the day of the question is no part of it.
    collection = COLLECTIONS[track.collection]
    relation = replace(collection.relation(Moment.today(), view), where=())
    rule = conditions(connection, collection, relation, view, principal, Filters(), Moment.today())
    rows = relation.shapes[0][1]
    answer = named_alias(track.table, _ALIASES[track.table.name])
    meets = answer.c[track.subject] == rows.c.key
    if view.counts != "suppressed":  # figures that are shown later may meet a version they did not meet
        meets = and_(meets, answer.c.valid_from < rows.c.valid_to, answer.c.valid_to > rows.c.valid_from)
    source = rows.join(answer, meets)
    announced: ColumnElement[Any] = rows.c.announced_on if view.rows == "announced" else null()
    columns = (
        rows.c.key,
        rows.c.valid_from,
        rows.c.valid_to,
        answer.c.valid_from,
        answer.c.valid_to,
        announced,
        answer.c[shown],
        answer.c.plan if track.planned else literal(0),
        answer.c.side_state if track.side and view.shows("side_state") else literal(SideState.NORMAL.value),
    )
    where = [believed(rows, moment), believed(answer, moment), *rule]
    return select(*columns).select_from(source).where(*where), rows.c.key


_ALIASES: Final = MappingProxyType(
    {"verdict": "answer", "project_stage": "stage", "demolition_progress": "progress"}
)
"""The names the collections give these tables: their row rules speak of them."""


def _span(track: Track, row: Any, view: View) -> _Span | None:
    _, version_from, version_to, since, until, announced, answer, plan, side = row
    if view.counts == "suppressed":  # figures of the month before are what this role is shown
        since, until = _next_month(since), _next_month(until)
    first = max(version_from, since, announced or since)
    last = min(version_to, until)
    if first >= last or answer is None or (plan and not view.plans):
        return None
    code = track.codes.get(answer, answer) + SIDE_CODES[side] + ("*" if plan else "")
    return _day(first), _day(last), code


def _text(spans: list[_Span]) -> str:
    """Write spans one after the other; neighbours that say the same are one, a gap is said."""
    spans.sort()
    parts: list[tuple[int, str]] = []
    for (first, last, code), (following, _, _) in pairwise([*spans, (_OPEN, _OPEN, "-")]):
        if not parts or parts[-1][1] != code:
            parts.append((first, code))
        if last < following:
            parts.append((last, "-"))
    return ";".join(f"{day}:{code}" for day, code in parts)


def _day(day: date) -> int:
    return day.toordinal() - EPOCH


_OPEN: Final = _day(OPEN)


def _next_month(day: date) -> date:
    """Return the first day on which a figure of that day is shown as one of the month before."""
    if day == OPEN:
        return day
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
