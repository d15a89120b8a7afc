"""Projects (项目) as features: stage of the day, site of its own or of its parcels, money to date."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, and_, func, select

from geoservice.access.policy import View
from geoservice.model import investment_month, project, project_site, project_stage
from geoservice.model.vocabulary import SideState, StageGroup
from geoservice.registry.collections.relation import (
    Collection,
    Relation,
    believed,
    named_alias,
    place_joins,
    remembered,
    still,
    version_fields,
)
from geoservice.registry.collections.subjects import of_task
from geoservice.registry.moment import Moment
from geoservice.registry.versions import in_force

_PLAIN: Final = (
    "key",
    "project_number",
    "project_code",
    "name",
    "level",
    "category",
    "industry",
    "county",
    "investment_total_fen",
    "annual_plan_fen",
    "demand_area_m2",
    "demand_use_code",
    "demand_use_system",
    "lead_official",
    "lead_department",
    "summary",
    "published",
    "side_state",
    "search",
    "extra",
)
PUBLIC_GROUPS: Final = tuple(
    group.value for group in StageGroup if group not in (StageGroup.PIPELINE, StageGroup.SIGNED)
)
"""Before approval (立项) neither a project's name nor its amount is public, so that it is not listed at all."""


@remembered
def _projects(moment: Moment, view: View) -> Relation:
    rows = named_alias(project, "rows")
    stage = named_alias(project_stage, "stage")
    site = named_alias(project_site, "site")
    money = _money(moment)
    source, places = place_joins(rows, rows, moment)
    source = (
        source.outerjoin(stage, and_(stage.c.project == rows.c.key, in_force(stage, moment)))
        .outerjoin(site, and_(site.c.project == rows.c.key, in_force(site, moment)))
        .outerjoin(money, money.c.project == rows.c.key)
    )
    geojson = func.coalesce(rows.c.geojson, site.c.geojson)
    return Relation(
        source=source,
        key=rows.c.key,
        fields={
            **{name: rows.c[name] for name in _PLAIN},
            **places,
            **_stage_fields(stage, planned=view.plans),
            "invested_fen": func.coalesce(money.c.total, 0, type_=money.c.total.type),
            "invested_year_fen": func.coalesce(money.c.year, 0, type_=money.c.year.type),
            "parcel_count": func.coalesce(site.c.parcel_count, 0),
            "land_area_m2": func.coalesce(site.c.land_area_m2, 0.0),
            "mapped": geojson.is_not(None),
            **version_fields(rows),
        },
        geojson=geojson,
        shapes=((project, rows), (project_site, site)),
        where=(in_force(rows, moment),),
        search=rows.c.search,
        rules={
            "published": and_(
                still(rows, project, "published", moment),
                rows.c.side_state == SideState.NORMAL.value,
                stage.c.stage_group.in_(PUBLIC_GROUPS),
                stage.c.plan.is_(False),
            )
        },
        districts=rows.c.district,
        parks=rows.c.park,
        tasks=of_task("project", rows.c.key, moment),
    )


def _stage_fields(stage: FromClause, *, planned: bool) -> dict[str, ColumnElement[Any]]:
    fields: dict[str, ColumnElement[Any]] = {
        "stage": stage.c.stage,
        "stage_group": stage.c.stage_group,
        "stage_since": stage.c.stage_since,
        "late": stage.c.late,
        "plan": stage.c.plan,
    }
    if planned:
        fields |= {"stage_next": stage.c.stage_next, "stage_next_planned_on": stage.c.stage_next_planned_on}
    return fields


def _money(moment: Moment) -> FromClause:
    """Sum completed investment up to the day: in all, and in the day's year."""
    month = named_alias(investment_month, "month")
    this_year = month.c.month >= date(moment.day.year, 1, 1)
    total = func.sum(month.c.amount_fen, type_=month.c.amount_fen.type)
    return (
        select(month.c.project, total.label("total"), total.filter(this_year).label("year"))
        .where(believed(month, moment), month.c.month <= moment.day)
        .group_by(month.c.project)
        .subquery("money")
    )


PROJECTS: Final = Collection(
    "projects",
    "项目",
    ("project", "project_stage", "project_site", "investment_month", "demolition_subject", "zone", "park"),
    _projects,
    equal=(
        "park",
        "district",
        "stage",
        "stage_group",
        "level",
        "category",
        "side_state",
        "industry",
        "mapped",
        "late",
    ),
    area="land_area_m2",
)
