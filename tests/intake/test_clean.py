"""Cells as they are typed, by property and by example."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoservice.intake.clean.dates import parse_day
from geoservice.intake.clean.flags import parse_flag
from geoservice.intake.clean.lists import parse_codes, parse_list
from geoservice.intake.clean.numbers import parse_number
from geoservice.intake.clean.terms import recognise
from geoservice.intake.clean.text import clean_code, clean_text
from geoservice.model.vocabulary import Vocabulary

DAYS = st.dates(date(1950, 1, 1), date(2099, 12, 31))
FULL_WIDTH = str.maketrans("0123456789.,-/", "０１２３４５６７８９．，－／")


@given(
    DAYS,
    st.sampled_from(
        [
            "{0.year}-{0.month:02}-{0.day:02}",
            "{0.year}/{0.month}/{0.day}",
            "{0.year}年{0.month}月{0.day}日",
            "{0.year}.{0.month:02}.{0.day:02}",
            "{0.year}{0.month:02}{0.day:02}",
            " {0.year} 年 {0.month} 月 {0.day} 日 ",
            "{0.year}-{0.month:02}-{0.day:02}T08:30:00",
        ]
    ),
)
def test_every_way_to_write_a_day_is_that_day(day: date, form: str) -> None:
    read = parse_day(form.format(day))
    assert read == (day, False)


@given(DAYS)
def test_full_width_days_excel_serials_and_instants(day: date) -> None:
    assert parse_day(day.isoformat().translate(FULL_WIDTH)) == (day, False)
    assert parse_day((day - date(1899, 12, 30)).days) == (day, False)
    assert parse_day(float((day - date(1899, 12, 30)).days) + 0.5) == (day, False)
    assert parse_day(datetime(day.year, day.month, day.day, 23, 59)) == (day, False)


@given(DAYS)
def test_a_month_ends_before_the_next_begins(day: date) -> None:
    text = f"{day.year}年{day.month}月"
    first, last = parse_day(text), parse_day(text, last=True)
    assert first is not None and last is not None and first.coarse and last.coarse
    assert first.day.day == 1
    assert (last.day + timedelta(1)).day == 1
    assert first.day <= day <= last.day


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026年三季度", "2026-07-01", "2026-09-30"),
        ("2026年第4季度", "2026-10-01", "2026-12-31"),
        ("2026Q1", "2026-01-01", "2026-03-31"),
        ("2026年上半年", "2026-01-01", "2026-06-30"),
        ("2026年底", "2026-01-01", "2026-12-31"),
        ("2026年", "2026-01-01", "2026-12-31"),
        ("2026年2月底", "2026-02-01", "2026-02-28"),
        ("202602", "2026-02-01", "2026-02-28"),
    ],
)
def test_quarters_halves_and_years(text: str, first: str, last: str) -> None:
    assert [str(parse_day(text, last=end).day) for end in (False, True)] == [first, last]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2026-13-01", "明年", "12", "2026-3-1-4", "99999", "20269901"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_day(text)


def test_the_order_of_day_and_month_must_be_said() -> None:
    with pytest.raises(ValueError):
        parse_day("7/5/2005")
    assert parse_day("7/5/2005", format="%m/%d/%Y") == (date(2005, 7, 5), False)


@given(st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=4))
def test_numbers_come_back_exactly(number: Decimal) -> None:
    assert parse_number(f"{number:f}") == (number, None)
    assert parse_number(f"{number:,f}".translate(FULL_WIDTH)) == (number, None)
    assert parse_number(f" {abs(number):f} 万元") == (abs(number), "wan")


@pytest.mark.parametrize("text", ["many", "12a", "1.2.3", "三百", "12 only", True, "1e999"])
def test_what_is_no_number_is_refused(text: Any) -> None:
    with pytest.raises(ValueError):
        parse_number(text)


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none()))
def test_cleaning_twice_is_cleaning_once(value: Any) -> None:
    for clean in (clean_text, clean_code):
        once = clean(value)
        assert clean(once) == once
        assert once is None or once == once.strip() != ""


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs",))))
def test_a_code_has_no_space_in_it(text: str) -> None:
    code = clean_code(text)
    assert code is None or not any(c.isspace() for c in code)


@given(st.sampled_from([(v, term) for v in Vocabulary.__subclasses__() for term in v]))
def test_code_and_labels_of_every_term_are_recognised(pair: tuple[type[Vocabulary], Vocabulary]) -> None:
    vocabulary, term = pair
    assert {recognise(vocabulary, w) for w in (term.value, term.zh, term.en, f" {term.zh}　")} == {term.value}


@pytest.mark.parametrize("word", ["是", "√", "有", 1, True, "Y", "已抵押", "１"])
def test_yes(word: Any) -> None:
    assert parse_flag(word, "抵押") is True


@pytest.mark.parametrize("word", ["否", "×", "无", 0, False, "N", "未抵押", "无抵押"])
def test_no(word: Any) -> None:
    assert parse_flag(word, "抵押") is False


def test_lists_by_every_separator() -> None:
    assert parse_list("装备、新材料，食品；物流;装备") == ["装备", "新材料", "食品", "物流"]
    assert parse_codes("34-16,34-111；34-9 34-16", r"[,;；\s]+") == ["34-16", "34-111", "34-9"]
