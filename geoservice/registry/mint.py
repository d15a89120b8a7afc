"""Minting keys: stable, short, speakable, never reused."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from geoservice.db import UnitOfWork
from geoservice.model import minted
from geoservice.model.nouns import noun


def mint(unit: UnitOfWork, noun_name: str, count: int) -> list[str]:
    """Mint `count` keys of a noun, such as ``DK00000042``.

    Certified and project codes may come late, repeat or change; the minted key never does.
    """
    if count == 0:
        return []
    last = unit.connection.scalar(
        select(minted.c.last_number).where(minted.c.noun == noun_name).with_for_update()
    )
    if last is None:
        last = 0
        unit.connection.execute(insert(minted).values(noun=noun_name, last_number=count))
    else:
        unit.connection.execute(
            update(minted).where(minted.c.noun == noun_name).values(last_number=last + count)
        )
    prefix = noun(noun_name).prefix
    return [f"{prefix}{number:08d}" for number in range(last + 1, last + count + 1)]
