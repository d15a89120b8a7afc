"""Reasons in words: one record per hit for those who may know, one word for everybody else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from geoservice.availability.rules import RuleSet
from geoservice.clock import day_of

Reason = dict[str, Any]


def reasons_of(hits: pd.DataFrame, rules: RuleSet) -> list[Reason]:
    """Return the reason of each hit: code, effect, texts, unit, until, source and, by area, ``area_m2``.

    ``until`` is the ISO day on which the reason is gone, ``None`` where nobody knows; ``until_plan`` marks a
    day that is only planned.
    """
    columns = ("rule", "source", "unit", "until_day", "until_plan", "area_m2", "args")
    return [_reason(rules, *row) for row in zip(*(hits[name].tolist() for name in columns), strict=True)]


def _reason(
    rules: RuleSet,
    rule_number: int,
    source: str,
    unit: str,
    until_day: int,
    until_plan: bool,
    area_m2: float,
    args: Mapping[str, Any],
) -> Reason:
    rule, until = rules.rules[rule_number], day_of(until_day)
    day = until.isoformat() if until else None
    words = {
        **args,
        "until": f"{day}（计划）" if until_plan else day or "未定",
        "until_en": f"{day} (planned)" if until_plan else day or "not known",
    }
    reason: Reason = {
        "code": rule.code,
        "effect": rule.effect,
        "text": rule.text_zh.format_map(words),
        "text_en": rule.text_en.format_map(words),
        "unit": unit or rule.unit,
        "until": day,
        "until_plan": until_plan,
        "source": source,
    }
    return reason if np.isnan(area_m2) else {**reason, "area_m2": area_m2}


def distinct(reasons: Iterable[Reason]) -> list[Reason]:
    """Return reasons without repetition, in order: several rows may tell of one and the same thing."""
    told: list[Reason] = []
    for reason in reasons:
        if reason not in told:
            told.append(reason)
    return told


def public_reasons(rule_numbers: Iterable[int], rules: RuleSet) -> list[dict[str, str]]:
    """Return what everybody may read: each public code once, without source, unit, day or area."""
    told: dict[str, dict[str, str]] = {}
    for number in rule_numbers:
        public = rules.rules[number].public
        if public is not None:
            told.setdefault(public["code"], dict(public))
    return list(told.values())
