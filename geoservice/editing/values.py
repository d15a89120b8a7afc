"""Values a hand writes: strict by the column they go to, with words of vocabularies and names of things resolved."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Column, Connection, Date, Double, Integer

from geoservice.db.types import Json
from geoservice.errors import InvalidInput
from geoservice.model.nouns import Noun
from geoservice.registry.known import Known
from geoservice.registry.moment import Moment

LONGEST_TEXT: Final = 2000
_LARGEST: Final = 2**53
"""Beyond this a JSON number is no longer the integer its writer meant."""


def typed_values(connection: Connection, kind: Noun, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as the register holds them; ``None`` empties a field.

    Raises
    ------
    InvalidInput
        If a value cannot be what its field holds, names nothing known, or empties a field that must be filled.
    """
    known = Known(connection, Moment.today())
    return {name: _typed(known, kind, name, value) for name, value in given.items()}


def _typed(known: Known, kind: Noun, name: str, value: Any) -> Any:
    column = kind.table.c[name]
    if value is None or (isinstance(value, str) and not value.strip()):
        if not column.nullable or name in kind.required:
            raise InvalidInput(f"{name} cannot be empty", None, "Fill it in.")
        return None
    words = kind.vocabularies.get(name)
    if words is not None:
        found = words.recognise(str(value))
        if found is None:
            raise InvalidInput(f"{name} has no such value", value, f"Use one of: {', '.join(words)}.")
        return found.value
    plain = _reader(column)(name, value)
    target = kind.references.get(name)
    if target is None:
        return plain
    key = known.resolve(target, [plain])[0]
    if key is None:
        raise InvalidInput(f"There is no such {target}", plain, "Use a key, a code or a full name.")
    return key


def _reader(column: Column[Any]) -> Callable[[str, Any], Any]:
    return next((read for kinds, read in _READERS if isinstance(column.type, kinds)), _text)


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise InvalidInput(f"{name} must be true or false", value, "Write true or false.")
    return value


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _LARGEST:
        raise InvalidInput(f"{name} must be a whole number from 0", value, "Correct it.")
    return value


def _number(name: str, value: Any) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not math.isfinite(value)
        or value < 0
    ):
        raise InvalidInput(f"{name} must be a number from 0", value, "Correct it.")
    return float(value)


def _day(name: str, value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidInput(f"{name} is not a date", value, "Write it as 2026-09-30.") from None


def _list(name: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise InvalidInput(f"{name} must be a list of words", value, 'Write it as ["…", "…"].')
    return [_text(name, word) for word in value]


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidInput(f"{name} must be text", value, "Write it in quotes.")
    text = value.strip()
    if len(text) > LONGEST_TEXT:
        raise InvalidInput(
            f"{name} is too long", f"{len(text)} characters", f"At most {LONGEST_TEXT} characters."
        )
    if any(ord(letter) < 32 and letter not in "\n\t" for letter in text):
        raise InvalidInput(f"{name} holds control characters", repr(text[:40]), "Remove them.")
    return text


_READERS: Final[tuple[tuple[Any, Callable[[str, Any], Any]], ...]] = (
    (Boolean, _flag),
    ((BigInteger, Integer), _whole),
    (Double, _number),
    (Date, _day),
    (Json, _list),
)
