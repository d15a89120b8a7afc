"""Guarding provisional holds: whatever writes them, two live ones never claim the same land at the same time."""

from __future__ import annotations

from geoservice import clock
from geoservice.db import UnitOfWork
from geoservice.registry.holds import refuse_collisions


def guard_holds(unit: UnitOfWork) -> None:
    """Refuse the change as a whole where a touched hold collides with another one."""
    keys = unit.touched.get("hold", set())
    if keys:
        refuse_collisions(unit, keys, clock.today())
