"""Personal data stays at the door: columns by their heading or content, and numbers within texts."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from geoservice.intake.headings import fold, split_unit

_IDENTITY: Final = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_MOBILE: Final = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK: Final = "10X98765432"
_SHARE: Final = 0.2


def is_personal(heading: str, noun_name: str) -> bool:
    """Tell whether a heading names personal data.

    Parameters
    ----------
    heading : str
    noun_name : str
        Where households are listed, every amount of money is one household's.

    Examples
    --------
    >>> is_personal("户主姓名", "demolition_unit"), is_personal("补偿款（万元）", "demolition_unit")
    (True, True)
    >>> is_personal("包保领导", "project"), is_personal("补偿日期", "demolition_unit")
    (False, False)
    """
    words = _words()
    # A joined heading is personal when any of its levels is.
    parts = [heading, split_unit(heading)[0], *heading.split("/")]
    folded = [fold(part) for part in parts]
    if words["kept"] & set(folded):
        return False
    if words["exact"] & set(folded) or any(w in f for w in words["contains"] for f in folded):
        return True
    if noun_name not in words["household_nouns"] or words["household_kept"] & set(folded):
        return False
    return bool(words["household_exact"] & set(folded)) or any(
        w in folded[0] for w in words["household_contains"]
    )


def lists_households(noun_name: str) -> bool:
    """Tell whether rows of a noun are about single households."""
    return noun_name in _words()["household_nouns"]


def holds_personal(values: list[Any]) -> bool:
    """Tell whether a column is made of identity or phone numbers, whatever its heading says."""
    said = [v for v in values if v is not None]
    hits = sum(bool(find_personal(v)) for v in said)
    return hits > 1 and hits >= _SHARE * len(said)


def find_personal(value: Any) -> list[str]:
    """Return identity numbers (GB 11643, with their check digit) and mobile numbers within a cell."""
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        return []
    text = str(value)
    if len(text) < 11:
        return []
    identities = [m for m in _IDENTITY.findall(text) if _is_identity(m)]
    return identities + _MOBILE.findall(text)


def mask(text: str) -> str:
    """Return the text with identity and phone numbers replaced.

    >>> mask("联系 13812345678")
    '联系 ***'
    """
    for number in find_personal(text):
        text = text.replace(number, "***")
    return text


def _is_identity(number: str) -> bool:
    total = sum(int(d) * w for d, w in zip(number[:17], _WEIGHTS, strict=True))
    born = number[6:14]
    return (
        _CHECK[total % 11] == number[17].upper()
        and "1900" <= born[:4] <= "2100"
        and "01" <= born[4:6] <= "12"
    )


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    said = tomllib.loads((files(__package__) / "personal.toml").read_text("utf-8"))
    plain = {"household_nouns"}
    return {
        name: frozenset(words) if name in plain else frozenset(fold(w) for w in words)
        for name, words in said.items()
    }
