"""``geoservice assess``: reassess every parcel."""

from __future__ import annotations

from sqlalchemy import select

from geoservice.cli.context import DatabaseOption, opened, out, progress_bar
from geoservice.model import parcel
from geoservice.upkeep.verdicts import recompute_verdicts


def assess(database: DatabaseOption = None) -> None:
    """Reassess the availability of every parcel from scratch, and say how many verdicts moved.

    Verdicts are kept current by every change; this is for new rules, and to see that nothing moves.

    Example: `geoservice assess`
    """
    with opened(database) as service, progress_bar() as bar:
        task = bar.add_task("可供判定 · verdicts", total=None)
        tell = lambda _, done, total: bar.update(task, completed=done, total=total)  # noqa: E731
        with service.work().begin("operator", "assess all parcels") as unit:
            keys = set(unit.connection.scalars(select(parcel.c.key).where(parcel.c.superseded_at.is_(None))))
            moved = recompute_verdicts(unit, keys, service.rules, tell)
    out.print(f"{len(keys)} parcels assessed, {len(moved)} verdicts moved.", highlight=False)
