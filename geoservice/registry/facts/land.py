"""Facts about parcels: their versions, who occupies them, what must be cleared, which layers lie on them."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
import shapely
from sqlalchemy import Connection, and_, select

from geoservice.db.frames import read_frame
from geoservice.db.spatial import in_bbox, wkb_of
from geoservice.model import (
    layer,
    layer_feature,
    parcel,
    project,
    project_parcel,
    project_stage,
)
from geoservice.model.vocabulary import LayerKind, SideState, Stage
from geoservice.registry.facts.days import clip, with_days
from geoservice.registry.subsets import read_subset

_OCCUPYING = tuple(stage.value for stage in Stage if stage.rank >= Stage.SIGNED.rank)
"""From signing on a project holds its land; before, it is an intention and blocks nothing."""


def parcel_versions(connection: Connection, parcels: Collection[str]) -> pd.DataFrame:
    """Return believed versions: ``parcel, state, …, cleared_plan_day, area_m2, geometry, from_day, to_day``."""
    names = ("state", "planning_set", "mortgaged", "seized", "use_code", "use_system", "area_m2")
    statement = (
        select(
            parcel.c.key.label("parcel"),
            *(parcel.c[name] for name in names),
            parcel.c.cleared_plan_on,
            parcel.c.valid_from,
            parcel.c.valid_to,
            wkb_of(parcel.c.geom).label("geometry"),
        )
        .where(parcel.c.superseded_at.is_(None))
        .order_by(parcel.c.key, parcel.c.valid_from)
    )
    frame = read_subset(connection, statement, parcel.c.key, parcels, geometry="geometry")
    return with_days(frame, from_day="valid_from", to_day="valid_to", cleared_plan_day="cleared_plan_on")


def occupations(connection: Connection, parcels: Collection[str]) -> pd.DataFrame:
    """Return land held by live projects: signed or further, and not terminated."""
    link, stage, owner = project_parcel, project_stage, project
    statement = (
        select(
            link.c.parcel,
            link.c.project,
            owner.c.name.label("project_name"),
            link.c.role,
            link.c.share,
            stage.c.plan,
            link.c.valid_from.label("link_valid_from"),
            link.c.valid_to.label("link_valid_to"),
            stage.c.valid_from.label("stage_valid_from"),
            stage.c.valid_to.label("stage_valid_to"),
            wkb_of(owner.c.geom).label("geometry"),
        )
        .join_from(link, stage, link.c.project == stage.c.project)
        .join(
            owner,
            and_(
                owner.c.key == link.c.project,
                owner.c.superseded_at.is_(None),
                owner.c.valid_from <= stage.c.valid_from,
                owner.c.valid_to > stage.c.valid_from,
            ),
        )
        .where(
            link.c.superseded_at.is_(None),
            stage.c.superseded_at.is_(None),
            stage.c.stage.in_(_OCCUPYING),
            stage.c.side_state != SideState.TERMINATED.value,
        )
        .order_by(link.c.parcel, link.c.project, stage.c.valid_from)
    )
    frame = read_subset(connection, statement, link.c.parcel, parcels, geometry="geometry")
    frame = with_days(
        frame,
        link_from="link_valid_from",
        link_to="link_valid_to",
        stage_from="stage_valid_from",
        stage_to="stage_valid_to",
    )
    frame = clip(frame, "link", "stage")
    own = [shape if _polygonal(shape) else None for shape in frame["geometry"]]
    return frame.assign(geometry=pd.Series(own, index=frame.index, dtype=object))


def constraints(connection: Connection, parcels: pd.DataFrame) -> pd.DataFrame:
    """Return features of constraint layers around the given parcel shapes."""
    shape, home = layer_feature, layer
    statement = (
        select(
            home.c.code.label("layer"),
            home.c.name.label("layer_name"),
            home.c.effect,
            home.c.allowed_uses,
            home.c.unit,
            home.c.sliver_m2,
            home.c.hidden,
            shape.c.key.label("feature"),
            shape.c["class"],
            shape.c.valid_from.label("shape_valid_from"),
            shape.c.valid_to.label("shape_valid_to"),
            home.c.valid_from.label("home_valid_from"),
            home.c.valid_to.label("home_valid_to"),
            wkb_of(shape.c.geom).label("geometry"),
        )
        .join_from(shape, home, home.c.key == shape.c.layer)
        .where(
            shape.c.superseded_at.is_(None),
            home.c.superseded_at.is_(None),
            home.c.kind == LayerKind.CONSTRAINT.value,
        )
        .order_by(home.c.code, shape.c.key, shape.c.valid_from)
    )
    box = shapely.total_bounds(parcels["geometry"].to_numpy())
    if len(parcels):
        statement = statement.where(
            in_bbox(shape, shape, (float(box[0]), float(box[1]), float(box[2]), float(box[3])))
        )
    frame = read_frame(connection, statement, geometry="geometry")
    frame = with_days(
        frame,
        shape_from="shape_valid_from",
        shape_to="shape_valid_to",
        home_from="home_valid_from",
        home_to="home_valid_to",
    )
    return clip(frame, "shape", "home")


def constraint_layers(connection: Connection) -> pd.DataFrame:
    """Return since and until when which constraint layer holds data, with its allowed uses and tolerance."""
    used = select(layer_feature.c.layer).where(layer_feature.c.superseded_at.is_(None))
    statement = (
        select(
            layer.c.code.label("layer"),
            layer.c.name.label("layer_name"),
            layer.c.allowed_uses,
            layer.c.sliver_m2,
            layer.c.valid_from,
            layer.c.valid_to,
        )
        .where(
            layer.c.superseded_at.is_(None),
            layer.c.kind == LayerKind.CONSTRAINT.value,
            layer.c.key.in_(used),
        )
        .order_by(layer.c.code)
    )
    return with_days(read_frame(connection, statement), from_day="valid_from", to_day="valid_to")


def _polygonal(shape: object) -> bool:
    return isinstance(shape, (shapely.Polygon, shapely.MultiPolygon)) and not shape.is_empty
