"""Structure of the codes standards define: 宗地代码, 项目代码, GB/T 4754, land use, county codes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from geoservice.intake.findings import Finding, finding
from geoservice.intake.table import Rows

# TD/T 1001: 区划6 + 地籍区3 + 子区3 + 所有权 + 使用权 + 顺序号5.
_PARCEL_CODE = re.compile(r"^\d{6}\d{3}\d{3}[GJZ]([A-Z])\d{5}$")
# 不动产单元代码: 宗地代码19 + 定着物 F房屋 L林木 Q其他 W无 + 顺序号8.
_UNIT_CODE = re.compile(r"^(?P<parcel>.{19})[FLQW]\d{8}$")
_USE_RIGHTS: Final = frozenset("ABSXCDEFHGWY")
# GB/T 40058-2021: time – region – department – type – number and check digit.
_PROJECT_CODE = re.compile(r"^\d{4}-\d{6}-\d{2}-\d{2}-\d{6}$")
_COUNTY = re.compile(r"^[1-8]\d{5}$")
_INDUSTRY = re.compile(r"^([A-T])?(\d{2,4})?$")
# GB/T 4754-2017: divisions of each section.
_SECTIONS: Final = {
    "A": range(1, 6),
    "B": range(6, 13),
    "C": range(13, 44),
    "D": range(44, 47),
    "E": range(47, 51),
    "F": range(51, 53),
    "G": range(53, 61),
    "H": range(61, 63),
    "I": range(63, 66),
    "J": range(66, 70),
    "K": range(70, 71),
    "L": range(71, 73),
    "M": range(73, 76),
    "N": range(76, 80),
    "O": range(80, 83),
    "P": range(83, 84),
    "Q": range(84, 86),
    "R": range(86, 91),
    "S": range(91, 97),
    "T": range(97, 98),
}
_USES: Final = {
    "TD2023": re.compile(r"^\d{2}(\d{2}){0,2}$"),
    "GBT21010-2017": re.compile(r"^\d{2}(\d{2})?[A-Z]?$"),
    "GB50137": re.compile(r"^[A-Z]\d{0,2}$"),
}


def is_parcel_code(code: str) -> bool:
    """Tell whether a 宗地代码 has the structure of the standard.

    >>> is_parcel_code("320311001002GB00123"), is_parcel_code("3203110010020000123")
    (True, False)
    """
    match = _PARCEL_CODE.match(code)
    return match is not None and match.group(1) in _USE_RIGHTS


def parcel_of_unit(code: str) -> str | None:
    """Return the 宗地代码 within a 不动产单元代码 of 28 characters, ``None`` where it is none.

    >>> parcel_of_unit("320311001002GB00123F00010001"), parcel_of_unit("320311001002GB00123")
    ('320311001002GB00123', None)
    """
    match = _UNIT_CODE.match(code)
    return match["parcel"] if match and is_parcel_code(match["parcel"]) else None


def is_project_code(code: str) -> bool:
    """Tell whether a 项目代码 has the structure of GB/T 40058; its check digit is not checked.

    >>> is_project_code("2401-320311-04-01-123456")
    True
    """
    return bool(_PROJECT_CODE.match(code))


def is_industry(code: str) -> bool:
    """Tell whether an industry code is one of GB/T 4754-2017: section letter, digits, or both that agree.

    >>> is_industry("C3825"), is_industry("3825"), is_industry("A3825"), is_industry("X12")
    (True, True, False, False)
    """
    match = _INDUSTRY.match(code)
    if not code or match is None:
        return False
    letter, digits = match.groups()
    if digits is None:
        return True
    division = int(digits[:2])
    return division in _SECTIONS[letter] if letter else 1 <= division <= 97


def is_use_code(code: str, system: str | None) -> bool:
    """Tell whether a land-use code has the structure of its system; of an unknown system everything passes.

    >>> is_use_code("100101", "TD2023"), is_use_code("M1", "GB50137"), is_use_code("M1", "TD2023")
    (True, True, False)
    """
    pattern = _USES.get(system or "")
    return pattern is None or bool(pattern.match(code))


_CHECKS: Final[dict[str, tuple[str, Callable[[str], bool]]]] = {
    "parcel_code": ("宗地代码（19 位）", is_parcel_code),
    "project_code": ("GB/T 40058 项目代码", is_project_code),
    "industry": ("GB/T 4754-2017", is_industry),
    "county": ("6 位县级区划代码", lambda code: bool(_COUNTY.match(code))),
}


def odd_code(field: str, code: str, system: str | None = None) -> str | None:
    """Return the standard whose structure a single code lacks, ``None`` where it holds or none is set.

    >>> odd_code("county", "12"), odd_code("use_code", "M1", "GB50137"), odd_code("name", "x")
    ('6 位县级区划代码', None, None)
    """
    if field == "use_code":
        return None if is_use_code(code, system) else system
    standard, holds = _CHECKS.get(field, ("", lambda _: True))
    return None if holds(code) else standard


def odd_codes(columns: dict[str, list[Any]], rows: Rows, skip: frozenset[str] = frozenset()) -> list[Finding]:
    """Return a warning for each code without the structure its standard gives it.

    Parameters
    ----------
    columns : dict
        Clean values by field.
    skip : frozenset of str
        Fields that come from a constant: they would repeat one warning on every row.
    """
    found = []
    for field, (standard, holds) in _CHECKS.items():
        if field in columns and field not in skip:
            found += [
                finding("code_structure", row=int(row), field=field, value=code, standard=standard)
                for code, row in zip(columns[field], rows, strict=True)
                if code is not None and not holds(code)
            ]
    return found + _odd_uses(columns, rows)


def _odd_uses(columns: dict[str, list[Any]], rows: Rows) -> list[Finding]:
    codes = columns.get("use_code")
    if codes is None:
        return []
    systems = columns.get("use_system") or [None] * len(codes)
    return [
        finding("code_structure", row=int(row), field="use_code", value=code, standard=system)
        for code, system, row in zip(codes, systems, rows, strict=True)
        if code is not None and not is_use_code(code, system)
    ]


def from_units(columns: dict[str, list[Any]], rows: Rows) -> list[Finding]:
    """Take the 宗地代码 out of 不动产单元代码 in place, and say so once."""
    codes = columns.get("parcel_code")
    if codes is None:
        return []
    taken = [None if code is None else parcel_of_unit(code) for code in codes]
    first = next((i for i, code in enumerate(taken) if code is not None), None)
    if first is None:
        return []
    columns["parcel_code"] = [new or old for new, old in zip(taken, codes, strict=True)]
    count = sum(code is not None for code in taken)
    return [finding("unit_code_read", row=int(rows[first]), value=codes[first], count=count)]


def other_county(columns: dict[str, list[Any]], rows: Rows) -> list[Finding]:
    """Return a warning where the first six digits of a parcel code name another county than the row does."""
    if not {"parcel_code", "county"} <= set(columns):
        return []
    return [
        finding("code_county_differs", row=int(row), field="parcel_code", value=code, other=county)
        for code, county, row in zip(columns["parcel_code"], columns["county"], rows, strict=True)
        if code is not None and county is not None and is_parcel_code(code) and code[:6] != county
    ]
