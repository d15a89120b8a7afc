"""Columns as the kernels want them: days as integers, flags as flags, geometries as plain objects."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from geoservice.clock import OPEN_DAY
from geoservice.geo.arrays import Flags


def days(column: pd.Series[Any], missing: int) -> pd.Series[int]:
    """Return day numbers as integers with a number for the missing."""
    if column.dtype == np.int64:
        return column
    return pd.to_numeric(column).fillna(missing).astype(np.int64)


def flags(column: pd.Series[Any]) -> pd.Series[bool]:
    """Return yes or no, no where nothing is known."""
    return column if column.dtype == bool else column.astype("boolean").fillna(False).astype(bool)


def texts(column: pd.Series[Any]) -> list[str]:
    """Return texts, empty where nothing is known."""
    return [value if isinstance(value, str) else "" for value in column]


def among(column: pd.Series[Any], values: Collection[str]) -> Flags:
    """Tell which texts are among some values; for a handful of rows far cheaper than ``isin``.

    >>> among(pd.Series(["a", "b", None]), ["a"]).tolist()
    [True, False, False]
    """
    wanted = set(values)
    return np.fromiter((value in wanted for value in column.tolist()), bool, len(column))


def listed(value: Any) -> list[Any]:
    """Return the members of a list-like cell, none where nothing is known."""
    return list(value) if isinstance(value, (list, tuple, np.ndarray)) else []


def as_column(values: Any, index: Any = None) -> pd.Series[Any]:
    """Return any objects as a column that pandas does not try to interpret."""
    return pd.Series(as_objects(values), index=index, dtype=object)


def as_objects(values: Any) -> Any:
    """Return any objects as a flat array that NumPy does not try to interpret."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def in_force(frame: pd.DataFrame) -> pd.DataFrame:
    """Take open ends for missing ones and drop rows that never hold.

    >>> in_force(pd.DataFrame({"from_day": [None, 5], "to_day": [9, 5]})).values.tolist()
    [[1, 9]]
    """
    frame = frame.assign(from_day=days(frame["from_day"], 1), to_day=days(frame["to_day"], OPEN_DAY))
    holds = (frame["from_day"] < frame["to_day"]).to_numpy()
    return (frame if holds.all() else frame[holds]).reset_index(drop=True)
