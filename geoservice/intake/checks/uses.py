"""Land-use codes belong to a code system: the same digits mean other things in another one."""

from __future__ import annotations

from typing import Any, Final

from geoservice.intake.findings import Finding, finding
from geoservice.intake.table import Rows

# Words by which a name is told, by system and first digits: 用地用海分类 (2023), GB/T 21010-2017, GB 50137-2011.
_MEANINGS: Final = {
    "TD2023": {
        "0601": "农村道路",
        "0701": "住宅",
        "0702": "社区服务",
        "0703": "宅基地",
        "0901": "商业",
        "0902": "商务金融",
        "1001": "工业",
        "1002": "采矿",
        "1101": "仓储",
        "1201": "铁路",
        "1202": "公路",
    },
    "GBT21010-2017": {
        "0501": "商业",
        "0505": "商务金融",
        "0601": "工业",
        "0602": "采矿",
        "0604": "仓储",
        "0701": "住宅",
        "0702": "宅基地",
        "1001": "铁路",
        "1003": "公路",
        "1006": "农村道路",
    },
    "GB50137": {"M": "工业", "W": "仓储", "R": "住宅", "B1": "商业", "B2": "商务"},
}


def odd_uses(columns: dict[str, list[Any]], rows: Rows, stated: bool) -> list[Finding]:
    """Return findings about use codes without a system, and names that another system would explain.

    Parameters
    ----------
    columns : dict
        Clean values by field.
    rows : ndarray of int
    stated : bool
        Whether the file or mapping says the system at all; where not, one finding speaks for all rows.
    """
    codes = columns.get("use_code")
    if codes is None or all(code is None for code in codes):
        return []
    systems = columns.get("use_system") or [None] * len(codes)
    names = columns.get("use_name") or [None] * len(codes)
    return [*_missing(codes, systems, names, rows, stated), *_contradicting(codes, systems, names, rows)]


def meaning(code: str, system: str) -> str | None:
    """Return the word by which a code's name is known in a system, ``None`` for codes not listed here.

    >>> meaning("0601", "TD2023"), meaning("0601", "GBT21010-2017"), meaning("100101", "TD2023")
    ('农村道路', '工业', '工业')
    """
    known = _MEANINGS.get(system, {})
    return next((known[code[:n]] for n in (4, 2, 1) if code[:n] in known), None)


def _missing(
    codes: list[Any], systems: list[Any], names: list[Any], rows: Rows, stated: bool
) -> list[Finding]:
    at = [i for i, (code, system) in enumerate(zip(codes, systems, strict=True)) if code and not system]
    found = []
    for i in at if stated else at[:1]:
        fits = [s for s in _MEANINGS if names[i] and (word := meaning(codes[i], s)) and word in str(names[i])]
        hint = f"名称“{names[i]}”与 {fits[0]} 相符。" if len(fits) == 1 else ""
        hint_en = f"The name “{names[i]}” fits {fits[0]}. " if len(fits) == 1 else ""
        named: dict[str, Any] = {"count": 1 if stated else len(at), "hint": hint, "hint_en": hint_en}
        found.append(
            finding("use_system_missing", row=int(rows[i]), field="use_code", value=codes[i], **named)
        )
    return found


def _contradicting(codes: list[Any], systems: list[Any], names: list[Any], rows: Rows) -> list[Finding]:
    found = []
    for code, system, name, row in zip(codes, systems, names, rows, strict=True):
        own = meaning(code, system) if code and system else None
        if own is None or not name or own in str(name):
            continue
        other = next(
            (s for s in _MEANINGS if s != system and (w := meaning(code, s)) and w in str(name)), None
        )
        if other is not None:
            named: dict[str, Any] = {"name": name, "system": system, "meaning": own, "other": other}
            found.append(
                finding("use_system_contradicts", row=int(row), field="use_code", value=code, **named)
            )
    return found
