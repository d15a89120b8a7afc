"""The predicates of the constraint layers: what lies inside of one, and what outside."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from geoservice.availability.frames import among, as_column, listed, texts
from geoservice.availability.ground import Ground
from geoservice.availability.hits import NOTHING, Hits, make_hits
from geoservice.availability.layering import gather
from geoservice.availability.predicate import Param, Params, predicate
from geoservice.availability.predicates import AREA, area_args, over
from geoservice.availability.timeline import Flags, split
from geoservice.geo.overlay import subtract

HIDDEN: Final = {"layer": "其他管制", "layer_en": "other control", "class": "", "allowed": ""}
"""How military areas appear to everybody."""

_LAYER: Final = {**AREA, "layer": "层", "layer_en": "layer", "class": "类", "allowed": "用途"}
_PICK: Final = {
    "layers": Param(list, default=None),
    "except_layers": Param(list, default=None),
    "classes": Param(list, default=None),
}


@predicate(
    {
        **_PICK,
        "effect": Param(str, default=None, choices=("prohibit", "restrict", "note")),
        "use": Param(str, default="any", choices=("any", "allowed", "other")),
        "over": Param(bool, default=True),
    },
    _LAYER,
)
def inside_layer(ground: Ground, params: Params) -> Hits:
    """Strike what constraint layers cover, where it is ``over`` the layer's sliver tolerance (or not).

    ``use``: only parcels whose use is among the layer's allowed uses, or only others.
    """
    rows = ground.overlaps
    struck = _picked(rows, params) & over(rows["area_m2"], rows["sliver_m2"].to_numpy(), params)
    if params["effect"] is not None:
        struck &= among(rows["effect"], [params["effect"]])
    if params["use"] != "any" and struck.any():
        allowed = _use_matches(ground, rows, rows["allowed_uses"].tolist())
        struck &= allowed == (params["use"] == "allowed")
    if not struck.any():
        return NOTHING
    rows = rows[struck]
    hidden = rows["hidden"].tolist()
    return make_hits(
        rows,
        source=[
            "layer:restricted" if h else f"layer:{k}" for k, h in zip(rows["layer"], hidden, strict=True)
        ],
        identity=[f"{k}|{c}|{e}" for k, c, e in rows[["layer", "class", "effect"]].itertuples(index=False)],
        unit=["" if h else unit for unit, h in zip(texts(rows["unit"]), hidden, strict=True)],
        by_area=True,
        args=[
            {**area, **names} for area, names in zip(area_args(ground, rows), _layer_names(rows), strict=True)
        ],
    )


@predicate(
    {
        "layers": Param(list),
        "classes": Param(list, default=None),
        "use": Param(str, default="other", choices=("any", "allowed", "other")),
        "allowed_uses": Param(list, default=None),
        "sliver_m2": Param(float, default=None),
        "over": Param(bool, default=True),
    },
    {**AREA, "layer": "层"},
)
def outside_layer(ground: Ground, params: Params) -> Hits:
    """Strike what no feature of ``layers`` covers, on days on which one of them holds data.

    ``use``: only parcels whose use may lie outside, or only others; what may is ``allowed_uses``
    (``"SYSTEM:code prefix"``), by default those of the layer itself. So is the tolerance ``sliver_m2``.
    """
    if not _named(ground.loaded, params["layers"]).any():
        return NOTHING
    key = (*params["layers"], None, *(params["classes"] or ()))
    if key not in ground.outside:
        ground.outside[key] = _outside(ground, params)
    rows = ground.outside[key]
    own = rows["sliver_m2"].to_numpy()
    struck = over(rows["area_m2"], own if params["sliver_m2"] is None else params["sliver_m2"], params)
    if params["use"] != "any" and struck.any():
        given = params["allowed_uses"]
        uses = rows["allowed_uses"].tolist() if given is None else [given] * len(rows)
        struck &= _use_matches(ground, rows, uses) == (params["use"] == "allowed")
    if not struck.any():
        return NOTHING
    rows = rows[struck]
    layer, name = _title(ground, params["layers"])
    return make_hits(
        rows,
        source=[f"layer:{layer}"] * len(rows),
        identity=[layer] * len(rows),
        by_area=True,
        args=[{**area, "layer": name} for area in area_args(ground, rows)],
    )


def _title(ground: Ground, layers: list[str]) -> tuple[str, str]:
    """Return key and name of the layer that judges, the first by key where several do."""
    loaded = ground.loaded[_named(ground.loaded, layers)].sort_values("layer")
    return ("", "") if loaded.empty else (loaded["layer"].iloc[0], "、".join(pd.unique(loaded["layer_name"])))


def _outside(ground: Ground, params: Params) -> pd.DataFrame:
    """Cut each version where the layer's features on it change and take away what they cover."""
    judged = _loaded_versions(ground, params["layers"])
    inside = ground.overlaps[_picked(ground.overlaps, params)]
    columns = ["version", "from_day", "to_day", "piece"]
    both = pd.concat([judged[columns], inside[columns]], ignore_index=True)
    cut = split(*(both[name].to_numpy(dtype=np.int64) for name in columns[:3]))
    members = gather(both["piece"].to_numpy(), cut.interval_of, cut.row_of)
    rest = ground.versions.shapes_of(cut.owner)
    # Most parcels lie inside of one feature, which is then their own shape and leaves nothing.
    open_ = np.array(
        [all(piece is not shape for piece in p) for p, shape in zip(members, rest, strict=True)], bool
    )
    rest[~open_] = None
    rest[open_] = subtract(rest[open_], [p for p, is_open in zip(members, open_, strict=True) if is_open])
    rows = pd.DataFrame({"version": cut.owner, "from_day": cut.from_day, "to_day": cut.to_day})
    rows["piece"], rows["area_m2"] = as_column(rest), ground.versions.measure(cut.owner, rest)
    # The layer's own days come first among the rows of an interval.
    first = cut.row_of[np.unique(cut.interval_of, return_index=True)[1]]
    said = np.minimum(first, len(judged) - 1)
    rows["allowed_uses"] = as_column(judged["allowed_uses"].to_numpy()[said])
    rows["sliver_m2"] = judged["sliver_m2"].to_numpy(dtype=float)[said]
    return rows[rows["area_m2"] > 0]


