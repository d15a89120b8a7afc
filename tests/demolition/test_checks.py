from __future__ import annotations

from typing import Any

from geoservice.demolition import check_facts
from tests.demolition.clearings import unit, units

ORDERLY = {"surveyed": 1, "appraised": 2, "signed": 3, "compensated": 4, "vacated": 5, "demolished": 6}


def found(**facts: int) -> list[tuple[Any, ...]]:
    table = check_facts(units(unit(), unit(**facts)), 10)
    assert set(table["row"]) <= {1}
    assert table["message"].str.len().gt(5).all()
    assert table["remedy"].str.len().gt(5).all()
    return list(table[["severity", "code", "field"]].itertuples(index=False, name=None))


def test_an_orderly_unit_is_not_strange() -> None:
    assert found(**ORDERLY) == []
    assert found(surveyed=1, decided=2, litigated=3, enforcement=4, vacated=5) == []


def test_facts_of_today_are_facts_and_of_tomorrow_are_errors() -> None:
    assert found(surveyed=10) == []
    assert found(surveyed=11) == [("error", "fact_in_future", "surveyed_on")]


def test_an_unusual_order_is_a_warning_told_once_per_pair() -> None:
    assert found(surveyed=4, signed=3) == [("warning", "unusual_order", "signed_on")]
    assert found(**{**ORDERLY, "compensated": 9}) == [("warning", "unusual_order", "vacated_on")]


def test_vacated_without_agreement_or_decision_lacks_its_title() -> None:
    assert found(vacated=5) == [("warning", "title_missing", "vacated_on")]
    assert found(decided=4, demolished=5) == []


def test_enforcement_needs_a_decision() -> None:
    assert found(enforcement=5) == [("warning", "enforcement_undecided", "enforcement_on")]


def test_no_units_no_findings() -> None:
    table = check_facts(units(), 10)
    assert table.empty
    assert list(table.columns)[:3] == ["severity", "code", "row"]
