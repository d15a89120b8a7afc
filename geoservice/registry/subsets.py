"""Reading the rows of some keys, or of all: keys are handed over in batches both engines take."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select

from geoservice.db.frames import read_frame
from geoservice.registry.aliases import batches


def read_subset(
    connection: Connection,
    statement: Select[Any],
    column: ColumnElement[str],
    keys: Collection[str],
    *,
    geometry: str | None = None,
) -> pd.DataFrame:
    """Read a statement for the rows whose `column` is one of `keys`. O(rows of those keys)."""
    frames = [
        read_frame(connection, statement.where(column.in_(batch)), geometry=geometry)
        for batch in batches(sorted(keys))
    ]
    if not frames:
        return read_frame(connection, statement.limit(0), geometry=geometry)
    return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
