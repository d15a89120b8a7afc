"""The structure plan: where the city is old, new, industrial or still country, and how dense."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .noise import Array, Noise

OLD, CORE, RESIDENTIAL, NEW, INDUSTRY, TOWN = "old", "core", "residential", "new", "industry", "town"
BUILT_UP = 0.38
"""Density above which land is laid out in streets."""


@dataclass(frozen=True)
class Centre:
    """A place the city grew from: position, reach along and across, direction, character."""

    x: float
    y: float
    along_m: float
    across_m: float
    turn: float
    kind: str
    strength: float = 1.0


CENTRES = [
    Centre(-900, 1300, 2100, 1500, 0.1, OLD, 1.25),
    Centre(2300, 2600, 1900, 1700, 0.3, CORE, 1.1),
    Centre(-800, 4400, 2300, 1500, 0.0, RESIDENTIAL),
    Centre(-4500, 2600, 1800, 1700, 0.5, RESIDENTIAL),
    Centre(700, -3100, 2700, 1900, -0.1, NEW, 1.1),
    Centre(-2300, -2600, 1700, 1500, 0.1, RESIDENTIAL),
    Centre(2600, -6000, 1900, 1000, 0.1, RESIDENTIAL, 0.9),
    Centre(600, -350, 3700, 850, 0.0, CORE, 0.9),
    Centre(-4700, 700, 1300, 900, -0.6, RESIDENTIAL, 0.8),
    Centre(4600, -900, 1500, 1000, -0.2, NEW, 0.8),
    Centre(5900, 3600, 2300, 1900, -0.1, INDUSTRY, 1.1),
    Centre(-6000, -2200, 1900, 1500, 0.4, INDUSTRY),
    Centre(6700, -3000, 1700, 1500, -0.6, INDUSTRY),
    Centre(9200, -5600, 1400, 1000, -0.3, INDUSTRY, 0.95),
    Centre(2700, 6600, 1500, 1100, 0.0, INDUSTRY, 0.95),
    Centre(-3700, -7000, 1500, 1000, 0.3, INDUSTRY, 0.95),
    Centre(-4700, 6500, 1400, 1000, 0.2, INDUSTRY, 0.95),
    Centre(-10300, -600, 800, 600, 0.3, TOWN),
    Centre(-9800, -6100, 800, 600, 0.0, TOWN),
    Centre(11200, 900, 850, 600, 0.2, TOWN),
    Centre(8700, 7200, 850, 650, 0.2, TOWN),
    Centre(-9900, 3400, 800, 600, 0.2, TOWN),
    Centre(-200, -7600, 850, 600, 0.2, TOWN),
]


@dataclass(frozen=True)
class Structure:
    """Density (about 0 to 1.3) and character at any point, in local metres."""

    edge: Noise
    wave: Noise

    def density(self, x: ArrayLike, y: ArrayLike) -> Array:
        """Return how urban the ground is; above :data:`BUILT_UP` there are streets."""
        result: Array = self._pulls(x, y).max(axis=0) + 0.16 * self.edge(x, y)
        return result

    def kind(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.str_]:
        """Return the character of the nearest centre."""
        names = np.array([centre.kind for centre in CENTRES])
        kinds: NDArray[np.str_] = names[self._pulls(x, y).argmax(axis=0)]
        return kinds

    def fortune(self, x: ArrayLike, y: ArrayLike) -> Array:
        """Return -1 to 1: how lucky a neighbourhood is, so that neighbours share their fate."""
        return self.wave(x, y)

    def _pulls(self, x: ArrayLike, y: ArrayLike) -> Array:
        px, py = np.asarray(x, float), np.asarray(y, float)
        return np.stack([_pull(centre, px, py) for centre in CENTRES])


def plan_structure() -> Structure:
    """Return the structure plan of the city."""
    return Structure(edge=Noise("edge", 1300, 3), wave=Noise("fortune", 700, 2))


def _pull(centre: Centre, x: Array, y: Array) -> Array:
    cos, sin = np.cos(centre.turn), np.sin(centre.turn)
    dx, dy = x - centre.x, y - centre.y
    along, across = (dx * cos + dy * sin) / centre.along_m, (dy * cos - dx * sin) / centre.across_m
    pull: Array = centre.strength * np.exp(-0.75 * (along**2 + across**2))
    return pull
