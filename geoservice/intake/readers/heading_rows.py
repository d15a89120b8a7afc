"""Which rows of a sheet are its heading: titles stand above it, and it may have two levels."""

from __future__ import annotations

import re
from typing import Any

from geoservice.intake.headings import fold, split_unit, unit_of

_LOOK_INTO = 20
_NUMBER = re.compile(r"^[\s\d.,，:/\-年月日%￥¥()]+$")
_DIGIT = re.compile(r"\d")

Merged = list[tuple[int, int, int, int]]


def find_heading(cells: list[list[Any]], words: frozenset[str], merged: Merged) -> tuple[int, ...]:
    """Return the rows of the heading from 1, empty where there is none.

    The row with most known headings wins; where none is known, the first row of texts that fills most of the
    width. A row above that spans groups, or a row below that divides them, belongs to it.
    """
    first = _best_row(cells[:_LOOK_INTO], words)
    if first is None:
        return ()
    if first > 0 and _is_upper(cells[first - 1], cells[first]):
        return (first, first + 1)
    if first + 1 < len(cells) and _is_lower(cells[first], cells[first + 1], words):
        return (first + 1, first + 2)
    return (first + 1,)


def join_heading(rows: list[list[Any]], top: int, merged: Merged) -> list[str]:
    """Return one heading per column, levels joined by ``/``.

    >>> join_heading([["编号", "计划", None], [None, "开工", "竣工"]], 0, [])
    ['编号', '计划/开工', '计划/竣工']
    """
    levels = [_spread(row, top + i, rows[i + 1 :], merged) for i, row in enumerate(rows)]
    joined = []
    for parts in zip(*levels, strict=True):
        texts = [_text(p) for p in parts if p is not None]
        distinct = list(dict.fromkeys(t for t in texts if t))
        joined.append("/".join(distinct))
    return joined


def _best_row(cells: list[list[Any]], words: frozenset[str]) -> int | None:
    scores = [sum(_known(v, words) for v in row) for row in cells]
    best = max(scores, default=0)
    width = max((sum(v is not None for v in row) for row in cells), default=0)
    if best >= min(2, max(width, 1)):
        return scores.index(best)
    plain = (i for i, row in enumerate(cells) if _looks_like_heading(row, width))
    return next(plain, None)


def _known(value: Any, words: frozenset[str]) -> bool:
    if not isinstance(value, str):
        return False
    return fold(value) in words or fold(split_unit(value)[0]) in words


def _looks_like_heading(row: list[Any], width: int) -> bool:
    said = [v for v in row if v is not None]
    if len(said) < max(min(2, width), 0.6 * width) or not all(isinstance(v, str) for v in said):
        return False
    return len({fold(v) for v in said}) == len(said) and not any(_NUMBER.match(v) for v in said)


def _is_upper(upper: list[Any], row: list[Any]) -> bool:
    """Tell whether `upper` spans groups of `row`: at least two texts, and it names what `row` leaves open."""
    said = [v for v in upper if v is not None]
    if len(said) < 2 or not all(isinstance(v, str) and not _NUMBER.match(v) for v in said):
        return False
    return any(u is not None and v is None for u, v in zip(upper, row, strict=True))


def _is_lower(row: list[Any], lower: list[Any], words: frozenset[str]) -> bool:
    said = [v for v in lower if v is not None]
    if not said or not all(_is_word(v) for v in said):
        return False
    if sum(_known(v, words) or unit_of(v.strip("()（） ")) is not None for v in said) * 3 >= 2 * len(said):
        return True
    return _divides(row, lower) and not any(_DIGIT.search(v) for v in said)


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and not _NUMBER.match(value)


def _divides(row: list[Any], lower: list[Any]) -> bool:
    """Tell whether every text of `lower` stands under a group of `row`, and some under its open cells."""
    opened = False
    for i, below in enumerate(lower):
        if below is None:
            continue
        if row[i] is None:
            opened = True
        elif i + 1 >= len(row) or row[i + 1] is not None:
            return False
    return opened


def _spread(row: list[Any], number: int, below: list[list[Any]], merged: Merged) -> list[Any]:
    """Repeat a spanning heading over its columns: by the merged ranges, else where the level below goes on."""
    spread = list(row)
    for top, left, bottom, right in merged:
        if top <= number <= bottom and left < len(row):
            for i in range(left, min(right + 1, len(row))):
                spread[i] = spread[i] if spread[i] is not None else row[left]
    if below and not any(top == number and right > left for top, left, _b, right in merged):
        for i in range(1, len(spread)):
            if spread[i] is None and below[-1][i] is not None:
                spread[i] = spread[i - 1]
    return spread


def _text(value: Any) -> str:
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return re.sub(r"\s+", "", text) if re.search(r"[\u4e00-\u9fff]", text) else " ".join(text.split())
