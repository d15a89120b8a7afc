"""Headings: folded so that spelling does not matter, and the unit that many carry in brackets."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

AREA_UNITS: Final = {
    "m2": "m2",
    "平方米": "m2",
    "平米": "m2",
    "平方": "m2",
    "亩": "mu",
    "市亩": "mu",
    "mu": "mu",
    "ha": "ha",
    "公顷": "ha",
    "hm2": "ha",
    "km2": "km2",
    "平方公里": "km2",
    "平方千米": "km2",
    "sqft": "sqft",
    "sq ft": "sqft",
    "ft2": "sqft",
    "平方英尺": "sqft",
}
MONEY_UNITS: Final = {
    "分": "fen",
    "fen": "fen",
    "元": "yuan",
    "人民币元": "yuan",
    "yuan": "yuan",
    "千元": "qian",
    "万元": "wan",
    "万": "wan",
    "wan": "wan",
    "亿元": "yi",
    "亿": "yi",
    "yi": "yi",
}
OTHER_UNITS: Final = {"%": "percent", "％": "percent", "米": "m", "m": "m", "户": "count", "个": "count"}
EXTRA: Final = frozenset({"extra", "附加列"})
"""Headings, folded, under which our own exports keep what a bureau's columns held beyond the fields."""
UNITS: Final = AREA_UNITS | MONEY_UNITS | OTHER_UNITS

_BRACKETS = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]")
_TAIL = re.compile(r"(?:单位)?[:：/,、，_\-]\s*([^:：/,、，_\-]+)$")
_NOISE = re.compile(r"[\s　/\\_\-·.:：*★☆#,，、;；\"'“”]+")


@lru_cache(maxsize=4096)
def fold(heading: str) -> str:
    r"""Return a heading without spaces, marks, width and case, for comparison only.

    >>> fold(" 宗地 面积\n(㎡)"), fold("Parcel_No.")
    ('宗地面积(m2)', 'parcelno')
    """
    plain = unicodedata.normalize("NFKC", str(heading)).casefold()
    return _NOISE.sub("", plain)


@lru_cache(maxsize=4096)
def split_unit(heading: str) -> tuple[str, str | None]:
    """Return a heading without its unit, and the unit as :mod:`geoservice.geo.units` names it.

    >>> split_unit("总投资（万元）"), split_unit("面积/亩"), split_unit("开工时间（计划）")
    (('总投资', 'wan'), ('面积', 'mu'), ('开工时间(计划)', None))
    """
    plain = unicodedata.normalize("NFKC", str(heading)).strip()
    for found in _BRACKETS.finditer(plain):
        unit = unit_of(found.group(1).removeprefix("单位").lstrip(":： "))
        if unit:
            return (plain[: found.start()] + plain[found.end() :]).strip(" /"), unit
    tail = _TAIL.search(plain)
    if tail and (unit := unit_of(tail.group(1))):
        return plain[: tail.start()].strip(" /"), unit
    return plain, None


def unit_of(text: str) -> str | None:
    """Return the unit a word names, ``None`` where it is no unit.

    >>> unit_of("㎡"), unit_of("万元"), unit_of("备注")
    ('m2', 'wan', None)
    """
    plain = unicodedata.normalize("NFKC", text).casefold().strip()
    return UNITS.get(plain)


def unit_kind(unit: str) -> str:
    """Return ``area``, ``money`` or ``other``."""
    if unit in AREA_UNITS.values():
        return "area"
    return "money" if unit in MONEY_UNITS.values() else "other"
