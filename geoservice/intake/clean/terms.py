"""Terms of closed vocabularies: code, label, or another word that the field uses."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from geoservice.intake.clean.text import clean_text, plain
from geoservice.intake.headings import fold
from geoservice.intake.mapping import FieldRule
from geoservice.model.vocabulary import Vocabulary


def recognise(vocabulary: type[Vocabulary], word: str) -> str | None:
    """Return the code of a word, ``None`` where the vocabulary does not know it.

    >>> from geoservice.model.vocabulary import ParcelState
    >>> recognise(ParcelState, "已净地"), recognise(ParcelState, "净地"), recognise(ParcelState, "?")
    ('clear', 'clear', None)
    """
    return _spellings(vocabulary).get(fold(word))


def translate(value: Any, rule: FieldRule) -> Any:
    """Return what the mapping's ``values`` say a cell means, else the cell itself."""
    if not rule.values or value is None:
        return value
    text = clean_text(value)
    if text is None:
        return None
    for spelling in (plain(value), text):
        if spelling in rule.values:
            return rule.values[spelling]
    folded = {fold(k): v for k, v in rule.values.items()}
    return folded.get(fold(text), value)


def labels(vocabulary: type[Vocabulary]) -> list[str]:
    """Return the Chinese labels in declared order."""
    return [term.zh for term in vocabulary]


@lru_cache(maxsize=64)
def _spellings(vocabulary: type[Vocabulary]) -> dict[str, str]:
    spelt = {fold(s): term.value for term in vocabulary for s in (term.value, term.zh, term.en)}
    for code, words in _other_words().get(vocabulary.__name__, {}).items():
        for word in words:
            spelt.setdefault(fold(word), code)
    return spelt


@lru_cache(maxsize=1)
def _other_words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files(__package__) / "terms.toml").read_text("utf-8"))
