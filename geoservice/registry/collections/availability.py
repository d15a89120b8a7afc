"""Availability verdicts (可供判定) as features: the parcel's shape with the answer of the day."""

from __future__ import annotations

from typing import Final

from sqlalchemy import and_, literal

from geoservice.access.policy import View
from geoservice.model import parcel, verdict
from geoservice.registry.collections.parcels import NOTICE, parcel_source
from geoservice.registry.collections.relation import (
    Collection,
    Relation,
    named_alias,
    open_end,
    remembered,
    still,
)
from geoservice.registry.collections.subjects import of_task
from geoservice.registry.moment import Moment
from geoservice.registry.versions import in_force


@remembered
def _availability(moment: Moment, view: View) -> Relation:
    rows = named_alias(parcel, "rows")
    answer = named_alias(verdict, "answer")
    source, places = parcel_source(rows, moment)
    source = source.join(answer, and_(answer.c.parcel == rows.c.key, in_force(answer, moment)))
    return Relation(
        source=source,
        key=rows.c.key,
        fields={
            "key": rows.c.key,
            "parcel_number": rows.c.parcel_number,
            "parcel_code": rows.c.parcel_code,
            "name": rows.c.name,
            "address": rows.c.address,
            **places,
            "use_code": rows.c.use_code,
            "use_system": rows.c.use_system,
            "use_name": rows.c.use_name,
            "state": rows.c.state,
            "area_m2": rows.c.area_m2,
            "status": answer.c.status,
            "reasons": answer.c.reasons if view.reasons == "full" else answer.c.reasons_public,
            "usable_area_m2": answer.c.usable_area_m2,
            "available_from": answer.c.available_from,
            "plan": answer.c.plan,
            "rule_version": answer.c.rule_version,
            "valid_from": answer.c.valid_from,
            "valid_to": open_end(answer.c.valid_to),
            "notice": literal(NOTICE),
            "search": rows.c.search,
        },
        geojson=rows.c.geojson,
        shapes=((parcel, rows),),
        where=(in_force(rows, moment),),
        search=rows.c.search,
        rules={"promotable": still(rows, parcel, "promotable", moment)},
        districts=rows.c.district,
        parks=rows.c.park,
        tasks=of_task("parcel", rows.c.key, moment),
        joined_keys=(answer.c.parcel,),
    )


AVAILABILITY: Final = Collection(
    "availability",
    "可供判定",
    ("verdict", "parcel", "demolition_subject", "zone", "park"),
    _availability,
    equal=("park", "district", "subdistrict", "status", "state", "use_code"),
)
