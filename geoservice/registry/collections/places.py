"""Parks (园区) and zones (分区) as features."""

from __future__ import annotations

from typing import Final

from geoservice.access.policy import View
from geoservice.model import park, zone
from geoservice.registry.collections.relation import (
    Collection,
    Relation,
    named,
    named_alias,
    remembered,
    version_fields,
)
from geoservice.registry.moment import Moment
from geoservice.registry.versions import in_force


@remembered
def _parks(moment: Moment, _: View) -> Relation:
    rows = named_alias(park, "rows")
    district, on_district = named(zone, "district_zone", rows.c.district, moment)
    return Relation(
        source=rows.outerjoin(district, on_district),
        key=rows.c.key,
        fields={
            "key": rows.c.key,
            "code": rows.c.code,
            "name": rows.c.name,
            "level": rows.c.level,
            "leading_industries": rows.c.leading_industries,
            "approved_area_m2": rows.c.approved_area_m2,
            "area_m2": rows.c.area_m2,
            "district": rows.c.district,
            "district_name": district.c.name,
            "county": rows.c.county,
            "search": rows.c.search,
            "extra": rows.c.extra,
            **version_fields(rows),
        },
        geojson=rows.c.geojson,
        shapes=((park, rows),),
        where=(in_force(rows, moment),),
        search=rows.c.search,
        districts=rows.c.district,
        parks=rows.c.key,
    )


@remembered
def _zones(moment: Moment, _: View) -> Relation:
    rows = named_alias(zone, "rows")
    return Relation(
        source=rows,
        key=rows.c.key,
        fields={
            "key": rows.c.key,
            "code": rows.c.code,
            "name": rows.c.name,
            "kind": rows.c.kind,
            "area_m2": rows.c.area_m2,
            "county": rows.c.county,
            "extra": rows.c.extra,
            **version_fields(rows),
        },
        geojson=rows.c.geojson,
        shapes=((zone, rows),),
        where=(in_force(rows, moment),),
        search=rows.c.search,
    )


PARKS: Final = Collection("parks", "园区", ("park", "zone"), _parks, equal=("level", "district"))
ZONES: Final = Collection("zones", "分区", ("zone",), _zones, equal=("kind",))
