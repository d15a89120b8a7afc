"""What errors say, in Chinese: the English sentence in the code is the key of a gettext catalogue.

Sentences are written where they are raised, in English, with what is filled in by an f-string. The catalogue
``locale/zh/LC_MESSAGES/errors.po`` holds each with ``{}`` for what is filled in. A sentence without an entry stays
English: an error must reach its reader in any case.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from geoservice.wording import LOCALE, read_catalogue

GAP: Final = "{}"
_LONGEST: Final = 2000
"""Longer sentences hold data, and are not searched through."""


def in_language(sentence: str, language: str) -> str:
    """Return a sentence of an error in a language.

    Complexity: one lookup for a sentence as it is; for one with something filled in, a match against each entry
    with gaps (some 150), microseconds each.

    Examples
    --------
    >>> in_language("Unknown parameter colour", "zh"), in_language("Unknown parameter colour", "en")
    ('未知的参数 colour', 'Unknown parameter colour')
    """
    if language != "zh" or not sentence or len(sentence) > _LONGEST:
        return sentence
    return _chinese(sentence, deep=True)


def _chinese(sentence: str, *, deep: bool) -> str:
    found = _whole().get(sentence)
    if found is not None:
        return found
    for pattern, text in _patterns() if deep else ():
        if match := pattern.fullmatch(sentence):
            # What is filled in may be a sentence itself, as in "Parameter limit: Field required".
            parts = [_chinese(part, deep=False) for part in match.groups()]
            between = text.split(GAP)
            return "".join(piece for pair in zip(between, [*parts, ""], strict=True) for piece in pair)
    return sentence


@cache
def _catalogue() -> dict[str, str]:
    return read_catalogue(LOCALE / "zh" / "LC_MESSAGES" / "errors.po")


@cache
def _whole() -> dict[str, str]:
    return {key: text for key, text in _catalogue().items() if GAP not in key}


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Return the entries with gaps, the most literal first: ``Use {} to {}.`` before ``Use {}.``."""
    gapped = sorted((key for key in _catalogue() if GAP in key), key=lambda key: -len(key.replace(GAP, "")))
    return [
        (re.compile("(.*?)".join(map(re.escape, key.split(GAP))), re.DOTALL), _catalogue()[key])
        for key in gapped
    ]
