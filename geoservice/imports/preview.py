"""What a publish would do to the map: new, changed, unchanged, conflicting and refused shapes, and those that end."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection

from geoservice.errors import InvalidInput
from geoservice.geo.geojson import geometry_text
from geoservice.intake.check import Checked
from geoservice.intake.ending import absent, delivery_of
from geoservice.intake.known import Known
from geoservice.intake.load import grouped, keyed
from geoservice.intake.mapping import Mapping
from geoservice.model.nouns import Noun, noun
from geoservice.registry.compare import Difference, compare, outlines

DRAWN: Final = 5_000
"""Shapes the map of a check draws; what needs a look comes first."""
STATES: Final = ("refused", "conflicting", "ended", "changed", "new", "unchanged")
_CONFLICTS: Final = frozenset({"overlap_held", "overlap_within"})


def preview(connection: Connection, checked: Checked, known: Known, day: date) -> dict[str, Any]:
    """Return what would become of every row and what the file no longer contains.

    Returns
    -------
    dict
        ``counts`` by state, ``missing`` (``count``, ``scope``, ``unclear``), ``drawn``, and ``features``: GeoJSON
        with ``state``, ``row``, ``number``, ``fields`` and the shape before.
    """
    mapping = checked.mapping
    if mapping is None or not checked.clean or not noun(mapping.noun).prefix:
        return {"counts": {}, "missing": None, "drawn": 0, "features": []}
    kind = noun(mapping.noun)
    main = checked.main
    keys = keyed(connection, kind, mapping, main)
    told = _differences(connection, kind, mapping, main, keys, day)
    features = _rows(checked, main, told)
    missing, gone = _missing(connection, checked, keys, known, day)
    features += _gone(connection, kind, gone, day)
    counts = Counter(d.state for d in told)
    drawn = Counter(f["properties"]["state"] for f in features)
    counts.update({"refused": checked.report.counts.errors, "ended": len(gone)})
    if drawn["conflicting"]:
        # A shape that is in conflict is told as that, not as new or changed as well.
        counts = Counter(
            {**counts, **{state: drawn[state] for state in ("conflicting", "changed", "new", "unchanged")}}
        )
    features.sort(key=lambda f: STATES.index(f["properties"]["state"]))
    return {
        "counts": {state: counts.get(state, 0) for state in STATES},
        "missing": missing,
        "drawn": min(len(features), DRAWN),
        "features": features[:DRAWN],
    }


def missing_of(connection: Connection, checked: Checked, known: Known, day: date) -> dict[str, Any] | None:
    """Return ``count``, ``scope``, ``imports``, ``unclear`` of what the file lacks by now; ``None`` for facts."""
    mapping = checked.mapping
    if mapping is None or not checked.clean or not noun(mapping.noun).prefix:
        return None
    keys = keyed(connection, noun(mapping.noun), mapping, checked.main)
    return _missing(connection, checked, keys, known, day)[0]


def _differences(
    connection: Connection,
    kind: Noun,
    mapping: Mapping,
    main: pd.DataFrame,
    keys: list[str | None],
    day: date,
) -> list[Difference]:
    told = [Difference("new")] * len(main)
    for group in grouped(kind, mapping, main.assign(held=pd.Series(keys, index=main.index, dtype=object))):
        held = [keys[int(i)] for i in group.index]
        rows = group.drop(columns="key") if "key" in group else group
        for i, one in zip(group.index, compare(connection, kind, rows, held, day), strict=True):
            told[int(i)] = one
    return told


def _rows(checked: Checked, main: pd.DataFrame, told: list[Difference]) -> list[dict[str, Any]]:
    """Return the shapes of the file; good rows stand in the order of the main frame."""
    report = checked.report
    facts = [report.features[i] for i, _ in report.outlines]
    shapes = np.array([shape for _, shape in report.outlines], dtype=object)
    texts: list[Any] = list(geometry_text(shapes)) if len(shapes) else []
    conflicting = {f.row for f in report.findings if f.code in _CONFLICTS}
    shaped = [] if "geometry" not in main else [i for i, g in enumerate(main["geometry"]) if g is not None]
    good = iter(shaped)
    found = []
    for fact, text in zip(facts, texts, strict=True):
        one = told[next(good)] if fact.loads else Difference("refused")
        state = "conflicting" if fact.loads and fact.row in conflicting else one.state
        found.append(_feature(state, str(text), fact.row, fact.key, one.fields, one.before))
    return found


def _missing(
    connection: Connection, checked: Checked, keys: list[str | None], known: Known, day: date
) -> tuple[dict[str, Any], list[str]]:
    scope = delivery_of(connection, checked, known)
    said: dict[str, Any] = {"scope": scope.source or scope.layer, "imports": len(scope.runs), "unclear": None}
    try:
        gone = absent(connection, checked, keys, known, day)
    except InvalidInput as error:
        return said | {"count": None, "unclear": str(error)}, []
    return said | {"count": len(gone)}, gone


def _gone(connection: Connection, kind: Noun, gone: list[str], day: date) -> list[dict[str, Any]]:
    return [
        _feature("ended", text, None, number or key, (), None)
        for key, number, text in (outlines(connection, kind, gone[:DRAWN], day) if kind.spatial else [])
        if text
    ]


def _feature(
    state: str,
    geometry: str,
    row: int | None,
    number: str | None,
    fields: tuple[str, ...],
    before: str | None,
) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": json.loads(geometry),
        "properties": {
            "state": state,
            "row": row,
            "number": number,
            "fields": list(fields),
            "before": None if before is None else json.loads(before),
        },
    }


def bounds_of(checked: Checked) -> list[float] | None:
    """Return the box around the shapes of a file, ``None`` for a file without."""
    if not checked.report.outlines:
        return None
    box = shapely.total_bounds(np.array([shape for _, shape in checked.report.outlines], dtype=object))
    return [float(v) for v in box] if np.isfinite(box).all() else None
