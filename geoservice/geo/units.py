"""Units of area and money as offices write them, and the integers and metres they become."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any, Final

import numpy as np
import pandas as pd

from geoservice.geo.arrays import Floats, Geometries
from geoservice.geo.errors import AmountUnreadable, UnitUnknown

MU_M2: Final = 2000 / 3
"""Square metres of one 亩."""
SQUARE_METRES: Final[dict[str, float]] = {
    "m2": 1.0,
    "mu": MU_M2,
    "ha": 10_000.0,
    "km2": 1_000_000.0,
    "sqft": 0.09290304,
}
"""Square metres of one unit; ``sqft`` is the international square foot."""
MONEY_FEN: Final[dict[str, int]] = {"fen": 1, "yuan": 100, "wan": 1_000_000, "yi": 10_000_000_000}
"""分 of one unit: 分, 元, 万元, 亿元."""

_SPELLINGS: Final[dict[str, str]] = {
    "平方米": "m2",
    "平米": "m2",
    "㎡": "m2",
    "m²": "m2",
    "亩": "mu",
    "公顷": "ha",
    "平方公里": "km2",
    "平方千米": "km2",
    "km²": "km2",
    "平方英尺": "sqft",
    "分": "fen",
    "元": "yuan",
    "万元": "wan",
    "万": "wan",
    "亿元": "yi",
    "亿": "yi",
}

_REMEDY: Final = "Write a plain number; the unit belongs into the heading."


def to_square_metres(values: Any, unit: str) -> Floats:
    """Return areas in square metres, ``NaN`` where there is none; O(n).

    Parameters
    ----------
    values : number, text or sequence of them
        Texts may carry thousands separators and full-width digits.
    unit : str
        A key of :data:`SQUARE_METRES` or the word a heading uses (亩, 公顷, 平方米, ㎡, 平方公里 …).

    Raises
    ------
    UnitUnknown, AmountUnreadable
        The latter names the row.

    Examples
    --------
    >>> to_square_metres([1.5, "1,200", None], "亩").round(3).tolist()
    [1000.0, 800000.0, nan]
    """
    factor = SQUARE_METRES[_unit(unit, SQUARE_METRES)]
    array = np.asarray(values)
    if array.dtype.kind in "iuf":
        return array.astype(np.float64).reshape(-1) * factor
    amounts = (_amount(value, row) for row, value in enumerate(_listed(values)))
    return np.array([math.nan if a is None else float(a) for a in amounts], dtype=np.float64) * factor


def to_fen(values: Any, unit: str) -> Geometries:
    """Return amounts of money as whole 分, ``None`` where there is none; O(n).

    Exact: a float is taken as the decimal it prints as, texts as they stand; half a 分 goes to the even one.

    Parameters
    ----------
    values : number, text or sequence of them
    unit : str
        A key of :data:`MONEY_FEN` or 元, 万元, 亿元.

    Returns
    -------
    ndarray of object
        ``int`` or ``None`` per value.

    Raises
    ------
    UnitUnknown, AmountUnreadable
        The latter names the row.

    Examples
    --------
    >>> to_fen([0.1, "1,234.5678", None], "万元").tolist()
    [100000, 1234567800, None]
    """
    factor = MONEY_FEN[_unit(unit, MONEY_FEN)]
    listed = _listed(values)
    whole = np.empty(len(listed), dtype=object)
    for row, value in enumerate(listed):
        amount = _amount(value, row)
        whole[row] = None if amount is None else int((amount * factor).to_integral_value(ROUND_HALF_EVEN))
    return whole


def _unit(unit: str, known: Iterable[str]) -> str:
    plain = unit.strip()
    code = _SPELLINGS.get(plain, plain.lower())
    if code not in known:
        raise UnitUnknown("Unknown unit", unit, f"Use one of {', '.join(known)}.")
    return code


def _listed(values: Any) -> list[Any]:
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        return [values]
    return list(values)


def _amount(value: Any, row: int) -> Decimal | None:
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    text = unicodedata.normalize("NFKC", str(value)).replace(",", "").replace(" ", "").strip()
    if not text:
        return None
    try:
        amount = None if isinstance(value, (bool, np.bool_)) else Decimal(text)
    except InvalidOperation:
        amount = None
    if amount is not None and amount.is_nan() and not isinstance(value, str):
        return None
    if amount is None or not amount.is_finite():
        raise AmountUnreadable(f"Row {row} is not an amount", value, _REMEDY)
    return amount
