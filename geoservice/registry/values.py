"""Turning cells of a frame into the values a column stores, so that equal facts compare equal."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final

import pandas as pd
from sqlalchemy import BigInteger, Boolean, Column, Date, Double, Integer, LargeBinary

from geoservice.db.types import Instant, Json

DECIMALS: Final = 6
"""Numbers are rounded when written, so that both engines give the same answers."""


def stored_values(column: Column[Any], values: Sequence[Any]) -> list[Any]:
    """Return the values as the column stores them; missing ones as ``None``.

    Raises
    ------
    TypeError, ValueError
        If a value cannot be what the column holds; intake has refused such rows before.
    """
    convert = _converter(column)
    return [None if _missing(value) else convert(value) for value in values]


def _missing(value: Any) -> bool:
    return (
        value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value))
    )


def _converter(column: Column[Any]) -> Callable[[Any], Any]:
    return next((convert for kinds, convert in _CONVERTERS if isinstance(column.type, kinds)), _text)


def _number(value: Any) -> float:
    number = round(float(value), DECIMALS)
    if not math.isfinite(number):
        raise ValueError(f"not a finite number: {value!r}")
    return number


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value))


def _document(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return value


def _text(value: Any) -> str | None:
    text = str(value).replace("\x00", "").strip()
    return text or None


def _as_it_is(value: Any) -> Any:
    return value


_CONVERTERS: Final[tuple[tuple[Any, Callable[[Any], Any]], ...]] = (
    (Boolean, bool),
    ((BigInteger, Integer), int),
    (Double, _number),
    (Date, _day),
    (Json, _document),
    ((Instant, LargeBinary), _as_it_is),
)
