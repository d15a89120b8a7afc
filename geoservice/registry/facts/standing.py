"""Where projects stand on a day: signing, approval and start, the parcels they are linked to, open blockers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Connection, and_, or_, select

from geoservice.db.frames import read_frame
from geoservice.model import blocker, parcel, project_parcel, stage_event
from geoservice.model.vocabulary import BlockerKind, LinkRole, Stage
from geoservice.registry.collections.relation import believed
from geoservice.registry.moment import Moment
from geoservice.registry.versions import in_force

_STAGES = (Stage.SIGNED.value, Stage.APPROVED.value, Stage.STARTED.value)
_LAND = (BlockerKind.LAND.value, BlockerKind.EXPROPRIATION.value)
SOURCES = ("stage_event", "project_parcel", "blocker", "parcel", "verdict", "project", "project_stage")
"""What a report on projects and their land draws on."""


def stage_dates(connection: Connection, moment: Moment) -> pd.DataFrame:
    """Return believed ``project, stage, planned_on, actual_on`` of signing, approval and start. O(events)."""
    table = stage_event
    statement = (
        select(table.c.project, table.c.stage, table.c.planned_on, table.c.actual_on)
        .where(believed(table, moment), table.c.stage.in_(_STAGES), table.c.skipped.is_(False))
        .order_by(table.c.project, table.c.stage)
    )
    return read_frame(connection, statement)


def site_parcels(connection: Connection, moment: Moment) -> pd.DataFrame:
    """Return ``project, parcel, share, gone`` of site links in force; `gone` where the parcel is not. O(links)."""
    link, land = project_parcel, parcel
    statement = (
        select(link.c.project, link.c.parcel, link.c.share, land.c.key.is_(None).label("gone"))
        .outerjoin_from(link, land, and_(land.c.key == link.c.parcel, in_force(land, moment)))
        .where(in_force(link, moment), link.c.role == LinkRole.SITE.value)
        .order_by(link.c.project, link.c.parcel)
    )
    return read_frame(connection, statement)


def land_blockers(connection: Connection, moment: Moment) -> pd.DataFrame:
    """Return ``project, kind, title, owner_unit, due_on`` of blockers of land and expropriation still open."""
    names: Sequence[str] = ("project", "key", "kind", "title", "owner_unit", "due_on")
    statement = (
        select(*(blocker.c[name] for name in names))
        .where(
            in_force(blocker, moment),
            blocker.c.kind.in_(_LAND),
            or_(blocker.c.closed_on.is_(None), blocker.c.closed_on > moment.day),
        )
        .order_by(blocker.c.project, blocker.c.due_on, blocker.c.key)
    )
    return read_frame(connection, statement)


def open_blockers(connection: Connection, moment: Moment) -> list[dict[str, Any]]:
    """Return every blocker that is open on the day, of any kind, in the order of its due day. O(blockers)."""
    names = ("project", "key", "kind", "title", "owner_unit", "opened_on", "due_on", "escalation", "feedback")
    statement = (
        select(*(blocker.c[name] for name in names))
        .where(
            in_force(blocker, moment),
            or_(blocker.c.closed_on.is_(None), blocker.c.closed_on > moment.day),
            or_(blocker.c.opened_on.is_(None), blocker.c.opened_on <= moment.day),
        )
        .order_by(blocker.c.due_on, blocker.c.key)
    )
    return [dict(zip(names, row, strict=True)) for row in connection.execute(statement)]
