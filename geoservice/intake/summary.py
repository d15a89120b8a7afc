"""Figures and samples of a check, for its report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoservice.geo.structure import parts_and_holes
from geoservice.intake.bind import units
from geoservice.intake.built import Built
from geoservice.intake.findings import Finding, rows_of
from geoservice.intake.mapping import FieldRule, Mapping
from geoservice.intake.report import Counts, FeatureFacts, FieldFacts
from geoservice.intake.table import RawTable, is_missing

_SAMPLES = 3


def counts_of(built: Built, found: Iterable[Finding], clean: dict[str, pd.DataFrame]) -> Counts:
    """Return how many rows there are, have errors or warnings, and would be loaded."""
    found = list(found)
    rows = set(built.rows.tolist())  # readers of texts also name lines that are no rows
    errors, warned = rows_of(found, "error") & rows, rows_of(found, "warning") & rows
    total = len(built.rows)
    frames = {name: len(frame) for name, frame in clean.items()}
    loaded = frames.pop(built.kind.name, 0)
    return Counts(
        rows=total,
        ok=total - len(errors | warned),
        warnings=len(warned - errors),
        errors=len(errors),
        merged=len(built.gone),
        to_load=loaded,
        children=frames,
    )


def features_of(built: Built, blocked: bool) -> tuple[list[FeatureFacts], list[tuple[int, Any]]]:
    """Return the facts of every shape, and the shapes themselves with the position of their facts."""
    if built.shapes is None:
        return [], []
    geometry = built.shapes.geometry
    parts, holes = parts_and_holes(geometry)
    facts: list[FeatureFacts] = []
    shapes: list[tuple[int, Any]] = []
    for i in np.flatnonzero(~shapely.is_missing(geometry)):
        if int(i) in built.gone:
            continue
        shapes.append((len(facts), geometry[i]))
        facts.append(
            FeatureFacts(
                row=int(built.rows[i]),
                key=built.numbers[i],
                area_m2=round(float(built.shapes.area_m2[i]), 2),
                planar_area_m2=round(float(built.shapes.planar_area_m2[i]), 2),
                parts=int(parts[i]),
                holes=int(holes[i]),
                loads=int(i) not in built.bad and not blocked,
            )
        )
    return facts, shapes


def fields_of(mapping: Mapping, built: Built) -> list[FieldFacts]:
    """Return how each field was read, with a few clean values."""
    facts = [
        _facts(name, rule, mapping, built.columns.get(name, [])) for name, rule in mapping.fields.items()
    ]
    events = built.children.get("stage_event")
    for stage, rule in mapping.stages.items():
        for part, said in (("planned", rule.planned), ("actual", rule.actual)):
            if said is None or events is None:
                continue
            days = events.loc[events["stage"] == stage, f"{part}_on"].tolist()
            facts.append(_facts(f"stages.{stage}.{part}", said, mapping, days))
    return facts


def samples_of(table: RawTable) -> dict[str, tuple[str, ...]]:
    """Return every heading with its first few different cells, as the file has them."""
    found: dict[str, tuple[str, ...]] = {}
    for name in table.columns:
        cells = [c for c in table.values[name].head(200).tolist() if not is_missing(c) and str(c).strip()]
        found[name] = tuple(list(dict.fromkeys(_shown(c) for c in cells))[:_SAMPLES])
    return found


def _facts(name: str, rule: FieldRule, mapping: Mapping, values: list[Any]) -> FieldFacts:
    said = [v for v in values if v is not None and v != []]
    distinct = list(dict.fromkeys(_sample(name, v) for v in said[:200]))
    source = rule.column or rule.template or f"= {_shown(rule.const)}"
    recognised = name in mapping.recognised or name.rsplit(".", 1)[0] in mapping.recognised
    return FieldFacts(name, source, units(rule), recognised, len(said), tuple(distinct[:_SAMPLES]))


def _sample(field: str, value: Any) -> str:
    """Show a clean value with the unit it is kept in."""
    if field.endswith("_fen") and isinstance(value, int):
        return f"{value / 1_000_000:,.2f} 万元"
    if field.endswith("_m2") and isinstance(value, float):
        return f"{value:,.2f} ㎡"
    if isinstance(value, bool):
        return "是" if value else "否"
    return _shown(value)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value))[:40]
    if isinstance(value, date):
        return value.isoformat()
    return str(value)[:40]
