"""What land is for: uses by character of the neighbourhood, the size of their lots, their conditions.

Codes follow 国土空间调查、规划、用途管制用地用海分类指南 (2023).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .structure import CORE, INDUSTRY, NEW, OLD, RESIDENTIAL, TOWN

USE_NAMES = {
    "0101": "水田",
    "0102": "水浇地",
    "0103": "旱地",
    "0201": "果园",
    "0602": "设施农用地",
    "0703": "农村宅基地",
    "0704": "农村社区服务设施用地",
    "070102": "二类城镇住宅用地",
    "0702": "城镇社区服务设施用地",
    "0801": "机关团体用地",
    "0802": "科研用地",
    "0803": "文化用地",
    "080403": "中小学用地",
    "080401": "高等教育用地",
    "0805": "体育用地",
    "0806": "医疗卫生用地",
    "0807": "社会福利用地",
    "0901": "商业用地",
    "0902": "商务金融用地",
    "0903": "娱乐用地",
    "100101": "一类工业用地",
    "100102": "二类工业用地",
    "100103": "三类工业用地",
    "110101": "一类物流仓储用地",
    "110102": "二类物流仓储用地",
    "110103": "三类物流仓储用地",
    "1208": "交通场站用地",
    "1302": "排水用地",
    "1303": "供电用地",
    "1401": "公园绿地",
    "1402": "防护绿地",
    "1403": "广场用地",
    "16": "留白用地",
}

_MIXES: dict[str, dict[str, float]] = {
    OLD: {
        "070102": 0.44,
        "0901": 0.24,
        "0801": 0.07,
        "0803": 0.05,
        "080403": 0.05,
        "0806": 0.03,
        "0902": 0.06,
        "0702": 0.03,
        "1403": 0.01,
        "1401": 0.02,
    },
    CORE: {
        "070102": 0.32,
        "0901": 0.2,
        "0902": 0.24,
        "0803": 0.05,
        "0801": 0.05,
        "080403": 0.05,
        "0806": 0.03,
        "0903": 0.02,
        "1401": 0.04,
    },
    RESIDENTIAL: {
        "070102": 0.6,
        "0901": 0.12,
        "080403": 0.08,
        "0702": 0.05,
        "0806": 0.03,
        "1401": 0.05,
        "0805": 0.02,
        "0807": 0.02,
        "16": 0.03,
    },
    NEW: {
        "070102": 0.46,
        "0902": 0.14,
        "0901": 0.12,
        "0803": 0.05,
        "080403": 0.06,
        "080401": 0.03,
        "0805": 0.03,
        "0801": 0.03,
        "1401": 0.05,
        "16": 0.03,
    },
    INDUSTRY: {"100101": 0.5, "100102": 0.3, "110101": 0.12, "1302": 0.02, "0901": 0.03, "1402": 0.03},
    TOWN: {
        "070102": 0.5,
        "0901": 0.16,
        "100101": 0.12,
        "080403": 0.06,
        "0801": 0.05,
        "0806": 0.03,
        "0702": 0.05,
        "16": 0.03,
    },
}
_LOT_M2 = {
    "070102": 15_500,
    "0901": 7_500,
    "0902": 8_500,
    "0801": 11_000,
    "0802": 24_000,
    "0803": 12_000,
    "080403": 30_000,
    "080401": 70_000,
    "0805": 26_000,
    "0806": 22_000,
    "0807": 10_000,
    "0702": 5_000,
    "0903": 9_000,
    "100101": 27_000,
    "100102": 38_000,
    "100103": 52_000,
    "110101": 42_000,
    "110102": 46_000,
    "110103": 46_000,
    "1208": 20_000,
    "1302": 16_000,
    "1303": 9_000,
    "1401": 24_000,
    "1402": 20_000,
    "1403": 9_000,
    "16": 26_000,
}
_GRAIN = {OLD: 0.8, CORE: 1.5, RESIDENTIAL: 2.4, NEW: 2.3, INDUSTRY: 1.6, TOWN: 1.25}
"""How coarse lots are beside the usual size of their use."""


@dataclass(frozen=True)
class Conditions:
    """Planning conditions; None where none is set."""

    far_min: float | None = None
    far_max: float | None = None
    coverage_min: float | None = None
    coverage_max: float | None = None
    green_max: float | None = None
    height_max_m: float | None = None


def choose_use(kind: str, park_uses: tuple[tuple[str, float], ...], rng: np.random.Generator) -> str:
    """Return a use for land of one character; a park's own list of uses goes first."""
    mix = dict(park_uses) if park_uses else _MIXES[kind]
    weights = np.array(list(mix.values()))
    return str(rng.choice(list(mix), p=weights / weights.sum()))


def lot_size_m2(use: str, kind: str) -> float:
    """Return the usual size of a lot of this use in this kind of neighbourhood."""
    return _LOT_M2[use] * (_GRAIN[kind] if use not in ("080403", "080401", "0806", "1401") else 1.0)


def conditions(use: str, kind: str, rng: np.random.Generator) -> Conditions:
    """Return planning conditions usual for the use: industry has minima, everything else maxima."""
    if use.startswith("10"):
        return Conditions(
            float(rng.choice([1.0, 1.2, 1.5])), float(rng.choice([2.0, 2.5, 3.0])), 40.0, 70.0, 15.0, 40.0
        )
    if use.startswith("11"):
        return Conditions(float(rng.choice([0.8, 1.0])), 2.0, 40.0, 65.0, 15.0, 24.0)
    if use == "070102":
        return Conditions(
            1.0, float(rng.choice([1.6, 1.8, 2.0, 2.2, 2.5])), None, 28.0, None, 24.0 if kind == OLD else 54.0
        )
    if use.startswith("09"):
        return Conditions(
            None, float(rng.choice([1.8, 2.5, 3.0, 4.0])), None, 50.0, None, 24.0 if kind == OLD else 100.0
        )
    if use.startswith("08"):
        return Conditions(None, float(rng.choice([0.8, 1.0, 1.2, 1.6])), None, 35.0, None, 36.0)
    return Conditions()
