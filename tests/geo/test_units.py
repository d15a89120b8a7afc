"""Units: 亩 and 公顷 to square metres, 万元 and 亿元 to whole 分 without a float in between."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoservice.geo.errors import AmountUnreadable, UnitUnknown
from geoservice.geo.measure import MONEY_FEN, MU_M2, SQUARE_METRES, to_fen, to_square_metres


def test_a_hectare_is_fifteen_mu() -> None:
    assert SQUARE_METRES["ha"] / MU_M2 == pytest.approx(15, rel=1e-15)
    assert to_square_metres([15], "亩")[0] == pytest.approx(10_000)
    assert to_square_metres([1, 2], "公顷").tolist() == [10_000, 20_000]
    assert to_square_metres(43_560, "sqft")[0] == pytest.approx(4046.8564224)
    assert to_square_metres(np.array([1, 2]), "km2").tolist() == [1e6, 2e6]


def test_areas_are_read_as_offices_type_them() -> None:
    values = ["1,234.5", "１２３４．５", " 1 234.5 ", Decimal("1234.5"), "", None, pd.NA, float("nan")]
    assert to_square_metres(values, "㎡")[:4].tolist() == [1234.5] * 4
    assert np.isnan(to_square_metres(values, "㎡")[4:]).all()


@pytest.mark.parametrize("unit", ["acres", "", "wan"])
def test_an_unknown_unit_of_area_names_the_known(unit: str) -> None:
    with pytest.raises(UnitUnknown, match="m2, mu, ha, km2, sqft"):
        to_square_metres([1], unit)


@pytest.mark.parametrize("value", ["12亩", "abc", True, "inf", float("inf"), "nan"])
def test_what_is_no_amount_is_named_by_row(value: object) -> None:
    with pytest.raises(AmountUnreadable, match="Row 1"):
        to_fen([1, value], "yuan")


def test_the_float_in_a_cell_is_the_decimal_it_shows() -> None:
    assert to_fen([0.1, 0.29, 1.005, 1234.5678], "wan").tolist() == [
        100_000,
        290_000,
        1_005_000,
        1_234_567_800,
    ]
    assert to_fen(np.float64(19.99), "元").tolist() == [1999]
    assert to_fen(["1.5"], "亿元").tolist() == [15_000_000_000]


def test_half_a_fen_goes_to_the_even_one() -> None:
    assert to_fen(["0.005", "0.015", "0.025", "-0.005"], "yuan").tolist() == [0, 2, 2, 0]


def test_missing_money_stays_missing() -> None:
    assert to_fen([None, "", float("nan"), pd.NA, np.nan, pd.NaT], "yi").tolist() == [None] * 6


@given(st.decimals(-(10**9), 10**9, places=8), st.sampled_from(sorted(MONEY_FEN)))
def test_money_is_exact(amount: Decimal, unit: str) -> None:
    fen = to_fen([str(amount)], unit)[0]
    assert isinstance(fen, int)
    exact = Fraction(amount) * MONEY_FEN[unit]
    assert abs(Fraction(fen) - exact) <= Fraction(1, 2)
    assert fen == round(exact)
