"""The three things a hand does: create, change and end one thing, inside the caller's unit of work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from geoservice import clock
from geoservice.access.policy import Policy
from geoservice.access.principals import Principal
from geoservice.db import UnitOfWork
from geoservice.editing.reach import require_reach
from geoservice.editing.records import Record, fact_key, find_record
from geoservice.editing.rules import Notice, notices, reasons_needed, stage_order
from geoservice.editing.values import typed_values
from geoservice.errors import Conflict, Forbidden, InvalidInput, NotFound, Stale, Unconditional
from geoservice.model import stage_event
from geoservice.model.columns import default_of
from geoservice.model.nouns import Noun
from geoservice.registry.end import end
from geoservice.registry.put import put
from geoservice.registry.record import record


@dataclass(frozen=True)
class Changed:
    """What became of a change.

    Attributes
    ----------
    record : Record
        The thing afterwards; as it last was, where it was ended.
    notices : list of Notice
        Warnings to show.
    wrote : bool
        Whether anything was written; saying again what is recorded writes nothing.
    """

    record: Record
    notices: list[Notice]
    wrote: bool


def change(
    unit: UnitOfWork,
    policy: Policy,
    principal: Principal,
    kind: Noun,
    key: str,
    given: Mapping[str, Any],
    *,
    expected: str | None,
    valid_from: date | None = None,
    geometry: Any = None,
) -> Changed:
    """Change fields of one thing.

    Parameters
    ----------
    unit : UnitOfWork
        The change; its `reason` counts where one is needed.
    policy : Policy
        Who may change what.
    principal : Principal
        Who does it.
    kind : Noun
        What kind of thing.
    key : str
        Which one.
    given : mapping
        Field → new value as JSON gives it; ``None`` empties a field.
    expected : str or None
        ETag of the state the change was made for; ``*`` for whatever there is.
    valid_from : date, optional
        The day from which it is so, default today; an earlier one needs a reason.
    geometry : shapely.Geometry, optional
        A new shape in its stored form, see :func:`geoservice.editing.shapes.sound_shape`.

    Raises
    ------
    NotFound
        If there is no such thing, or the principal does not see it.
    Forbidden
        If the role may not change one of the fields, or the thing lies beyond its scope.
    Unconditional, Stale
        If no ETag is given, or another state is in force by now.
    InvalidInput
        If a value or the change as a whole is impossible, or lacks its reason.

    Notes
    -----
    O(versions of the thing) and what its subscribers recompute. The rows are locked before they are read, so that
    of two hands one is told that it came too late.
    """
    held = find_record(unit.connection, kind, key, lock=True)
    require_reach(unit.connection, policy, principal, kind, key, held.fields, write=True)
    _require_fields(policy, principal, kind, given, shaped=geometry is not None)
    require_state(held, expected)
    values = typed_values(unit.connection, kind, given)
    after = held.fields | values
    if kind.prefix == "":
        _keep_identity(kind, values, held)
    require_reach(unit.connection, policy, principal, kind, key, after, write=True)
    day = _since(unit, valid_from)
    said = _weigh(unit, policy, kind, held.fields, after)
    wrote = _write(unit, kind, key, held, values, day, geometry)
    now = find_record(unit.connection, kind, key) if wrote else held
    return Changed(now, said, wrote)


def create(
    unit: UnitOfWork,
    policy: Policy,
    principal: Principal,
    kind: Noun,
    given: Mapping[str, Any],
    *,
    valid_from: date | None = None,
    geometry: Any = None,
) -> Changed:
    """Add one thing; raises as :func:`change`, and :class:`Conflict` where it is there already."""
    if not policy.may(principal, kind.name, "create"):
        raise Forbidden(f"The role {principal.role.zh} may not add this", kind.name, "Ask the land bureau.")
    _require_fields(policy, principal, kind, given, creating=True)
    values = typed_values(unit.connection, kind, given)
    fields = {name: default_of(kind.table.c[name]) for name in kind.fields if name in kind.table.c} | values
    lacking = [
        name for name in kind.required if (geometry if name == "geometry" else fields.get(name)) is None
    ]
    if lacking:
        raise InvalidInput(f"A {kind.name} needs more", ", ".join(lacking), "Fill these fields in.")
    require_reach(unit.connection, policy, principal, kind, None, fields, write=True)
    day = _since(unit, valid_from)
    said = _weigh(unit, policy, kind, {}, fields)
    key = _add(unit, kind, fields, values, day, geometry)
    return Changed(find_record(unit.connection, kind, key), said, True)


def finish(
    unit: UnitOfWork,
    policy: Policy,
    principal: Principal,
    kind: Noun,
    key: str,
    *,
    expected: str | None,
    on: date | None = None,
) -> Changed:
    """End one thing on a day, default today; its past stays. Always needs a reason; raises as :func:`change`."""
    if not kind.prefix:
        raise InvalidInput("A recorded fact cannot be ended", key, "Correct it instead, with a reason.")
    held = find_record(unit.connection, kind, key, lock=True)
    require_reach(unit.connection, policy, principal, kind, key, held.fields, write=True)
    if not policy.may(principal, kind.name, "end"):
        raise Forbidden(f"The role {principal.role.zh} may not end this", kind.name, "Ask the land bureau.")
    require_state(held, expected)
    if not unit.reason:
        raise InvalidInput("Ending something needs a reason", key, "Say why in `reason`.")
    end(unit, kind.name, [key], on=_since(unit, on))
    return Changed(held, [], True)


def _require_fields(
    policy: Policy,
    principal: Principal,
    kind: Noun,
    given: Mapping[str, Any],
    *,
    creating: bool = False,
    shaped: bool = False,
) -> None:
    unknown = [name for name in given if name not in kind.fields or name not in kind.table.c]
    if unknown:
        raise InvalidInput(f"A {kind.name} has no such field", ", ".join(sorted(unknown)), "Leave it out.")
    identity = set(kind.identity) | set(kind.required) if creating else set()
    barred = [n for n in given if n not in identity and not policy.may_write(principal, kind.name, n)]
    if shaped and not policy.may_write(principal, kind.name, "geometry"):
        barred.append("geometry")
    if barred:
        raise Forbidden(
            f"The role {principal.role.zh} may not change this field",
            ", ".join(sorted(barred)),
            "Leave it out, or ask whoever may.",
        )
    if not creating and not given and not shaped:
        raise InvalidInput("Nothing is to be changed", None, "Name at least one field.")


def require_state(held: Record, expected: str | None) -> None:
    """Refuse a change made for no state, or for one that is in force no more.

    Raises
    ------
    Unconditional, Stale
        Then.
    """
    if expected is None:
        raise Unconditional(
            "This change does not say which state it was made for", held.key, "Send the ETag as If-Match."
        )
    if expected != "*" and held.etag not in [mark.strip() for mark in expected.split(",")]:
        raise Stale(
            "Somebody changed this in the meantime", held.key, "Read it again and repeat your change."
        )


def _keep_identity(kind: Noun, values: Mapping[str, Any], held: Record) -> None:
    moved = [name for name in kind.identity if name in values and values[name] != held.fields[name]]
    if moved:
        raise InvalidInput(
            "The identity of a recorded fact cannot be changed", ", ".join(moved), "Add another."
        )


def _since(unit: UnitOfWork, valid_from: date | None) -> date:
    today = clock.today()
    if valid_from is None or valid_from == today:
        return today
    if valid_from > today:
        raise InvalidInput("valid_from lies ahead", valid_from, "Write what is planned into a planned date.")
    if not unit.reason:
        raise InvalidInput("A change of the past needs a reason", valid_from, "Say why in `reason`.")
    return valid_from


def _weigh(
    unit: UnitOfWork, policy: Policy, kind: Noun, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[Notice]:
    said = notices(kind.name, before, after, clock.today())
    if kind.name == "stage_event" and after.get("actual_on"):
        said += _stage_order(unit.connection, after)
    for notice in said:
        if notice.severity == "error":
            raise InvalidInput(notice.message_en, notice.field, notice.message)
    needed = reasons_needed(kind.name, before, after, policy.reasons.get(kind.name, frozenset()))
    if before and needed and not unit.reason:
        raise InvalidInput(
            "This change needs a reason",
            ", ".join(sorted(needed)),
            f"Say why in `reason`: {'；'.join(dict.fromkeys(needed.values()))}.",
        )
    return said


def _stage_order(connection: Connection, after: Mapping[str, Any]) -> list[Notice]:
    statement = select(stage_event.c.stage, stage_event.c.actual_on).where(
        stage_event.c.project == after["project"],
        stage_event.c.superseded_at.is_(None),
        stage_event.c.actual_on.is_not(None),
    )
    dates = {row.stage: row.actual_on for row in connection.execute(statement)}
    return stage_order(dates | {after["stage"]: after["actual_on"]})


def _write(
    unit: UnitOfWork,
    kind: Noun,
    key: str,
    held: Record,
    values: Mapping[str, Any],
    day: date,
    geometry: Any,
) -> bool:
    if not kind.prefix:
        fact = {**held.fields, **values, **_told(unit, kind)}
        done = record(unit, kind.name, _one(fact))
        return done.new + done.superseded > 0
    shape = {} if geometry is None else {"geometry": geometry}
    changed = put(unit, kind.name, _one({"key": key, **values, **shape}), valid_from=day)
    return changed.unchanged == 0


def _add(
    unit: UnitOfWork, kind: Noun, fields: dict[str, Any], values: dict[str, Any], day: date, geometry: Any
) -> str:
    if not kind.prefix:
        key = fact_key(kind, fields)
        try:
            find_record(unit.connection, kind, key)
        except NotFound:
            record(unit, kind.name, _one(fields | _told(unit, kind)))
            return key
        raise Conflict("This is recorded already", key, "Change it instead.")
    row = values | ({} if geometry is None else {"geometry": geometry})
    done = put(unit, kind.name, _one(row), valid_from=day)
    if not done.new:
        raise Conflict("This is recorded already", done.keys[0], "Change it instead.")
    return done.keys[0]


def _told(unit: UnitOfWork, kind: Noun) -> dict[str, str]:
    return {"reason": unit.reason} if unit.reason and "reason" in kind.table.c else {}


def _one(row: Mapping[str, Any]) -> pd.DataFrame:
    # Objects throughout: pandas would turn a date or an empty flag into something of its own.
    return pd.DataFrame({name: pd.Series([value], dtype=object) for name, value in row.items()})
