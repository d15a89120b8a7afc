"""Rows that carry the same number: rejected, merged, numbered, or dropped, as the mapping says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import shapely

from geoservice.geo.arrays import Geometries
from geoservice.intake.findings import Finding, finding
from geoservice.intake.geometry.stored import Shapes
from geoservice.intake.mapping import Mapping
from geoservice.intake.table import Rows
from geoservice.model.nouns import Noun

_NOT_COMPARED: Final = frozenset({"certified_area_m2"})


@dataclass
class Identified:
    """What became of rows with the same identity.

    Attributes
    ----------
    gone : set of int
        Positions that are part of another row now, or dropped by policy.
    into : dict of int to int
        Position of the row a merged one became part of.
    findings : list of Finding
    """

    gone: set[int] = field(default_factory=set)
    into: dict[int, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def key_fields(mapping: Mapping, kind: Noun) -> tuple[str, ...]:
    """Return the fields that tell rows of one file apart: all of a composite identity, else the first number.

    Of several numbers the first one counts that the file carries.
    """
    if kind.composite or not kind.prefix:
        return kind.identity
    numbers = [name for name in mapping.match_by or kind.identity if name in kind.identity]
    carried = [name for name in numbers if name in mapping.fields]
    return tuple((carried or numbers)[:1])


def identify(
    mapping: Mapping,
    kind: Noun,
    columns: dict[str, list[Any]],
    shapes: Shapes | None,
    rows: Rows,
    refused: set[int],
) -> Identified:
    """Apply the mapping's policy to rows that repeat an identity; changes columns and shapes in place.

    Parameters
    ----------
    refused : set of int
        Positions already refused; they claim no identity.
    """
    fields = key_fields(mapping, kind)
    result = Identified()
    if not fields or not any(name in columns for name in fields):
        return result
    label = "、".join(fields)
    values = [columns.get(name) or [None] * len(rows) for name in fields]
    seen: dict[tuple[Any, ...], int] = {}
    finer = _finer(mapping, fields, columns)
    for i, identity in enumerate(zip(*values, strict=True)):
        if i in refused:
            continue
        if all(v is None for v in identity):
            _note_missing(label, kind, int(rows[i]), result)
            continue
        first = seen.setdefault(identity, i)
        if first == i:
            continue
        # Rows the mapping tells apart by more than the register does are different things.
        policy = "number" if finer and finer[i] != finer[first] else mapping.duplicates
        _repeat(policy, label, fields, columns, shapes, rows, first, i, result)
    return result


def _finer(mapping: Mapping, fields: tuple[str, ...], columns: dict[str, list[Any]]) -> list[tuple[Any, ...]]:
    """Return what tells rows apart beyond their identity, empty where the mapping names nothing more."""
    more = [name for name in mapping.match_by if name not in fields and name in columns]
    if not set(fields) <= set(mapping.match_by) or not more or len(fields) < 2:
        return []
    return list(zip(*(columns[name] for name in more), strict=True))


def _note_missing(label: str, kind: Noun, row: int, result: Identified) -> None:
    if kind.prefix and kind.name != "layer_feature":
        result.findings.append(finding("key_missing", row=row, field=label))


def _repeat(
    policy: str,
    label: str,
    fields: tuple[str, ...],
    columns: dict[str, list[Any]],
    shapes: Shapes | None,
    rows: Rows,
    first: int,
    i: int,
    result: Identified,
) -> None:
    value = " / ".join(str(columns[name][i]) for name in fields if name in columns)
    named: dict[str, Any] = {
        "row": int(rows[i]),
        "other": int(rows[first]),
        "field": label,
        "value": value,
        "key": value,
    }
    if policy == "number":
        # Of a composite identity the last part is the text that can be told apart (a blocker's title).
        numbered = columns[fields[-1]]
        given = _next_number(str(numbered[i]), set(numbered))
        numbered[i] = given
        result.findings.append(finding("key_numbered", **named, given=given))
    elif policy == "merge":
        _merge(columns, shapes, rows, first, i, result)
        result.findings.append(finding("key_merged", **named))
    elif policy == "keep_first":
        result.gone.add(i)
        result.findings.append(finding("key_kept_first", **named))
    else:
        result.findings.append(finding("key_duplicate", **named))


def _next_number(value: str, taken: set[Any]) -> str:
    number = 2
    while f"{value}#{number}" in taken:
        number += 1
    return f"{value}#{number}"


def _merge(
    columns: dict[str, list[Any]], shapes: Shapes | None, rows: Rows, first: int, i: int, result: Identified
) -> None:
    result.gone.add(i)
    result.into[i] = first
    for name, values in columns.items():
        kept, other = values[first], values[i]
        if kept is None:
            values[first] = other
        elif isinstance(kept, list) and isinstance(other, list):
            values[first] = list(dict.fromkeys([*kept, *other]))
        elif other is not None and other != kept and name not in _NOT_COMPARED:
            result.findings.append(
                finding(
                    "key_merge_differs",
                    row=int(rows[i]),
                    other=int(rows[first]),
                    field=name,
                    kept=kept,
                    value=other,
                )
            )
    if shapes is not None:
        _join(shapes.geometry, first, i, union=True)
        _join(shapes.original, first, i, union=False)


def _join(geometry: Geometries, first: int, i: int, *, union: bool) -> None:
    pair = [g for g in (geometry[first], geometry[i]) if g is not None]
    if len(pair) < 2:
        geometry[first] = pair[0] if pair else None
        return
    parts = shapely.get_parts(np.array(pair, dtype=object))
    joined = shapely.union_all(parts) if union else shapely.multipolygons(_polygons(parts))
    single = union and shapely.get_type_id(joined) == 3
    geometry[first] = shapely.MultiPolygon([joined]) if single else joined


def _polygons(parts: Geometries) -> Geometries:
    polygons: Geometries = parts[shapely.get_type_id(parts) == 3]
    return polygons
