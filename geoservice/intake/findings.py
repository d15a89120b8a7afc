"""Findings: what is noticed about a file, said with row, value, place and remedy."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning", "info"]
Place: TypeAlias = tuple[float, float]

SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something noticed about a file or one of its rows.

    Attributes
    ----------
    severity : {"error", "warning", "info"}
        An error with a row keeps that row out; without a row it keeps the file out.
    code : str
        Name of the kind, a table of ``messages.toml`` or the code of an error of another room.
    message, message_en : str
        The sentence in Chinese and English.
    file, row, key, field, value
        Where: file name, row as counted in the file from 1, the row's own number, field, offending value.
    place : (float, float), optional
        Longitude and latitude in degrees, EPSG:4490.
    why, why_en, remedy, remedy_en : str
        Why it matters, and what to do.
    """

    severity: Severity
    code: str
    message: str
    message_en: str
    remedy: str = ""
    remedy_en: str = ""
    why: str = ""
    why_en: str = ""
    file: str | None = None
    row: int | None = None
    key: str | None = None
    field: str | None = None
    value: str | None = None
    place: Place | None = None

    def of_row(self, row: int) -> Finding:
        """Return the same finding about another row."""
        zh = self.message.replace(f"第 {self.row} 行", f"第 {row} 行", 1)
        en = re.sub(rf"\b([Rr]ow) {self.row}\b", rf"\1 {row}", self.message_en, count=1)
        return replace(self, row=row, message=zh, message_en=en)

    def to_json(self) -> dict[str, Any]:
        """Return the members as a report writes them; what is unknown is null."""
        return {
            "severity": self.severity,
            "code": self.code,
            "file": self.file,
            "row": self.row,
            "key": self.key,
            "field": self.field,
            "value": self.value,
            "place": None if self.place is None else list(self.place),
            "message": self.message,
            "message_en": self.message_en,
            "why": self.why or None,
            "why_en": self.why_en or None,
            "remedy": self.remedy,
            "remedy_en": self.remedy_en,
        }


def finding(
    code: str,
    *,
    row: int | None = None,
    key: str | None = None,
    field: str | None = None,
    value: object = None,
    place: Place | None = None,
    severity: Severity | None = None,
    **named: Any,
) -> Finding:
    """Word a finding from the catalogue.

    Parameters
    ----------
    code : str
        Table in ``messages.toml``.
    **named
        What the sentence names beside row, field, value and place.

    Raises
    ------
    KeyError
        The catalogue has no such code: a mistake in this program, found by the tests.

    Examples
    --------
    >>> finding("geometry_missing", row=7).message
    '第 7 行没有图形'
    """
    words = catalogue()[code]
    shown = _shown(value)
    filling = {k: _shown(v) for k, v in named.items()}
    filling |= {"row": str(row), "value": shown, "place": _spot(place)}
    called = {"zh": _label(field), "remedy": _label(field), "why": _label(field)}
    said = {
        name: str(words.get(name, "")).format_map(filling | {"field": called.get(name, field)})
        for name in _SENTENCES
    }
    return Finding(
        severity=severity or words["severity"],
        code=code,
        message=said["zh"],
        message_en=said["en"],
        remedy=said["remedy"],
        remedy_en=said["remedy_en"],
        why=said["why"] or _why(code, "zh"),
        why_en=said["why_en"] or ("" if said["why"] else _why(code, "en")),
        row=row,
        key=key,
        field=field,
        value=shown,
        place=place,
    )


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, Any]]:
    """Return what the room can say, by code."""
    return tomllib.loads((files(__package__) / "messages.toml").read_text("utf-8"))


def label_of(field: str) -> str:
    """Return what an office calls a field, the field itself where no word is known.

    >>> label_of("parcel_number"), label_of("stages.started.actual")
    ('地块编号', 'stages.started.actual')
    """
    return _labels().get(field, field)


def in_file(findings: Iterable[Finding], name: str) -> list[Finding]:
    """Return the findings with the file they belong to written in."""
    return [f if f.file else replace(f, file=name) for f in findings]


def blocks(findings: Iterable[Finding]) -> bool:
    """Tell whether an error concerns the file as a whole."""
    return any(f.severity == "error" and f.row is None for f in findings)


def rows_of(findings: Iterable[Finding], severity: Severity) -> set[int]:
    """Return the file rows that have a finding of that severity."""
    return {f.row for f in findings if f.severity == severity and f.row is not None}


_SENTENCES: Final = ("zh", "en", "remedy", "remedy_en", "why", "why_en")
_LONGEST = 200


@lru_cache(maxsize=1)
def _labels() -> dict[str, str]:
    return tomllib.loads((files(__package__) / "labels.toml").read_text("utf-8"))


def why_of(code: str) -> tuple[str, str]:
    """Return why findings of a code matter, in Chinese and English."""
    own = catalogue()[code]
    if "why" in own:
        return str(own["why"]), str(own.get("why_en", ""))
    return _why(code, "zh"), _why(code, "en")


@lru_cache(maxsize=1024)
def _why(code: str, language: str) -> str:
    fitting = [start for start in _whys() if code.startswith(start)]
    return _whys()[max(fitting, key=len)][language] if fitting else ""


@lru_cache(maxsize=1)
def _whys() -> dict[str, dict[str, str]]:
    return tomllib.loads((files(__package__) / "whys.toml").read_text("utf-8"))


def _label(field: str | None) -> str | None:
    return None if field is None else "、".join(label_of(part) for part in field.split("、"))


def _shown(value: object) -> str | None:
    if value is None:
        return None
    text = (
        f"{value:g}" if isinstance(value, float) and value == int(value) and abs(value) < 1e6 else str(value)
    )
    return text if len(text) <= _LONGEST or " " in text[:_LONGEST] else f"{text[: _LONGEST - 1]}…"


def _spot(place: Place | None) -> str | None:
    return None if place is None else f"{place[0]:.6f}, {place[1]:.6f}"
