"""Parcels (宗地) as features."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, literal

from geoservice.access.policy import View
from geoservice.model import parcel, zone
from geoservice.registry.collections.relation import (
    Collection,
    Relation,
    named,
    named_alias,
    place_joins,
    remembered,
    still,
    version_fields,
)
from geoservice.registry.collections.subjects import of_task
from geoservice.registry.moment import Moment
from geoservice.registry.versions import in_force

NOTICE: Final = "以出让公告为准"
"""What every parcel shown for promotion says (domain: 推介信息以出让公告为准)."""

_PLAIN: Final = (
    "key",
    "parcel_number",
    "parcel_code",
    "name",
    "address",
    "county",
    "use_code",
    "use_system",
    "use_name",
    "state",
    "area_m2",
    "planar_area_m2",
    "certified_area_m2",
    "far_min",
    "far_max",
    "coverage_min",
    "coverage_max",
    "green_max",
    "height_max_m",
    "planning_set",
    "promotable",
    "mortgaged",
    "seized",
    "cleared_plan_on",
    "note",
    "original_crs",
    "search",
    "extra",
)


def parcel_source(rows: FromClause, moment: Moment) -> tuple[FromClause, dict[str, ColumnElement[Any]]]:
    """Join a parcel alias with the names of the places it lies in."""
    source, places = place_joins(rows, rows, moment)
    street, on_street = named(zone, "street_zone", rows.c.subdistrict, moment)
    return source.outerjoin(street, on_street), {
        **places,
        "subdistrict": rows.c.subdistrict,
        "subdistrict_name": street.c.name,
    }


@remembered
def _parcels(moment: Moment, _: View) -> Relation:
    rows = named_alias(parcel, "rows")
    source, places = parcel_source(rows, moment)
    return Relation(
        source=source,
        key=rows.c.key,
        fields={
            **{name: rows.c[name] for name in _PLAIN},
            **places,
            "notice": literal(NOTICE),
            **version_fields(rows),
        },
        geojson=rows.c.geojson,
        shapes=((parcel, rows),),
        where=(in_force(rows, moment),),
        search=rows.c.search,
        rules={"promotable": still(rows, parcel, "promotable", moment)},
        districts=rows.c.district,
        parks=rows.c.park,
        tasks=of_task("parcel", rows.c.key, moment),
    )


PARCELS: Final = Collection(
    "parcels",
    "宗地",
    ("parcel", "demolition_subject", "zone", "park"),
    _parcels,
    equal=(
        "park",
        "district",
        "subdistrict",
        "state",
        "use_code",
        "promotable",
        "parcel_number",
        "parcel_code",
    ),
)
