"""The predicates of readiness: the clear-land checklist, supply gates, and provisional holds."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from geoservice.availability.facts import CHECKLIST, GATES
from geoservice.availability.frames import among, texts
from geoservice.availability.ground import Ground
from geoservice.availability.hits import NOTHING, Hits, make_hits
from geoservice.availability.predicate import Param, Params, predicate
from geoservice.availability.predicates import AREA, KNOWN_STATES, area_args

NAMES: Final = {**CHECKLIST, **GATES}
_ITEM: Final = {"item": "事项", "item_en": "item"}
_STATES: Final = Param(list, choices=KNOWN_STATES)


@predicate({}, AREA)
def held(ground: Ground, params: Params) -> Hits:
    """Strike the part that a provisional hold (意向保留) sets aside until it expires or is released."""
    rows = ground.holds
    if rows.empty:
        return NOTHING
    source = [f"hold:{key}" for key in rows["hold"]]
    return make_hits(
        rows,
        source=source,
        identity=source,
        unit=texts(rows["unit"]),
        by_area=True,
        args=area_args(ground, rows),
    )


@predicate({"kinds": Param(list, choices=tuple(NAMES)), "states": _STATES}, _ITEM)
def requirement_open(ground: Ground, params: Params) -> Hits:
    """Strike parcels with an item or gate of ``kinds`` on record and not done, while in one of ``states``."""
    rows = ground.requirements
    rows = _while_in(ground, rows[among(rows["kind"], params["kinds"])], params["states"])
    if rows.empty:
        return NOTHING
    noun = ["checklist_item" if kind in CHECKLIST else "supply_gate" for kind in rows["kind"]]
    source = [f"{name}:{key}" for name, key in zip(noun, rows["record"], strict=True)]
    return make_hits(
        rows, source=source, identity=source, unit=texts(rows["unit"]), args=_names(rows["kind"])
    )


@predicate({"kinds": Param(list, choices=tuple(CHECKLIST)), "states": _STATES}, _ITEM)
def item_unrecorded(ground: Ground, params: Params) -> Hits:
    """Strike parcels whose checklist is kept but lacks an item of ``kinds``, while in one of ``states``."""
    own = ground.recorded[among(ground.recorded["kind"], CHECKLIST)]
    if own.empty:
        return NOTHING
    kinds = own.groupby("parcel", sort=False)["kind"].agg(set)
    lacking = [(parcel, kind) for parcel, has in kinds.items() for kind in params["kinds"] if kind not in has]
    rows = pd.DataFrame(lacking, columns=["parcel", "kind"]).merge(_whole(ground), on="parcel")
    return _of_parcels(_while_in(ground, rows, params["states"]))


@predicate({"states": _STATES}, {})
def checklist_absent(ground: Ground, params: Params) -> Hits:
    """Strike parcels of which no item of the checklist is on record, while in one of ``states``."""
    spans = ground.spans[among(ground.spans["state"], params["states"])]
    kept = set(ground.recorded["parcel"][among(ground.recorded["kind"], CHECKLIST)])
    parcel = ground.versions.frame["parcel"].to_numpy()[spans["version"].to_numpy()]
    absent = np.fromiter((key not in kept for key in parcel), bool, len(parcel))
    return _of_parcels(spans[absent].assign(parcel=parcel[absent], kind=""))


def _whole(ground: Ground) -> pd.DataFrame:
    frame = ground.versions.frame[["parcel", "version", "from_day", "to_day"]]
    return frame.assign(from_plan=False, to_plan=False)


def _of_parcels(rows: pd.DataFrame) -> Hits:
    if rows.empty:
        return NOTHING
    source = [f"parcel:{key}" for key in rows["parcel"]]
    identity = [f"{key}|{kind}" for key, kind in zip(source, rows["kind"], strict=True)]
    return make_hits(rows, source=source, identity=identity, args=_names(rows["kind"]))


def _names(kinds: pd.Series[Any]) -> list[dict[str, str]]:
    named = [NAMES.get(kind, ("", "")) for kind in kinds]
    return [{"item": zh, "item_en": en} for zh, en in named]


def _while_in(ground: Ground, rows: pd.DataFrame, states: list[str]) -> pd.DataFrame:
    """Keep dated rows on the days on which their parcel is in one of the states."""
    if rows.empty:
        return rows
    spans = ground.spans[among(ground.spans["state"], states)]
    both = rows.merge(spans, on="version", suffixes=("", "_span"))
    begins = both["from_day_span"] >= both["from_day"]
    ends = both["to_day_span"] < both["to_day"]
    both["from_plan"] = np.where(begins, both["from_plan_span"], both["from_plan"])
    both["to_plan"] = np.where(ends, both["to_plan_span"], both["to_plan"])
    both["from_day"] = np.maximum(both["from_day"], both["from_day_span"])
    both["to_day"] = np.minimum(both["to_day"], both["to_day_span"])
    return both[both["from_day"] < both["to_day"]].reset_index(drop=True)
