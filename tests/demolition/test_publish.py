"""Published figures: whatever two of them are subtracted, nobody reads of a few households."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from geoservice.demolition.publish import COUNTED, SMALL, Figures, Known, months_of, publishable

START = date(2026, 1, 10)
TODAY = date(2026, 11, 23)


def months(*figures: Figures) -> list[tuple[date, Figures]]:
    ends = [(date(2026, n + 1, 1) - timedelta(days=1)) for n in range(1, len(figures) + 1)]
    return list(zip(ends, figures, strict=True))


def small(number: int) -> bool:
    return 0 < abs(number) < SMALL


def test_a_month_is_shown_from_the_day_after_its_end() -> None:
    found = publishable(months((40, 20, 10, 10, 30)), [])
    assert [(p.from_day, p.figures_on) for p in found] == [(date(2026, 2, 1), date(2026, 1, 31))]


def test_what_is_small_or_nearly_everything_waits() -> None:
    for waiting in (
        (4, 0, 0, 0, 4),
        (40, 3, 0, 0, 40),
        (40, 37, 0, 0, 40),
        (40, 20, 18, 0, 22),
        (0, 0, 0, 0, 0),
    ):
        assert publishable(months(waiting), []) == []
    assert len(publishable(months((40, 40, 40, 40, 0)), [])) == 1


def test_a_step_of_a_few_waits_until_it_is_a_step_of_many() -> None:
    steps = [(40, n, 0, 0, 40) for n in (10, 12, 14, 15, 19, 20)]
    assert [p.figures[1] for p in publishable(months(*steps), [])] == [10, 15, 20]


def test_a_correction_never_comes_close_to_what_was_shown() -> None:
    shown = [(40, 10, 0, 0, 40), (40, 20, 0, 0, 40)]
    for corrected, told in ((18, []), (15, [15]), (10, [10]), (7, []), (5, [5])):
        assert [p.figures[1] for p in publishable(months((40, corrected, 0, 0, 40)), shown)] == told


def test_months_carry_the_figures_they_end_with() -> None:
    known = [
        Known(START, (5, 0, 0, 0, 5)),
        Known(date(2026, 2, 28), (6, 0, 0, 0, 6)),
        Known(date(2026, 3, 1), (7,) * 5),
    ]
    found = list(months_of(known, date(2026, 4, 2)))
    assert [(day.isoformat(), figures[0]) for day, figures in found] == [
        ("2026-01-31", 5),
        ("2026-02-28", 6),
        ("2026-03-31", 7),
        ("2026-04-30", 7),
    ]
    assert list(months_of([], TODAY)) == []


steps = st.tuples(*[st.integers(0, 9)] * 4)


@st.composite
def histories(draw: st.DrawFn) -> list[Figures]:
    """Draw a task whose households sign, leave and fall month by month, with corrections down now and then."""
    total = draw(st.integers(0, 60))
    signed = vacated = demolished = 0
    found = []
    for more, leave, fall, new in draw(st.lists(steps, max_size=12)):
        total += new // 8 * 3
        signed = min(total, max(0, signed + more - (3 if more == 1 else 0)))
        vacated = min(total, vacated + leave)
        demolished = min(vacated, demolished + fall)
        found.append((total, signed, vacated, demolished, total - vacated))
    return found


@settings(max_examples=150)
@given(histories(), histories())
def test_no_subtraction_of_published_figures_tells_of_a_few(
    first: list[Figures], second: list[Figures]
) -> None:
    """Attack: everything published first, and everything published again after a correction, subtracted pairwise."""
    one = [p.figures for p in publishable(months(*first[:11]), [])]
    two = [p.figures for p in publishable(months(*second[:11]), one)]
    told = list(dict.fromkeys([*one, *two]))
    for figures in told:
        assert not any(map(small, figures))
        assert not any(small(a - b) for a, b in combinations(figures, 2))
    for a, b in combinations(told, 2):
        assert not any(small(x - y) for x, y in zip(a, b, strict=True))
        for i, j in product(range(len(COUNTED)), repeat=2):
            assert not small((a[i] - a[j]) - (b[i] - b[j]))
