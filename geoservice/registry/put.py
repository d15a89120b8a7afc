"""Writing versions: what changed becomes a new version, what did not is left alone, nothing is destroyed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Table

from geoservice.db import UnitOfWork
from geoservice.model import OPEN
from geoservice.model.columns import default_of
from geoservice.model.nouns import Noun, noun
from geoservice.registry import aliases, matching
from geoservice.registry.mint import mint
from geoservice.registry.search_text import search_text
from geoservice.registry.shapes import shape_columns
from geoservice.registry.values import stored_values
from geoservice.registry.versions import append, believed_rows, clone, supersede


@dataclass(frozen=True)
class PutResult:
    """What a write did.

    Attributes
    ----------
    keys : list of str
        Key of each row given, in order.
    new, changed, unchanged : int
        How many rows made a new thing, a new version, or nothing.
    """

    keys: list[str]
    new: int
    changed: int
    unchanged: int


def put(
    unit: UnitOfWork,
    noun_name: str,
    frame: pd.DataFrame,
    *,
    valid_from: date,
    import_run: int | None = None,
    match_by: Sequence[str] | None = None,
) -> PutResult:
    """Write rows of a versioned noun, valid from a day on.

    Parameters
    ----------
    unit : UnitOfWork
        The change this belongs to.
    noun_name : str
        Which noun.
    frame : DataFrame
        Columns are fields of the noun, ``geometry`` (EPSG:4490), ``original_crs``, ``original_wkb``, ``extra`` or
        ``key``. A column that is absent leaves what is recorded as it is.
    valid_from : date
        The day from which it is so; earlier days keep what they had.
    import_run : int, optional
        The import the rows come from.
    match_by : sequence of str, optional
        Identity fields to recognise rows by, in order; default the noun's own.

    Notes
    -----
    O(rows log rows). A change splits the version in force on `valid_from`: the part before keeps the old
    values, the part after takes the new ones, and the row that said otherwise is marked superseded. A row about
    days before the first version ends where that begins, and takes from it what it does not say itself.
    """
    kind = noun(noun_name)
    frame = frame.reset_index(drop=True)
    known = matching.existing_keys(unit.connection, kind, frame, match_by)
    minted = iter(mint(unit, noun_name, known.count(None)))
    keys = [next(minted) if key is None else key for key in known]
    columns = stored_columns(kind, frame)
    result = _write(unit, kind, keys, columns, valid_from, import_run)
    _remember_aliases(unit, kind, keys, columns, import_run)
    return result


def stored_columns(kind: Noun, frame: pd.DataFrame) -> dict[str, list[Any]]:
    """Return the given columns as stored values, with the columns that follow from a shape or a name."""
    table = kind.table
    given = [name for name in frame.columns if name in table.c and name != "key"]
    columns = {name: stored_values(table.c[name], frame[name].tolist()) for name in given if name != "geom"}
    if kind.spatial and "geometry" in frame:
        columns.update(shape_columns(np.asarray(frame["geometry"], dtype=object)))
    return columns


def _write(
    unit: UnitOfWork,
    kind: Noun,
    keys: list[str],
    columns: dict[str, list[Any]],
    valid_from: date,
    import_run: int | None,
) -> PutResult:
    held = believed_rows(unit.connection, kind.table, keys)
    rows: list[dict[str, Any]] = []
    superseded: list[int] = []
    counts = {"new": 0, "changed": 0, "unchanged": 0}
    touched: list[str] = []
    for position, key in enumerate(keys):
        given = {name: values[position] for name, values in columns.items()}
        in_force = next((r for r in held.get(key, ()) if r["valid_from"] <= valid_from < r["valid_to"]), None)
        if in_force is not None and all(same_value(in_force[name], value) for name, value in given.items()):
            counts["unchanged"] += 1
            continue
        counts["changed" if held.get(key) else "new"] += 1
        touched.append(key)
        if in_force is not None:
            superseded.append(in_force["id"])
            if in_force["valid_from"] < valid_from:
                rows.append(clone(in_force, valid_to=valid_from))
        rows.append(
            _version(kind, key, held.get(key, []), in_force, given, valid_from)
            | {"valid_from": valid_from, "import_run": import_run}
        )
    supersede(unit, kind.table, superseded)
    append(unit, kind.table, rows)
    unit.touch(kind.name, touched, on=valid_from)
    return PutResult(keys, **counts)


def _version(
    kind: Noun,
    key: str,
    held: list[dict[str, Any]],
    in_force: dict[str, Any] | None,
    given: dict[str, Any],
    valid_from: date,
) -> dict[str, Any]:
    nearest = in_force or _nearest(held, valid_from)
    base = clone(nearest) if nearest else _defaults(kind.table) | {"key": key}
    base["version"] = max((row["version"] for row in held), default=0) + 1
    if in_force is None:
        base["valid_to"] = min((r["valid_from"] for r in held if r["valid_from"] > valid_from), default=OPEN)
    for name, value in given.items():
        if value is not None or kind.table.c[name].nullable:
            base[name] = value
    if kind.searched:
        base["search"] = search_text([base.get(name) for name in kind.searched])
    return base


def _nearest(held: list[dict[str, Any]], day: date) -> dict[str, Any] | None:
    """Return what is known nearest to a day nothing is known of yet: the version after it, else the one before."""
    return next((row for row in held if row["valid_from"] > day), held[-1] if held else None)


def _defaults(table: Table) -> dict[str, Any]:
    return {column.name: default_of(column) for column in table.c if not column.primary_key}


def same_value(held: Any, given: Any) -> bool:
    """Say whether a stored value is the one given; shapes are compared point by point."""
    if isinstance(held, shapely.Geometry) or isinstance(given, shapely.Geometry):
        return bool(held is not None and given is not None and shapely.equals_exact(held, given, 0.0))
    return bool(held == given)


def _remember_aliases(
    unit: UnitOfWork, kind: Noun, keys: list[str], columns: dict[str, list[Any]], run: int | None
) -> None:
    if kind.composite:
        return
    for scheme in kind.identity:
        if scheme in columns:
            pairs = zip(columns[scheme], keys, strict=True)
            aliases.remember(unit, kind.name, scheme, {v: k for v, k in pairs if v is not None}, run)
