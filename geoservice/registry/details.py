"""Details of one thing: what a card shows beside the feature, filtered by the same policy."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import shapely
from sqlalchemy import Connection, and_, select

from geoservice.access.policy import Policy, View
from geoservice.access.principals import Principal
from geoservice.geo.geojson import geometry_text
from geoservice.model import OPEN, blocker, investment_month, project_parcel, stage_event, verdict
from geoservice.model.vocabulary import Stage
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.collections.projects import PUBLIC_GROUPS
from geoservice.registry.collections.relation import believed
from geoservice.registry.features import FeatureQuery
from geoservice.registry.filters import conditions
from geoservice.registry.moment import Moment
from geoservice.registry.versions import in_force

DETAILS: Final = ("stages", "parcels", "blockers", "investment")
PROJECT_SOURCES: Final = ("stage_event", "blocker", "project_parcel", "parcel", "verdict")
"""What the details of a project draw on beyond the collection of projects."""


def project_details(
    connection: Connection, policy: Policy, principal: Principal, key: str, moment: Moment
) -> dict[str, Any]:
    """Return ``stages``, ``parcels``, ``blockers`` and ``investment`` of one project.

    A role that does not see planned dates gets none, one that does not see the money gets none, blockers are
    internal, and linked parcels are only those the role sees.
    """
    view = policy.view(principal, "projects")
    return {
        "key": key,
        "datetime": moment.day.isoformat(),
        "stages": _stages(connection, key, moment, planned=view.plans),
        "parcels": _parcels(connection, policy, principal, key, moment),
        "blockers": _blockers(connection, key, moment) if view.shows("side_state") else [],
        "investment": _investment(connection, key, moment) if view.shows("invested_fen") else [],
    }


def parcel_verdicts(connection: Connection, view: View, key: str, moment: Moment) -> list[dict[str, Any]]:
    """Return the verdict intervals of a parcel, oldest first; the public reads only the day's own."""
    reasons = verdict.c.reasons if view.reasons == "full" else verdict.c.reasons_public
    columns = [
        verdict.c.valid_from,
        verdict.c.valid_to,
        verdict.c.status,
        reasons.label("reasons"),
        verdict.c.plan,
    ]
    statement = select(*columns).where(verdict.c.parcel == key, believed(verdict, moment))
    if view.reasons != "full":
        statement = statement.where(in_force(verdict, moment))
    return [
        {
            "valid_from": row.valid_from.isoformat(),
            "valid_to": None if row.valid_to == OPEN else row.valid_to.isoformat(),
            "status": row.status,
            "reasons": row.reasons,
            "plan": row.plan,
        }
        for row in connection.execute(statement.order_by(verdict.c.valid_from))
    ]


def usable_text(connection: Connection, view: View, key: str, moment: Moment) -> str | None:
    """Return the GeoJSON text of what is usable of a parcel on the moment's day.

    ``None`` where nothing is, and for roles that see neither the usable area nor the shape.
    """
    if view.geometry != "full" or not view.shows("usable_area_m2"):
        return None
    statement = select(verdict.c.usable_wkb).where(verdict.c.parcel == key, in_force(verdict, moment))
    blob = connection.scalar(statement)
    return None if blob is None else str(geometry_text([shapely.from_wkb(bytes(blob))])[0])


def _stages(connection: Connection, key: str, moment: Moment, *, planned: bool) -> list[dict[str, Any]]:
    statement = select(stage_event).where(stage_event.c.project == key, believed(stage_event, moment))
    events = {row.stage: row for row in connection.execute(statement)}
    first = baselines(connection, key, moment) if planned else {}
    shown = [stage for stage in Stage if stage.value in events]
    if not planned:
        shown = [s for s in shown if s.group.value in PUBLIC_GROUPS and _happened(events[s.value], moment)]
    return [
        _stage(stage, events[stage.value], moment, planned=planned)
        | _slip(events[stage.value], first.get(stage.value), planned=planned)
        for stage in shown
    ]


def baselines(connection: Connection, key: str, moment: Moment) -> dict[str, date]:
    """Return stage → the first day it was ever planned for: the frozen baseline (目标只增不减)."""
    known = [] if moment.known_at is None else [stage_event.c.recorded_at <= moment.known_at]
    statement = (
        select(stage_event.c.stage, stage_event.c.planned_on)
        .where(stage_event.c.project == key, stage_event.c.planned_on.is_not(None), *known)
        .order_by(stage_event.c.id.desc())
    )
    return {row.stage: row.planned_on for row in connection.execute(statement)}


def _slip(event: Any, baseline: date | None, *, planned: bool) -> dict[str, Any]:
    """Say how far a plan has moved from its baseline, and the reason given for it."""
    moved = None if baseline is None or event.planned_on is None else (event.planned_on - baseline).days
    return {
        "baseline_on": _iso(baseline),
        "slipped_days": moved,
        "slip_reason": event.reason if planned and moved else None,
    }


def _stage(stage: Stage, event: Any, moment: Moment, *, planned: bool) -> dict[str, Any]:
    return {
        "stage": stage.value,
        "planned_on": _iso(event.planned_on) if planned else None,
        "actual_on": _iso(event.actual_on) if _happened(event, moment) else None,
        "evidence": event.evidence if planned else None,
        "skipped": event.skipped,
    }


def _happened(event: Any, moment: Moment) -> bool:
    return event.actual_on is not None and event.actual_on <= moment.day


def _parcels(
    connection: Connection, policy: Policy, principal: Principal, key: str, moment: Moment
) -> list[dict[str, Any]]:
    collection = COLLECTIONS["availability"]
    view = policy.view(principal, "availability")
    query = FeatureQuery(collection, moment, principal, view)
    relation = collection.relation(moment, view)
    link = project_parcel.alias("link")
    fields = ("parcel_number", "name", "area_m2", "status")
    statement = (
        select(
            relation.key.label("key"),
            *(relation.fields[name].label(name) for name in fields),
            link.c.role,
            link.c.share,
            link.c.basis,
        )
        .select_from(relation.source.join(link, and_(link.c.parcel == relation.key, in_force(link, moment))))
        .where(
            link.c.project == key,
            *conditions(connection, collection, relation, view, principal, query.filters, moment),
        )
        .order_by(relation.key)
    )
    names = ("key", *fields, "role", "share", "basis")
    return [dict(zip(names, row, strict=True)) for row in connection.execute(statement)]


def _blockers(connection: Connection, key: str, moment: Moment) -> list[dict[str, Any]]:
    names = (
        "key",
        "kind",
        "title",
        "owner_unit",
        "opened_on",
        "due_on",
        "escalation",
        "feedback",
        "closed_on",
    )
    statement = (
        select(*(blocker.c[name] for name in names))
        .where(blocker.c.project == key, in_force(blocker, moment))
        .order_by(blocker.c.due_on, blocker.c.key)
    )
    return [
        {
            name: _iso(value) if isinstance(value, date) else value
            for name, value in zip(names, row, strict=True)
        }
        for row in connection.execute(statement)
    ]


def _investment(connection: Connection, key: str, moment: Moment) -> list[dict[str, Any]]:
    statement = (
        select(investment_month.c.month, investment_month.c.amount_fen)
        .where(
            investment_month.c.project == key,
            believed(investment_month, moment),
            investment_month.c.month <= moment.day,
        )
        .order_by(investment_month.c.month)
    )
    return [
        {"month": row.month.isoformat()[:7], "amount_fen": row.amount_fen}
        for row in connection.execute(statement)
    ]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
