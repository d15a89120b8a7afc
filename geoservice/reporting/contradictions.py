"""Dates and links that contradict each other, each with the records, the days and the unit that must act."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any, Final

from geoservice.model.vocabulary import SideState, Stage
from geoservice.registry.facts.narrowed import Feature
from geoservice.reporting.standing import Standing

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "start_before_clearing": (
        "计划开工 {planned} 早于土地腾净 {clear}",
        "Start is planned for {planned}, before the land is clear on {clear}",
    ),
    "signed_on_land_not_free": (
        "已签约,所用地块另有制约:{reason}",
        "Signed, but something else holds the land: {reason}",
    ),
    "supplied_not_started": (
        "土地已供应,计划开工 {planned} 已过,尚未开工",
        "The land is supplied and the planned start {planned} has passed without a start",
    ),
    "parcel_promised_twice": (
        "同一地块的项目用地份额合计 {share}",
        "Projects on one parcel claim {share} of it together",
    ),
    "project_without_land": ("项目未落地块", "The project has no land"),
    "link_to_ended_parcel": ("项目所挂地块 {parcel} 已不存在", "The linked parcel {parcel} is no more"),
}
"""Code → text in Chinese and English."""

_PLACE: Final = ("name", "park", "park_name", "district", "district_name")
_HOLDING: Final = frozenset({"occupied", "temporary_use", "expansion", "occupied_sliver"})
_SUPPLY: Final = frozenset({"supplying", "supplied", "building", "built"})


def contradictions(standing: Standing) -> list[Feature]:
    """Return every contradiction among projects signed and not terminated, by code and key.

    A project or parcel the reader does not see is not named; what it adds up to still counts. O(links + reasons).
    """
    live = [key for key in standing.projects if _holds_land(standing.projects[key])]
    found = [
        *(one for key in live for one in _of_project(standing, key)),
        *_promised_twice(standing),
    ]
    return sorted(found, key=lambda one: one["id"])


def _of_project(standing: Standing, key: str) -> list[Feature]:
    project = standing.projects[key]
    unit = project["properties"].get("lead_department")
    found = (
        [
            _feature("link_to_ended_parcel", project, key, [link["parcel"]], unit, parcel=link["parcel"])
            for link in standing.links
            if link["project"] == key and link["gone"]
        ]
        if key in standing.sites
        else [_feature("project_without_land", project, key, [], unit)]
    )
    waiting = not _started(standing, key)
    for parcel in standing.land_of(key) if waiting else ():
        found += _of_land(standing, key, parcel, unit)
    return found


def _of_land(standing: Standing, key: str, parcel: Feature, unit: str | None) -> list[Feature]:
    planned = standing.planned(key, Stage.STARTED.value)
    reasons = [
        reason
        for reason in parcel["properties"]["reasons"]
        if reason["effect"] == "block" and reason["code"] not in _HOLDING
    ]
    others = [reason for reason in reasons if reason["code"] not in _SUPPLY]
    found = []
    if others:
        first = others[0]
        texts = {"reason": first["text"], "reason_en": first["text_en"]}
        found.append(_feature("signed_on_land_not_free", parcel, key, [parcel["id"]], first["unit"], **texts))
    last = max((reason for reason in others if reason["until"]), key=lambda one: one["until"], default=None)
    if planned is not None and last is not None and planned < date.fromisoformat(last["until"]):
        days = {"planned": planned.isoformat(), "clear": last["until"]}
        found.append(_feature("start_before_clearing", parcel, key, [parcel["id"]], last["unit"], **days))
    supplied = parcel["properties"].get("state") == "supplied"
    if supplied and planned is not None and planned < standing.day:
        days = {"planned": planned.isoformat()}
        found.append(_feature("supplied_not_started", parcel, key, [parcel["id"]], unit, **days))
    return found


def _promised_twice(standing: Standing) -> list[Feature]:
    shares: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for link in standing.links:
        project = standing.projects.get(link["project"])
        if project is not None and _holds_land(project) and link["parcel"] in standing.parcels:
            # Without a share a project claims the parcel as a whole.
            shares[link["parcel"]][link["project"]] = 1.0 if link["share"] is None else link["share"]
    return [
        _feature(
            "parcel_promised_twice",
            standing.parcels[parcel],
            ",".join(sorted(claims)),
            [parcel],
            "自然资源和规划局",
            share=f"{sum(claims.values()):.0%}",
        )
        for parcel, claims in shares.items()
        if len(claims) > 1 and sum(claims.values()) > 1 + 1e-9
    ]


def _holds_land(project: Feature) -> bool:
    shown = project["properties"]
    stage = shown["stage"]
    signed = stage is not None and Stage(stage).rank >= Stage.SIGNED.rank
    return signed and shown["side_state"] != SideState.TERMINATED.value


def _started(standing: Standing, key: str) -> bool:
    return Stage(standing.projects[key]["properties"]["stage"]).rank >= Stage.STARTED.rank


def _feature(
    code: str, place: Feature, projects: str, parcels: list[str], unit: str | None, **words: Any
) -> Feature:
    zh, en = TEXTS[code]
    english = {name: words.get(f"{name}_en", value) for name, value in words.items()}
    shown = place["properties"]
    properties = {
        "code": code,
        "text": zh.format_map(words),
        "text_en": en.format_map(english),
        "projects": projects.split(","),
        "parcels": parcels,
        "dates": {name: words[name] for name in ("planned", "clear") if name in words},
        "unit": unit,
        **{name: shown[name] for name in _PLACE if name in shown},
    }
    return {
        "type": "Feature",
        "id": "/".join((code, projects, *parcels)),
        "geometry": place["geometry"],
        "properties": properties,
    }
