"""Propose a mapping from headings alone: what is this, and which column is which field."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

from geoservice.intake.headings import EXTRA, fold, split_unit
from geoservice.intake.mapping import FieldRule, LinksRule, Mapping, StageRule
from geoservice.intake.nouns import LISTS
from geoservice.intake.privacy import is_personal
from geoservice.model.nouns import NOUNS, noun

_PLAN = re.compile(r"计划|拟|预计|预期|目标")
_FACT = re.compile(r"实际")
_STAGE_NOISE = re.compile(r"计划|拟|预计|预期|目标|实际|时间|日期|年月|节点|工程|项目|正式|的|日$")
_WEAK = frozenset({"name", "code", "kind", "note", "class", "county", "district", "park", "level", "state"})


def propose(mapping: Mapping, columns: Iterable[str]) -> Mapping:
    """Return `mapping` with fields, stages and links recognised from the headings.

    Only a mapping that declares no field is filled; one that declares any is taken at its word.
    """
    if mapping.fields or mapping.stages:
        return mapping
    columns = [c for c in columns if not is_personal(c, mapping.noun)]
    fields = recognise(mapping.noun, columns)
    stages = _stages(columns) if mapping.noun == "project" else {}
    links = mapping.links
    if mapping.noun == "project" and "parcels" in fields and links is None:
        column = fields.pop("parcels").column
        links = LinksRule(column) if column else None
    return replace(
        mapping,
        fields=fields,
        stages=stages,
        links=links,
        match_by=mapping.match_by or noun(mapping.noun).identity,
        extra=mapping.extra or tuple(column for column in columns if fold(column) in EXTRA),
        recognised=frozenset(fields) | {f"stages.{s}" for s in stages},
    )


def recognise(noun_name: str, columns: Iterable[str]) -> dict[str, FieldRule]:
    """Return the rule of every field of a noun that a heading names.

    Of several headings for one field the one listed first wins; each heading serves one field.

    >>> recognise("parcel", ["DKBH", "宗地面积（亩）"])["certified_area_m2"]
    FieldRule(column='宗地面积（亩）', ..., unit='mu', ...)
    """
    spelt = _spellings(columns)
    rules: dict[str, FieldRule] = {}
    taken: set[str] = set()
    for field, words in headings()[noun_name].items():
        for word in words:
            column = spelt.get(word)
            if column is not None and column not in taken:
                rules[field] = FieldRule(column=column, unit=split_unit(column)[1])
                taken.add(column)
                break
    return rules


def guess_noun(columns: Iterable[str], has_shape: bool | None = None) -> tuple[str | None, int]:
    """Return the noun whose fields the headings name best, and how many they name.

    Fields that many nouns have (name, code, district …) count little; a noun that needs a shape does not fit
    a table without one. ``None`` where nothing speaks for any.
    """
    columns = list(columns)
    scores = {name: _score(name, columns, has_shape) for name in headings() if name in NOUNS}
    best = max(scores, key=lambda name: scores[name])
    return (best, scores[best]) if scores[best] >= 2 else (None, scores[best])


@lru_cache(maxsize=1)
def headings() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the known headings, folded, by noun and field."""
    said = _document()
    return {
        # A field's own name comes first: files of our own exports spell fields as the API does.
        name: {
            field: tuple(dict.fromkeys(fold(w) for w in (field, *words))) for field, words in table.items()
        }
        for name, table in said.items()
        if name != "stages"
    }


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """Return every folded heading of any noun, by which a heading row is told from titles."""
    words = {word for table in headings().values() for spelt in table.values() for word in spelt}
    return frozenset(words | set(_stage_words()))


def stage_of(heading: str) -> tuple[str, str] | None:
    """Return the stage a heading dates, and ``planned`` or ``actual``.

    >>> stage_of("计划开工时间"), stage_of("实际/竣工"), stage_of("是否开工")
    (('started', 'planned'), ('completed', 'actual'), None)
    """
    folded = fold(split_unit(heading)[0]).replace("(", "").replace(")", "")
    stage = _stage_words().get(_STAGE_NOISE.sub("", folded))
    # A bare stage word may head a status or a tick; a date is said by a word of time, plan or fact.
    if stage is None or not (_STAGE_NOISE.search(folded) or _FACT.search(folded)):
        return None
    return stage, "planned" if _PLAN.search(folded) else "actual"


def _stages(columns: Iterable[str]) -> dict[str, StageRule]:
    stages: dict[str, StageRule] = {}
    for column in columns:
        found = stage_of(column)
        if found is None:
            continue
        stage, part = found
        rule = stages.get(stage, StageRule())
        if getattr(rule, part) is None:
            stages[stage] = replace(rule, **{part: FieldRule(column=column)})
    return stages


def _spellings(columns: Iterable[str]) -> dict[str, str]:
    """Return the column behind each spelling: whole, without its unit, and each level of a joined heading."""
    columns = _stated(columns)
    spelt: dict[str, str] = {}
    for column in columns:
        spelt.setdefault(fold(column), column)
    for column in columns:
        spelt.setdefault(fold(split_unit(column)[0]), column)
    for column in columns:
        for part in reversed(column.split("/")):
            spelt.setdefault(fold(split_unit(part)[0]), column)
    return spelt


def _stated(columns: Iterable[str]) -> list[str]:
    """Leave out the measured area of our own exports, which no certificate states: it stands beside a key."""
    columns = list(columns)
    ours = {"key", "aream2"} <= {fold(column) for column in columns}
    return [column for column in columns if not (ours and fold(column) == "aream2")]


def _score(name: str, columns: list[str], has_shape: bool | None) -> int:
    needs_shape = "geometry" in NOUNS[name].required
    if needs_shape and has_shape is False:
        return 0
    if has_shape and not NOUNS[name].spatial:
        return 0
    found = recognise(name, columns)
    score = sum(1 if field in _WEAK else 3 for field in found)
    if name == "project":
        score += 3 * len(_stages(columns))
    required = {field for field in NOUNS[name].required if field != "geometry"}
    identity = set(NOUNS[name].identity) | set(LISTS)
    # A table that names neither what the noun needs nor what it is known by is more likely something else.
    if required - set(found) - {"kind", "layer"}:
        score //= 2
    if len(identity & set(found)) < (2 if NOUNS[name].composite else 1):
        score //= 2
    return score


@lru_cache(maxsize=1)
def _stage_words() -> dict[str, str]:
    return {fold(word): stage for stage, words in _document()["stages"].items() for word in words}


@lru_cache(maxsize=1)
def _document() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "headings.toml").read_text("utf-8"))
