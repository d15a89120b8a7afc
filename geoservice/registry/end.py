"""Ending things: from a day on they are no more; what was so before stays on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from geoservice.db import UnitOfWork
from geoservice.model.nouns import noun
from geoservice.registry.versions import append, believed_rows, clone, supersede


def end(
    unit: UnitOfWork, noun_name: str, keys: Sequence[str], *, on: date, import_run: int | None = None
) -> list[str]:
    """End things of a versioned noun on a day; their versions before that day stay in force.

    Parameters
    ----------
    unit : UnitOfWork
        The change this belongs to.
    noun_name : str
        Which noun.
    keys : sequence of str
        Which things; a key that is unknown or has ended by that day is left alone.
    on : date
        The first day on which they are no more.
    import_run : int, optional
        The import that ends them.

    Returns
    -------
    list of str
        The keys that were ended, in key order.

    Notes
    -----
    O(versions of the keys). Nothing is deleted: a version reaching beyond the day is superseded and, where it
    began before, written anew with that day as its end; versions that would begin later are superseded.
    """
    table = noun(noun_name).table
    held = believed_rows(unit.connection, table, list(keys))
    rows, superseded, ended = [], [], []
    for key in sorted(held):
        beyond = [row for row in held[key] if row["valid_to"] > on]
        if not beyond:
            continue
        ended.append(key)
        superseded += [row["id"] for row in beyond]
        number = max(row["version"] for row in held[key]) + 1
        cut = [clone(row, valid_to=on) for row in beyond if row["valid_from"] < on]
        rows += [row | {"version": number, "import_run": import_run} for row in cut]
    supersede(unit, table, superseded)
    append(unit, table, rows)
    unit.touch(noun_name, ended, on=on)
    return ended
