"""Facts about projects: dated events, side states, and the parcels they are linked to."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
from sqlalchemy import Connection, select

from geoservice.db.spatial import wkb_of
from geoservice.model import parcel, project, project_parcel, stage_event
from geoservice.model.vocabulary import LinkRole
from geoservice.registry.facts.days import clip, with_days
from geoservice.registry.subsets import read_subset


def stage_events(connection: Connection, projects: Collection[str]) -> pd.DataFrame:
    """Return believed events: ``project, stage, planned_on, actual_on, skipped``."""
    columns = [stage_event.c[name] for name in ("project", "stage", "planned_on", "actual_on", "skipped")]
    statement = select(*columns).where(stage_event.c.superseded_at.is_(None))
    return read_subset(connection, statement, stage_event.c.project, projects)


def side_periods(connection: Connection, projects: Collection[str]) -> pd.DataFrame:
    """Return when each project is known and its side state then: ``project, side_state, from_day, to_day``."""
    statement = (
        select(project.c.key.label("project"), project.c.side_state, project.c.valid_from, project.c.valid_to)
        .where(project.c.superseded_at.is_(None))
        .order_by(project.c.key, project.c.valid_from)
    )
    frame = read_subset(connection, statement, project.c.key, projects)
    return with_days(frame, from_day="valid_from", to_day="valid_to")


def site_links(connection: Connection, projects: Collection[str]) -> pd.DataFrame:
    """Return site links with the parcel versions they meet, as :func:`geoservice.projects.sites.site_intervals` wants.

    Temporary use and land reserved for expansion are no part of the site.
    """
    link, land = project_parcel, parcel
    statement = (
        select(
            link.c.project,
            link.c.parcel,
            link.c.share,
            link.c.basis,
            link.c.valid_from.label("link_valid_from"),
            link.c.valid_to.label("link_valid_to"),
            land.c.valid_from.label("land_valid_from"),
            land.c.valid_to.label("land_valid_to"),
            land.c.area_m2,
            wkb_of(land.c.geom).label("geometry"),
        )
        .join_from(link, land, link.c.parcel == land.c.key)
        .where(
            link.c.superseded_at.is_(None),
            land.c.superseded_at.is_(None),
            link.c.role == LinkRole.SITE.value,
        )
        .order_by(link.c.project, link.c.parcel, link.c.valid_from, land.c.valid_from)
    )
    frame = read_subset(connection, statement, link.c.project, projects, geometry="geometry")
    frame = with_days(
        frame,
        link_from="link_valid_from",
        link_to="link_valid_to",
        land_from="land_valid_from",
        land_to="land_valid_to",
    )
    return clip(frame, "link", "land")
