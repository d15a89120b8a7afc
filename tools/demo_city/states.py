"""How far land has come: the state ladder laid over the map so that neighbours share their fate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from shapely import Polygon

from .parks import Park
from .place import chance
from .structure import CORE, OLD, RESIDENTIAL, TOWN, Structure
from .villages import FIELD, HOMESTEAD

LADDER = {
    "planned": "规划",
    "to_acquire": "待征",
    "in_approval": "报批",
    "approved": "已批",
    "acquiring": "征收中",
    "acquired": "已征待拆",
    "reserved": "入库储备",
    "clear": "净地",
    "supplying": "供应中",
    "supplied": "已供未动工",
    "building": "在建",
    "built": "建成",
}
_SHARES = {
    "street": (0.03, 0.03, 0.012, 0.012, 0.035, 0.02, 0.025, 0.035, 0.02, 0.035, 0.06, 0.686),
    "park": (0.06, 0.06, 0.03, 0.03, 0.06, 0.035, 0.07, 0.115, 0.07, 0.09, 0.11, 0.27),
    "town": (0.05, 0.05, 0.02, 0.02, 0.02, 0.01, 0.02, 0.03, 0.02, 0.02, 0.04, 0.7),
}
_RENEWALS = [  # 旧城改造: x, y, reach in metres, what has come of it
    (-2250, 700, 330, "acquiring"),
    (-300, 2150, 300, "acquired"),
    (500, 650, 260, "clear"),
    (-1300, 250, 240, "acquiring"),
    (-1750, 1900, 230, "acquiring"),
    (2900, 1300, 330, "acquiring"),
    (-4300, 1700, 380, "acquired"),
    (1500, 3700, 300, "acquiring"),
    (-900, 3700, 330, "reserved"),
    (-3300, -1500, 360, "acquiring"),
]
_ALWAYS_BUILT = ("1302", "1303", "1403")


@dataclass(frozen=True)
class Lot:
    """A piece of land before it gets a number: shape in local metres, use, block, park or village, state."""

    shape: Polygon
    kind: str
    use: str
    block: int
    density: float
    park: Park | None
    village: str = ""
    state: str = "built"


def assign_states(lots: list[Lot], structure: Structure) -> list[Lot]:
    """Return ``lots`` with states: ripe land built, the edge being acquired, the outside planned."""
    rng = chance("states")
    middles = np.array([lot.shape.representative_point().coords[0] for lot in lots])
    fortune = structure.fortune(middles[:, 0], middles[:, 1])
    block_luck: defaultdict[int, float] = defaultdict(lambda: float(rng.normal(0, 0.1)))
    ripeness = np.array(
        [
            1.1 * min(lot.density, 0.95)
            + (lot.park.ripeness if lot.park else 0)
            + 0.42 * luck
            + block_luck[lot.block]
            + 0.05 * rng.normal()
            for lot, luck in zip(lots, fortune, strict=True)
        ]
    )
    states = np.full(len(lots), "planned", dtype=object)
    for group, shares in _SHARES.items():
        chosen = np.array([i for i, lot in enumerate(lots) if _group(lot) == group])
        states[chosen] = _ladder(ripeness[chosen], shares)
    renewed = _renewal(middles)
    return [
        replace(lot, state=_settled(lot, str(state), spot, rng))
        for lot, state, spot in zip(lots, states, renewed, strict=True)
    ]


def _group(lot: Lot) -> str:
    if lot.kind in (HOMESTEAD, FIELD):
        return "country"
    return "park" if lot.park else "town" if lot.kind == TOWN else "street"


def _ladder(ripeness: np.typing.NDArray[np.float64], shares: tuple[float, ...]) -> list[str]:
    """Give the ripest land the last state, the least ripe the first, in the given shares."""
    rank = ripeness.argsort().argsort() / max(len(ripeness) - 1, 1)
    steps = np.searchsorted(np.cumsum(shares) - 1e-9, rank)
    names = list(LADDER)
    return [names[min(int(step), len(names) - 1)] for step in steps]


def _renewal(middles: np.typing.NDArray[np.float64]) -> list[str]:
    result = [""] * len(middles)
    for x, y, reach, state in _RENEWALS:
        for i in np.flatnonzero(np.hypot(middles[:, 0] - x, middles[:, 1] - y) < reach):
            result[int(i)] = state
    return result


def _settled(lot: Lot, state: str, renewal: str, rng: np.random.Generator) -> str:
    rules: dict[str, Callable[[], str]] = {
        HOMESTEAD: lambda: _village_state(lot, rng),
        FIELD: lambda: _field_state(lot, rng),
    }
    if lot.kind in rules:
        return rules[lot.kind]()
    if renewal and lot.kind in (OLD, CORE, RESIDENTIAL):
        return renewal if rng.random() < 0.82 else str(rng.choice(["built", "acquired", "clear"]))
    if lot.use in _ALWAYS_BUILT and state in ("supplying", "supplied", "clear"):
        return "building"
    return state


def _village_state(lot: Lot, rng: np.random.Generator) -> str:
    if lot.density > 0.2 and rng.random() < 0.5:
        return str(
            rng.choice(["to_acquire", "acquiring", "in_approval", "approved"], p=[0.45, 0.35, 0.1, 0.1])
        )
    return "built"


def _field_state(lot: Lot, rng: np.random.Generator) -> str:
    if lot.density > 0.2 and rng.random() < 0.6:
        return str(
            rng.choice(["to_acquire", "in_approval", "approved", "acquiring"], p=[0.6, 0.15, 0.1, 0.15])
        )
    return "planned"
