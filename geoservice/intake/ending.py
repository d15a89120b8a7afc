"""What a file, taken as a whole delivery of its layer, no longer contains: told before, ended when asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from geoservice.db import UnitOfWork
from geoservice.errors import InvalidInput
from geoservice.intake.check import Checked
from geoservice.intake.known import Known
from geoservice.model.nouns import noun
from geoservice.registry.end import end
from geoservice.registry.missing import Scope, missing_keys, scope_of, vanished_links


def absent(
    connection: Connection, checked: Checked, keys: Sequence[str | None], known: Known, day: date
) -> list[str]:
    """Return the keys of what the file, as a whole delivery of its layer, no longer contains on a day.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    checked : Checked
        The file.
    keys : sequence of str
        Keys of its good rows.
    known : Known
        Resolves the numbers of its rejected rows: what is there and wrong is not missing.
    day : date
        From which it would have ended.

    Raises
    ------
    InvalidInput
        If a rejected row carries no number, so that nobody can tell what it is about.
    """
    mapping = checked.mapping
    assert mapping is not None
    kind = noun(mapping.noun)
    numbers = checked.rejects["key"].tolist() if len(checked.rejects) else []
    if any(number is None for number in numbers):
        raise InvalidInput(
            "A rejected row carries no number, so that what is missing cannot be told",
            f"row {checked.rejects['row'].iloc[numbers.index(None)]}",
            "Correct the row, or import without ending what is missing.",
        )
    there = {key for key in (*keys, *known.resolve(kind.name, numbers)) if key is not None}
    return missing_keys(connection, kind, delivery_of(connection, checked, known), there, day)


def delivery_of(connection: Connection, checked: Checked, known: Known) -> Scope:
    """Return what a file is a whole delivery of."""
    mapping = checked.mapping
    assert mapping is not None
    layer = known.resolve("layer", [mapping.layer["code"]])[0] if mapping.layer else None
    return scope_of(connection, noun(mapping.noun), checked.report.file.name, mapping.source.layer, layer)


def end_links(unit: UnitOfWork, links: dict[str, list[str]], parents: list[str], day: date, run: int) -> int:
    """End the links that the file no longer lists for the things it speaks of."""
    ended = 0
    for name, kept in links.items():
        gone = vanished_links(unit.connection, noun(name), parents, kept, day)
        ended += len(end(unit, name, gone, on=day, import_run=run))
    return ended
