"""Reading rows as frames for the kernels."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select

from geoservice.db.spatial import shapes


def read_frame(
    connection: Connection, statement: Select[Any], *, geometry: str | None = None
) -> pd.DataFrame:
    """Read a statement into a frame of Python objects; NULL stays ``None``.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    statement : Select
        What to read.
    geometry : str, optional
        Name of a column selected through :class:`~geoservice.db.spatial.wkb_of`, turned into geometries.
    """
    result = connection.execute(statement)
    names = list(result.keys())
    columns = list(zip(*result.fetchall(), strict=True)) or [() for _ in names]
    frame = pd.DataFrame(
        {name: pd.Series(list(values), dtype=object) for name, values in zip(names, columns, strict=True)}
    )
    if geometry is not None:
        frame[geometry] = shapes(list(frame[geometry]))
    return frame
