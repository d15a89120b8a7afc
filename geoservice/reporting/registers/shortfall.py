"""储备缺地: the land that projects without a site ask for, against the land that is free, by use."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection

from geoservice.access.policy import Policy
from geoservice.model.vocabulary import SideState, Stage, UseSystem
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.facts.narrowed import read_features
from geoservice.registry.features import FeatureQuery
from geoservice.reporting.land import mu
from geoservice.reporting.registers.register import Column, Listing, Register, row

CLASS_DIGITS: Final = {UseSystem.TD2023.value: 4, UseSystem.GBT21010.value: 2, UseSystem.GB50137.value: 1}
"""How much of a code names the class demand and supply are compared by; a local system's code as a whole."""
_Class = tuple[str, str]
_UNSAID: Final[_Class] = ("", "")


def shortfall(connection: Connection, policy: Policy, query: FeatureQuery) -> Listing:
    """Set demand against supply per class of use on the day (储备缺地), the largest gap first.

    Notes
    -----
    Demand is the wanted area of projects before the start of works that are neither suspended nor terminated and
    have no parcel; supply is the usable area of available and conditional land. Codes of different systems are
    never mixed. Projects that do not say a use, or how much, are counted apart. O(projects + parcels).
    """
    demand, unsized = _demand(read_features(connection, query).values())
    land = replace(
        query,
        collection=COLLECTIONS["availability"],
        view=policy.view(query.principal, "availability"),
        filters=replace(
            query.filters, equal=dict(query.filters.equal) | {"status": ("available", "conditional")}
        ),
    )
    supply, words = _supply(read_features(connection, land).values())
    rows = [
        _row(use, demand.get(use, []), supply.get(use, {}), words.get(use))
        for use in sorted({*demand, *supply})
    ]
    rows.sort(key=lambda one: (-one["properties"]["gap_area_m2"], one["id"]))
    gaps = [one["properties"]["gap_area_m2"] for one in rows if one["properties"]["gap_area_m2"] > 0]
    summary = {"gap_mu": mu(sum(gaps)), "classes_short": len(gaps), "projects_without_area": unsized}
    return Listing(rows, summary)


def _demand(projects: Iterable[Mapping[str, Any]]) -> tuple[dict[_Class, list[Mapping[str, Any]]], list[str]]:
    wanting: defaultdict[_Class, list[Mapping[str, Any]]] = defaultdict(list)
    unsized = []
    for project in projects:
        shown = project["properties"]
        stage = shown["stage"]
        early = stage is None or Stage(stage).rank < Stage.STARTED.rank
        if not early or shown["parcel_count"] or shown["side_state"] != SideState.NORMAL.value:
            continue
        if shown["demand_area_m2"] is None:
            unsized.append(project["id"])
            continue
        wanting[use_class(shown["demand_use_system"], shown["demand_use_code"])].append(project)
    return dict(wanting), unsized


def _supply(parcels: Iterable[Mapping[str, Any]]) -> tuple[dict[_Class, dict[str, float]], dict[_Class, str]]:
    areas: defaultdict[_Class, dict[str, float]] = defaultdict(lambda: {"available": 0.0, "conditional": 0.0})
    names: defaultdict[_Class, Counter[str]] = defaultdict(Counter)
    for parcel in parcels:
        shown = parcel["properties"]
        use = use_class(shown["use_system"], shown["use_code"])
        areas[use][shown["status"]] += shown["usable_area_m2"]
        if shown["use_name"]:
            names[use][shown["use_name"]] += 1
    words = {use: "、".join(sorted(name for name, _ in found.most_common(3))) for use, found in names.items()}
    return dict(areas), words


def use_class(system: str | None, code: str | None) -> tuple[str, str]:
    """Return the code system and the class a use code falls into, two empty texts where either is unknown.

    >>> use_class("TD2023", "100101"), use_class("GB50137", "M1"), use_class(None, "1001")
    (('TD2023', '1001'), ('GB50137', 'M'), ('', ''))
    """
    return (system, code[: CLASS_DIGITS.get(system, len(code))]) if system and code else _UNSAID


def _row(
    use: _Class, projects: list[Mapping[str, Any]], land: Mapping[str, float], words: str | None
) -> dict[str, Any]:
    wanted = sum(one["properties"]["demand_area_m2"] for one in projects)
    available, conditional = land.get("available", 0.0), land.get("conditional", 0.0)
    gap = max(0.0, wanted - available)
    system, code = use
    properties = {
        "use_system": system or None,
        "use_class": code or None,
        "use_name": words if code else "未注明用途",
        "projects": [one["id"] for one in projects],
        "project_names": [one["properties"]["name"] for one in projects],
        "project_count": len(projects),
        "demand_area_m2": round(wanted, 2),
        "demand_area_mu": mu(wanted),
        "available_area_m2": round(available, 2),
        "available_area_mu": mu(available),
        "conditional_area_m2": round(conditional, 2),
        "conditional_area_mu": mu(conditional),
        "gap_area_m2": round(gap, 2),
        "gap_area_mu": mu(gap),
    }
    return row(f"{system or '-'}/{code or '-'}", None, properties)


SHORTFALL: Final = Register(
    "reserve-shortfall",
    "储备缺地",
    "Land short for the pipeline",
    "开工前、尚未落地项目的用地需求与可供土地按用途对照。",
    "What projects before their start and without a site ask for, against free land, by use.",
    "projects",
    (
        Column("use_class", "用途类别", "Class of use"),
        Column("use_name", "用途", "Use"),
        Column("project_count", "项目数", "Projects", "count", total=True),
        Column("demand_area_mu", "用地需求", "Demand", "mu", total=True),
        Column("available_area_mu", "可供", "Available", "mu", total=True),
        Column("conditional_area_mu", "有条件可供", "Conditional", "mu", total=True),
        Column("gap_area_mu", "缺口", "Gap", "mu", total=True),
        Column("project_names", "项目", "Projects", "list"),
    ),
    ("availability", "verdict", "parcel", "project_stage", "project_site"),
    shortfall,
)
