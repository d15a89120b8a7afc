"""Fields without which a row cannot become a new thing; rows that only add to a held thing need fewer."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from geoservice.intake.findings import Finding, finding
from geoservice.intake.geometry.stored import Shapes
from geoservice.intake.table import Rows
from geoservice.model.nouns import Noun


def missing(
    kind: Noun,
    columns: dict[str, list[Any]],
    shapes: Shapes | None,
    rows: Rows,
    held: list[str | None] | None,
    unreadable: dict[int, str],
    already: set[int],
) -> list[Finding]:
    """Return an error for each row that lacks a required field.

    Parameters
    ----------
    held : list of str
        Key under which a row is held; fields the file does not carry at all are then known already. ``None``
        without a register: then it is only said that the file can add to what is held and to nothing else.
    unreadable : dict
        Positions whose shape the reader could not read, with the reason.
    already : set of int
        File rows whose field has an error of its own, which says more than “missing”.
    """
    found: list[Finding] = []
    for field in kind.required:
        if field == "geometry":
            found += _shapes(shapes, rows, held, unreadable, already)
        elif field in columns:
            values = columns[field]
            found += [
                finding("value_missing", row=int(row), field=field)
                for value, row in zip(values, rows, strict=True)
                if value is None and int(row) not in already
            ]
        elif field != "layer":
            found += _new_rows("value_missing", field, rows, held)
    return found


def _new_rows(code: str, field: str, rows: Rows, held: list[str | None] | None) -> list[Finding]:
    if held is None:
        return [finding("adds_only", field=field)]
    pairs = zip(held, rows, strict=True)
    return [finding(code, row=int(row), field=field) for key, row in pairs if key is None]


def _shapes(
    shapes: Shapes | None,
    rows: Rows,
    held: list[str | None] | None,
    unreadable: dict[int, str],
    already: set[int],
) -> list[Finding]:
    if shapes is None:
        return _new_rows("geometry_missing", "geometry", rows, held)
    return [
        finding("geometry_missing", row=int(rows[i]))
        for i in np.flatnonzero(shapely.is_missing(shapes.original))
        if int(i) not in unreadable and int(rows[i]) not in already
    ]
