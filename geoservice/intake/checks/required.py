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
    held: list[str | None],
    unreadable: dict[int, str],
    already: set[int],
) -> list[Finding]:
    """Return an error for each row that lacks a required field.

    Parameters
    ----------
    held : list of str
        Key under which a row is held; fields the file does not carry at all are then known already.
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
        elif field not in {"layer"}:
            found += [
                finding("value_missing", row=int(row), field=field)
                for key, row in zip(held, rows, strict=True)
                if key is None
            ]
    return found


def _shapes(
    shapes: Shapes | None,
    rows: Rows,
    held: list[str | None],
    unreadable: dict[int, str],
    already: set[int],
) -> list[Finding]:
    if shapes is None:
        pairs = zip(held, rows, strict=True)
        return [finding("geometry_missing", row=int(row)) for key, row in pairs if key is None]
    return [
        finding("geometry_missing", row=int(rows[i]))
        for i in np.flatnonzero(shapely.is_missing(shapes.original))
        if int(i) not in unreadable and int(rows[i]) not in already
    ]
