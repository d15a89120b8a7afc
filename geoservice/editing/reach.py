"""What a hand may reach: the subject of a record must be shown to the principal and lie within their scope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, select

from geoservice.access.policy import Policy, View
from geoservice.access.principals import Principal
from geoservice.errors import Forbidden, NotFound
from geoservice.model.nouns import Noun
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.collections.units import UNITS
from geoservice.registry.filters import Filters, conditions, within_scope
from geoservice.registry.moment import Moment

_COLLECTION_OF: Final = {
    "park": "parks",
    "zone": "zones",
    "parcel": "parcels",
    "project": "projects",
    "demolition_task": "demolition",
    "demolition_unit": UNITS.name,
    "layer": "layers",
}
_REACHED: Final = {**COLLECTIONS, UNITS.name: UNITS}
_BY_NOUN: Final = {
    "parcel": "parcels",
    "project": "projects",
    "demolition_task": "demolition",
    "park": "parks",
}


_CLOSED: Final = {"hold": ("holds:read", "holds:write")}
"""Nouns that are internal as such: the permission to read and to write them comes before any reach."""


def subjects_of(kind: Noun, key: str | None, fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the collections and keys a record is about: itself, or the things it hangs on."""
    own = _COLLECTION_OF.get(kind.name)
    if own is not None and key is not None:
        return [(own, key)]
    if own is not None and own != UNITS.name:
        return []
    named = [
        (_COLLECTION_OF[noun_name], str(fields[field]))
        for field, noun_name in kind.references.items()
        if noun_name in _COLLECTION_OF and noun_name not in ("zone", "park") and fields.get(field) is not None
    ]
    about = _BY_NOUN.get(str(fields.get("subject_noun")))
    if about is not None and fields.get("subject") is not None:
        named.append((about, str(fields["subject"])))
    return named


def require_reach(
    connection: Connection,
    policy: Policy,
    principal: Principal,
    kind: Noun,
    key: str | None,
    fields: Mapping[str, Any],
    *,
    write: bool,
) -> None:
    """Refuse what the principal is not shown, and changes beyond their scope.

    Raises
    ------
    NotFound
        If the principal does not see the subject: as if it were not there.
    Forbidden
        If it is seen but lies outside the principal's scope, or the noun is closed to the role.
    """
    require_seen(policy, principal, kind)
    if write and kind.name in _CLOSED:
        policy.require(principal, _CLOSED[kind.name][1])
    for collection, subject in subjects_of(kind, key, fields):
        if collection == "demolition" and kind.name != "demolition_task":
            _require_whole_figures(policy, principal)
        _require(connection, policy, principal, collection, subject, write=write)


def require_seen(policy: Policy, principal: Principal, kind: Noun) -> None:
    """Refuse a noun whose collection the role does not see, before it is known whether there is such a thing.

    Raises
    ------
    Forbidden
        If the role sees nothing of it: single units, to all but the expropriation office; holds.
    """
    if kind.name in _CLOSED:
        policy.require(principal, _CLOSED[kind.name][0])
    if kind.name == "demolition_unit":
        policy.view(principal, UNITS.name)


def _require_whole_figures(policy: Policy, principal: Principal) -> None:
    """Refuse what hangs on a task (milestones such as 稳评, targets, links) to whoever reads frozen figures alone."""
    view = policy.view(principal, "demolition")
    if view.counts != "full" or view.rows not in ("all", "scope"):
        raise Forbidden(
            f"The role {principal.role.zh} does not see the work behind a task",
            None,
            "Ask the expropriation office.",
        )


def view_of(policy: Policy, principal: Principal, kind: Noun) -> View | None:
    """Return what the policy shows of the noun's own collection, ``None`` where it has none."""
    collection = _COLLECTION_OF.get(kind.name)
    return None if collection is None else policy.view(principal, collection)


def _require(
    connection: Connection, policy: Policy, principal: Principal, name: str, key: str, *, write: bool
) -> None:
    collection, moment = _REACHED[name], Moment.today()
    view = policy.view(principal, name)
    relation = collection.relation(moment, view)
    shown = conditions(connection, collection, relation, view, principal, Filters(), moment)
    statement = select(relation.key).select_from(relation.source).where(*shown, relation.key == key)
    if connection.execute(statement).first() is None:
        raise NotFound(f"No such feature in {name} today", key, "Check the key.")
    if not write or principal.everywhere:
        return
    if connection.execute(statement.where(within_scope(relation, principal))).first() is None:
        raise Forbidden("This lies outside your scope", key, "Ask whoever is responsible for it.")
