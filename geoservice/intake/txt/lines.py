"""Lines of a boundary-point file: numbered, with their marks in the width the format prescribes."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

_BREAK: Final = re.compile(r"\r\n|\r|\n")
_WIDE: Final = str.maketrans("，．＝：［］【】＠", ",.=:[][]@")
_NUMBER: Final = re.compile(r"[+-]?\d{1,12}(?:\.\d*)?")
_DOT: Final = re.compile(r"(?<=\d)。(?=\d)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that says something.

    Attributes
    ----------
    number : int
        Counted in the file from 1.
    text : str
        With half-width marks.
    wide : bool
        It had full-width ones.
    """

    number: int
    text: str
    wide: bool


def lines_of(text: str) -> list[Line]:
    r"""Return the lines that are not empty; CRLF, LF and CR end a line.

    >>> [line.text for line in lines_of("【地块坐标】\r\n\r\nJ1，1")]
    ['[地块坐标]', 'J1,1']
    """
    found = []
    for number, raw in enumerate(_BREAK.split(text), 1):
        given = raw.replace("\u3000", " ").replace("\ufeff", "").replace("\x00", "").strip()
        plain = _DOT.sub(".", given.translate(_WIDE))
        if plain:
            found.append(Line(number, plain, plain != given))
    return found


def fields_of(line: Line) -> list[str]:
    """Return the fields of a line: by commas, else by blanks; empty ones at the end do not count."""
    parts = line.text.split(",") if "," in line.text else re.split(r"[\t; ]+", line.text)
    fields = [part.strip() for part in parts]
    while fields and not fields[-1]:
        fields.pop()
    return fields


def number_of(text: str) -> float | None:
    """Return a plain decimal number, ``None`` for anything else.

    >>> number_of("４０５２００００.５"), number_of("nan"), number_of("J1")
    (40520000.5, None, None)
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    return float(plain) if _NUMBER.fullmatch(plain) else None