def _loaded_versions(ground: Ground, layers: list[str]) -> pd.DataFrame:
    """Return the days of each version on which one of the layers holds data."""
    loaded = ground.loaded[_named(ground.loaded, layers)]
    zero = np.zeros(len(loaded), dtype=np.int64)
    days = split(zero, loaded["from_day"].to_numpy(), loaded["to_day"].to_numpy())
    first = days.row_of[np.unique(days.interval_of, return_index=True)[1]]
    count = len(loaded)
    uses = loaded["allowed_uses"].to_numpy() if "allowed_uses" in loaded else np.full(count, None)
    sliver = loaded["sliver_m2"].to_numpy(dtype=float) if "sliver_m2" in loaded else np.zeros(count)
    span = pd.DataFrame(
        {"from_day": days.from_day, "to_day": days.to_day, "sliver_m2": np.nan_to_num(sliver[first])}
    )
    span["allowed_uses"] = as_column(uses[first])
    rows = ground.versions.frame[["version", "from_day", "to_day"]].merge(
        span, how="cross", suffixes=("", "_loaded")
    )
    rows["from_day"] = np.maximum(rows["from_day"], rows.pop("from_day_loaded"))
    rows["to_day"] = np.minimum(rows["to_day"], rows.pop("to_day_loaded"))
    rows["piece"] = as_column(np.full(len(rows), None, dtype=object))
    return rows[rows["from_day"] < rows["to_day"]]


def _named(rows: pd.DataFrame, layers: list[str]) -> Flags:
    """Rules name a layer by its key or, since keys are minted per city, by its name."""
    return among(rows["layer"], layers) | among(rows["layer_name"], layers)


def _picked(rows: pd.DataFrame, params: Params) -> Flags:
    keep = np.ones(len(rows), dtype=bool)
    if params.get("layers") is not None:
        keep &= _named(rows, params["layers"])
    if params.get("except_layers") is not None:
        keep &= ~_named(rows, params["except_layers"])
    if params.get("classes") is not None:
        keep &= among(rows["class"], params["classes"])
    return keep


def _use_matches(ground: Ground, rows: pd.DataFrame, allowed: list[Any]) -> Flags:
    """Compare uses within one code system only: the same digits mean different things in different lists."""
    versions = ground.versions.frame
    if "use_system" not in versions:
        return np.zeros(len(rows), dtype=bool)
    own = [
        f"{system}:{code}"
        for system, code in zip(texts(versions["use_system"]), texts(versions["use_code"]), strict=True)
    ]
    return np.array(
        [
            _use_among(own[version], listed(uses))
            for version, uses in zip(rows["version"], allowed, strict=True)
        ],
        dtype=bool,
    )


def _use_among(own: str, allowed: list[Any]) -> bool:
    """Tell whether a use ``"SYSTEM:code"`` falls under one of the codes; other texts are for people to read.

    >>> _use_among("TD2023:100101", ["TD2023:1001", "光伏"]), _use_among("GBT21010-2017:0601", ["TD2023:06"])
    (True, False)
    """
    system, _, code = own.partition(":")
    return bool(system and code) and any(":" in str(use) and own.startswith(str(use)) for use in allowed)


def _layer_names(rows: pd.DataFrame) -> list[dict[str, Any]]:
    english = rows["layer_name_en"] if "layer_name_en" in rows else rows["layer_name"]
    return [
        HIDDEN
        if hidden
        else {"layer": name, "layer_en": name_en or name, "class": kind, "allowed": _in_words(listed(uses))}
        for name, name_en, kind, uses, hidden in zip(
            rows["layer_name"], english, rows["class"], rows["allowed_uses"], rows["hidden"], strict=True
        )
    ]


def _in_words(uses: list[Any]) -> str:
    """Return the allowed uses as people read them: the words, or the codes where there are none.

    >>> _in_words(["TD2023:14", "绿地"]), _in_words(["TD2023:14"]), _in_words([])
    ('绿地', 'TD2023:14', '无')
    """
    texts = [str(use) for use in uses]
    return "、".join([text for text in texts if ":" not in text] or texts) or "无"
