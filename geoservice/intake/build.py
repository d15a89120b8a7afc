"""From a bound table to clean rows: columns, shapes, keys and children, each with its checks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import shapely

from geoservice import clock
from geoservice.geo.arrays import Geometries
from geoservice.geo.measure import area_m2, planar_area_m2
from geoservice.intake import children
from geoservice.intake.apply import apply, extra_of, unused
from geoservice.intake.built import Built
from geoservice.intake.checks import (
    areas,
    codes,
    gaps,
    overlaps,
    places,
    procedures,
    readiness,
    references,
    required,
    timeline,
    uses,
    values,
)
from geoservice.intake.checks.shapes import odd_shapes
from geoservice.intake.findings import Finding, finding, label_of, rows_of
from geoservice.intake.geometry.reference import Reference, decide
from geoservice.intake.geometry.source import shapes_of
from geoservice.intake.geometry.stored import Shapes, prepare
from geoservice.intake.keys import identify, key_fields
from geoservice.intake.known import Known
from geoservice.intake.links import link
from geoservice.intake.mapping import Mapping
from geoservice.intake.settings import IntakeSettings
from geoservice.intake.table import RawTable, Rows
from geoservice.model.nouns import Noun, noun


def build(
    table: RawTable,
    mapping: Mapping,
    known: Known | None,
    settings: IntakeSettings,
    found: list[Finding],
) -> Built:
    """Clean and check a table that is bound to a mapping; findings go to `found`.

    Raises
    ------
    GeoserviceError
        The reference system is undecidable or refused.
    """
    kind = noun(mapping.noun)
    today = settings.today or clock.today()
    shapes, reference, unreadable = _shapes(table, mapping, kind, settings, found)
    built = Built(kind, table.rows, {}, shapes)
    built.rules = settings.rules.said(mapping.checks, "profile", "[checks]")
    if reference is not None:
        built.crs, built.crs_evidence = reference.name, reference.evidence
    measured = shapes.planar_area_m2 if shapes is not None else np.full(len(table), np.nan)
    built.columns = apply(mapping, table, found, lambda stated: areas.detect_unit(stated, measured))
    built.extra = extra_of(mapping, table, found)
    _collect_children(built, table, mapping, found)
    _complete(built, mapping, settings)
    found += procedures.name_steps(kind.name, built.columns, built.rows, settings.procedures)
    _check_rows(built, mapping, known, today, unreadable, found)
    if shapes is not None and reference is not None:
        found += places.outside(shapes, table.rows, settings.extent, reference)
    if reference is not None and reference.obfuscation is not None and known is not None:
        found += places.over_surveys(built.kind.name, built.held, shapes, table.rows, known)
    _settle_keys(built, mapping, found)
    _check_shapes(built, known, found)
    _link(built, mapping, known, found)
    if left := unused(mapping, table):
        found.append(finding("column_unused", value="、".join(left)))
    found[:] = built.rules.judged(found)
    built.bad = _positions(built.rows, rows_of(found, "error"))
    return built


def _shapes(
    table: RawTable, mapping: Mapping, kind: Noun, settings: IntakeSettings, found: list[Finding]
) -> tuple[Shapes | None, Reference | None, dict[int, str]]:
    raw, unreadable = shapes_of(table, mapping.geometry)
    if raw is None:
        return None, None, {}
    if not kind.spatial:
        found.append(finding("geometry_unused", value=kind.zh))
        return None, None, {}
    found += [
        finding("geometry_unreadable", row=int(table.rows[i]), reason=why) for i, why in unreadable.items()
    ]
    if not (~shapely.is_missing(raw) & ~shapely.is_empty(raw)).any():
        nothing = np.full(len(raw), np.nan)
        blank = np.full(len(raw), None, dtype=object)
        found += [
            finding("geometry_empty", row=int(table.rows[i])) for i in np.flatnonzero(shapely.is_empty(raw))
        ]
        return Shapes(blank, raw, table.crs or "", nothing, nothing), None, unreadable
    reference = decide(table, raw, mapping.source.crs, settings, found)
    shapes = prepare(raw, table.rows, reference, kind.name)
    found += shapes.findings
    return shapes, reference, unreadable


def _collect_children(built: Built, table: RawTable, mapping: Mapping, found: list[Finding]) -> None:
    events = children.stage_events(mapping, table, found)
    months = children.investment_months(mapping, table, found)
    parcels = children.listed_parcels(mapping, table)
    subjects = children.listed_subjects(built.columns) if built.kind.name == "demolition_task" else None
    if built.kind.name == "project" and "parcels" in built.columns:
        built.columns.pop("parcels")
    given = {
        "stage_event": events,
        "investment_month": months,
        "project_parcel": parcels,
        "demolition_subject": subjects,
    }
    built.children = {name: frame for name, frame in given.items() if frame is not None}


def _complete(built: Built, mapping: Mapping, settings: IntakeSettings) -> None:
    """Fill what the city says for all rows, and number layer features within their layer."""
    columns, count = built.columns, len(built.rows)
    if "county" in columns and settings.county is not None:
        columns["county"] = [settings.county if v is None else v for v in columns["county"]]
    elif built.kind.prefix and "county" in built.kind.fields and settings.county is not None:
        columns["county"] = [settings.county] * count
    if built.kind.name == "layer_feature" and mapping.layer:
        layer = str(mapping.layer["code"])
        columns["layer"] = [layer] * count
        given = columns.get("code") or [None] * count
        columns["code"] = [_within(layer, code, row) for code, row in zip(given, built.rows, strict=True)]


def _within(layer: str, code: str | None, row: int) -> str:
    """Return a number unique among all layers: the same “1” means other things in two of them."""
    number = code if code is not None else str(row)
    return number if number.startswith(f"{layer}-") else f"{layer}-{number}"


def _check_rows(
    built: Built,
    mapping: Mapping,
    known: Known | None,
    today: date,
    unreadable: dict[int, str],
    found: list[Finding],
) -> None:
    kind, columns, rows = built.kind, built.columns, built.rows
    built.held = _held(built, mapping, known)
    wrong = rows_of(found, "error")
    held = None if known is None and _recognisable(built) else built.held
    found += required.missing(kind, columns, built.shapes, rows, held, unreadable, wrong)
    skip = frozenset({"layer"}) if mapping.layer else frozenset()
    named = [f for f in kind.references if f in columns and f not in skip]
    if known is not None:
        found += references.resolve(kind, columns, rows, known, skip)
        _resolve_subjects(built, known, found)
    elif named or kind.name in overlaps.EXCLUSIVE:
        found.append(finding("references_unchecked", value="、".join([*map(label_of, named), "重叠"])))
    constant = frozenset(f for f, rule in mapping.fields.items() if rule.column is None)
    unmapped = frozenset(columns) - frozenset(mapping.fields)
    found += codes.from_units(columns, rows)
    found += codes.odd_codes(columns, rows, constant | unmapped)
    if "county" in mapping.fields:
        found += codes.other_county(columns, rows)
    found += uses.odd_uses(columns, rows, "use_system" in mapping.fields)
    found += values.odd_values(kind, columns, rows)
    found += timeline.future_facts(kind.name, columns, rows, today)
    found += timeline.without_evidence(kind.name, columns, rows)
    found += timeline.out_of_order(kind.name, columns, rows)
    found += readiness.readiness(kind.name, columns, rows)
    if kind.name == "demolition_unit":
        found += timeline.unusual_order(columns, rows)
    if "stage_event" in built.children:
        found += timeline.stage_findings(built.children["stage_event"], rows, today)


def _recognisable(built: Built) -> bool:
    kind = built.kind
    return bool(kind.prefix) and not kind.composite and bool(set(kind.identity) & set(built.columns))


def _held(built: Built, mapping: Mapping, known: Known | None) -> list[str | None]:
    fields = [f for f in key_fields(mapping, built.kind) if f in built.columns]
    if known is None or built.kind.composite or not built.kind.prefix or not fields:
        return [None] * len(built.rows)
    return known.resolve(built.kind.name, built.columns[fields[0]], fields[0])


def _resolve_subjects(built: Built, known: Known, found: list[Finding]) -> None:
    subjects = built.children.get("demolition_subject")
    if subjects is None or not len(subjects):
        return
    keys: list[str | None] = [None] * len(subjects)
    for name in ("parcel", "project"):
        at = np.flatnonzero((subjects["subject_noun"] == name).to_numpy())
        for i, key in zip(at, known.resolve(name, subjects["subject"].iloc[at].tolist()), strict=True):
            keys[int(i)] = key
    for (position, noun_name, number), key in zip(
        subjects.itertuples(index=False, name=None), keys, strict=True
    ):
        if key is None:
            row = int(built.rows[position])
            found.append(
                finding("reference_unknown", row=row, field=noun_name, value=number, severity="warning")
            )
    kept = subjects.assign(subject=pd.Series(keys, index=subjects.index, dtype=object))
    built.children["demolition_subject"] = kept[kept["subject"].notna()].reset_index(drop=True)


def _settle_keys(built: Built, mapping: Mapping, found: list[Finding]) -> None:
    refused = _positions(built.rows, rows_of(found, "error"))
    result = identify(mapping, built.kind, built.columns, built.shapes, built.rows, refused)
    built.gone, built.into = result.gone, result.into
    found += result.findings
    fields = [f for f in key_fields(mapping, built.kind) if f in built.columns]
    identities = zip(*(built.columns[f] for f in fields), strict=True) if fields else [()] * len(built.rows)
    built.numbers = [" / ".join(str(v) for v in said if v is not None) or None for said in identities]
    if result.into and built.shapes is not None:
        built.shapes.area_m2 = area_m2(built.shapes.geometry)
        built.shapes.planar_area_m2 = planar_area_m2(built.shapes.geometry)


def _check_shapes(built: Built, known: Known | None, found: list[Finding]) -> None:
    shapes, rows, name = built.shapes, built.rows, built.kind.name
    if shapes is None:
        return
    out = _positions(rows, rows_of(found, "error")) | built.gone
    live = shapes.geometry.copy()
    live[list(out)] = None
    rules = built.rules
    for field in [f for f in areas.OF_LAND if f in built.columns]:
        stated = [None if i in out else v for i, v in enumerate(built.columns[field])]
        found += areas.differing(stated, shapes, rows, field, rules.number("area_differs", "tolerance"))
    found += odd_shapes(replace(shapes, geometry=live), rows, rules)
    if name not in overlaps.EXCLUSIVE:
        return
    _check_neighbours(built, live, out, known, found)


def _check_neighbours(
    built: Built, live: Geometries, out: set[int], known: Known | None, found: list[Finding]
) -> None:
    """Look for repetitions, overlaps and gaps among the rows and against what is held."""
    rows, name, rules = built.rows, built.kind.name, built.rules
    twins, repeats = overlaps.repeated(live, rows)
    found += twins
    kinds = built.columns.get("kind", [""] * len(rows)) if name == "zone" else [""] * len(rows)
    if rules.on("overlap_within"):
        found += overlaps.within(live, rows, kinds, rules.number("overlap_within", "area_m2"), out | repeats)
    once = live.copy()
    once[list(repeats)] = None
    if name == "parcel":
        found += gaps.within(once, rows, rules)
    if known is None or name != "parcel":
        return
    if rules.on("overlap_held"):
        least = rules.number("overlap_held", "area_m2")
        found += overlaps.against_held(name, live, rows, built.held, known, least)
    found += gaps.against_held(name, once, rows, built.held, known, rules)


def _link(built: Built, mapping: Mapping, known: Known | None, found: list[Finding]) -> None:
    declared = built.children.get("project_parcel")
    if declared is None or mapping.links is None:
        return
    if known is None:
        found.append(finding("references_unchecked", value=label_of("parcels")))
        return
    out = _positions(built.rows, rows_of(found, "error")) | built.gone
    geometry = built.shapes.geometry.copy() if built.shapes is not None else None
    if geometry is not None:
        geometry[list(out)] = None
    declared = declared[~declared[children.POSITION].isin(out)]
    share = built.rules.number("link_undeclared", "share")
    links, said = link(declared, geometry, built.rows, known, mapping.links.scheme, share)
    built.children["project_parcel"] = links
    found += said


def _positions(rows: Rows, wanted: set[int]) -> set[int]:
    return {i for i, row in enumerate(rows.tolist()) if row in wanted}
