from __future__ import annotations

import pandas as pd
import pytest

from geoservice.demolition import FactsInvalid, unit_states
from tests.demolition.clearings import unit, units


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, "none"),
        ({"surveyed": 1}, "surveyed"),
        ({"surveyed": 1, "appraised": 2, "signed": 10}, "signed"),
        ({"surveyed": 1, "signed": 11}, "surveyed"),
        ({"signed": 3, "compensated": 4, "vacated": 5, "demolished": 6}, "demolished"),
        # 产权调换: vacated before it was compensated
        ({"signed": 3, "vacated": 4, "compensated": 11}, "vacated"),
        ({"surveyed": 1, "decided": 5}, "disputed"),
        ({"surveyed": 1, "decided": 11}, "surveyed"),
        ({"decided": 5, "signed": 7}, "signed"),
        ({"signed": 5, "litigated": 7}, "disputed"),
        ({"decided": 5, "compensated": 6, "litigated": 7}, "disputed"),
        # 强执: the land is free although nobody ever signed, and although the amount is still disputed
        ({"decided": 5, "enforcement": 6, "vacated": 8}, "vacated"),
        ({"litigated": 9, "demolished": 8}, "demolished"),
    ],
)
def test_the_furthest_fact_decides_unless_a_dispute_is_open(facts: dict[str, int], state: str) -> None:
    assert unit_states(units(unit(**facts)), 10).tolist() == [state]


def test_keeps_the_index_and_reads_missing_days_as_not_happened() -> None:
    frame = units(unit(signed=3), unit()).set_index(pd.Index([9, 4]))
    frame["signed_day"] = frame["signed_day"].astype("Int64").mask(frame["signed_day"] > 5)
    states = unit_states(frame, 10)
    assert states.to_dict() == {9: "signed", 4: "none"}


def test_names_the_facts_that_have_no_column() -> None:
    with pytest.raises(FactsInvalid, match="litigated_day"):
        unit_states(units(unit()).drop(columns="litigated_day"), 10)
