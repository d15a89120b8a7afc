"""Job ``assess``: reassess parcels in batches, each its own short publish; readers and editors go on meanwhile."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select

from geoservice.jobs.context import Context
from geoservice.model import parcel
from geoservice.service import Service
from geoservice.upkeep.verdicts import recompute_verdicts

BATCH: Final = 5_000
"""Parcels a publish; about three seconds in which other changes wait."""


def assess_parcels(service: Service, context: Context, asked: dict[str, Any]) -> dict[str, Any]:
    """Reassess the parcels of an import (``import_run``) or all of them, oldest keys first.

    Begun again after a worker died, it starts over: what was assessed already does not change.
    """
    run = asked.get("import_run")
    wanted = select(parcel.c.key).where(parcel.c.superseded_at.is_(None)).distinct().order_by(parcel.c.key)
    if run is not None:
        wanted = wanted.where(parcel.c.import_run == run)
    with service.database.read() as connection:
        keys = list(connection.scalars(wanted))
    moved = 0
    context.tell("verdicts", 0, len(keys))
    for start in range(0, len(keys), BATCH):
        batch = set(keys[start : start + BATCH])
        with service.work().begin(context.job.created_by, f"assess parcels (job {context.job.id})") as unit:
            moved += len(recompute_verdicts(unit, batch, service.rules))
        context.tell("verdicts", min(start + BATCH, len(keys)), len(keys))
    return {"parcels": len(keys), "moved": moved}
