"""GeoPackage geometry blobs: a header with envelope, then WKB (OGC 12-128, clause 2.1.3)."""

from __future__ import annotations

import struct
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

_HEADER: Final = struct.Struct("<2sBBi4d")
_VERSION: Final = 0
_LITTLE_ENDIAN_XY_ENVELOPE: Final = 0b0000_0011
_EMPTY: Final = 0b0001_0000
_ENVELOPE_BYTES: Final = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}


def encode(geometries: NDArray[Any], srid: int) -> list[bytes | None]:
    """Encode geometries for a GeoPackage column; ``None`` stays ``None``. O(vertices)."""
    wkb = shapely.to_wkb(geometries, byte_order=1)
    empty = shapely.is_empty(geometries)
    bounds = shapely.bounds(geometries)
    return [
        None if body is None else _header(srid, bool(void), box) + body
        for body, void, box in zip(wkb, empty, bounds, strict=True)
    ]


def decode(blobs: list[bytes | None]) -> NDArray[Any]:
    """Decode a GeoPackage column into geometries. O(vertices)."""
    return np.asarray(
        shapely.from_wkb([None if b is None else b[body_offset(b) :] for b in blobs]), dtype=object
    )


def body_offset(blob: bytes) -> int:
    """Return where the WKB begins.

    Raises
    ------
    ValueError
        If the blob does not start with the GeoPackage magic ``GP``.
    """
    if blob[:2] != b"GP":
        raise ValueError("not a GeoPackage geometry: the magic 'GP' is missing")
    return 8 + _ENVELOPE_BYTES[(blob[3] >> 1) & 0b111]


def is_empty(blob: bytes) -> bool:
    """Read the empty flag from the header, without touching the coordinates."""
    return bool(blob[3] & _EMPTY)


def envelope(blob: bytes) -> tuple[float, float, float, float]:
    """Return ``(minx, miny, maxx, maxy)`` from the header, or from the shape where the header has none."""
    if (blob[3] >> 1) & 0b111:
        order = "<" if blob[3] & 1 else ">"
        minx, maxx, miny, maxy = struct.unpack_from(f"{order}4d", blob, 8)
        return minx, miny, maxx, maxy
    return tuple(shapely.from_wkb(blob[body_offset(blob) :]).bounds)


def _header(srid: int, empty: bool, box: NDArray[np.float64]) -> bytes:
    minx, miny, maxx, maxy = (float(edge) for edge in box)
    flags = _LITTLE_ENDIAN_XY_ENVELOPE | (_EMPTY if empty else 0)
    return _HEADER.pack(b"GP", _VERSION, flags, srid, minx, maxx, miny, maxy)
