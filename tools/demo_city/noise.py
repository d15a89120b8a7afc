"""Smooth noise: what makes an edge look grown instead of drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .place import chance

Array = NDArray[np.float64]
_LATTICE = 64


class Noise:
    """Value noise with a given wavelength.

    Parameters
    ----------
    theme : str
        Names the random source.
    wavelength_m : float
        Distance between independent values.
    octaves : int
        How many halvings of the wavelength are added, each half as strong.
    """

    def __init__(self, theme: str, wavelength_m: float, octaves: int = 2) -> None:
        self._values = chance(f"noise:{theme}").uniform(-1, 1, (_LATTICE, _LATTICE))
        self._wavelength = wavelength_m
        self._octaves = octaves

    def __call__(self, x: ArrayLike, y: ArrayLike) -> Array:
        """Return values of about -1 to 1 at coordinates in metres."""
        u, v = np.asarray(x, float) / self._wavelength, np.asarray(y, float) / self._wavelength
        total = np.zeros(np.broadcast(u, v).shape)
        for octave in range(self._octaves):
            scale = 2.0**octave
            total += self._sample(u * scale + 7 * octave, v * scale + 13 * octave) / scale
        return total / (2 - 0.5 ** (self._octaves - 1))

    def _sample(self, u: Array, v: Array) -> Array:
        column, row = np.floor(u).astype(int), np.floor(v).astype(int)
        s, t = _smooth(u - column), _smooth(v - row)
        corner = self._values
        c0, c1, r0, r1 = column % _LATTICE, (column + 1) % _LATTICE, row % _LATTICE, (row + 1) % _LATTICE
        low = corner[r0, c0] * (1 - s) + corner[r0, c1] * s
        high = corner[r1, c0] * (1 - s) + corner[r1, c1] * s
        result: Array = low * (1 - t) + high * t
        return result


def _smooth(t: Array) -> Array:
    result: Array = t * t * (3 - 2 * t)
    return result
