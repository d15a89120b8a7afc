"""Protocol-buffer bytes for vector tiles: varints of whole arrays at once, and length-delimited fields."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray


def varint(value: int) -> bytes:
    """Write one unsigned varint.

    >>> varint(300).hex()
    'ac02'
    """
    return _SMALL[value] if value < len(_SMALL) else _long(value)


def _long(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


_SMALL: Final = tuple(_long(value) for value in range(1 << 14))
"""Lengths and numbers of values are nearly always this small; looking them up saves a loop a number."""


def varints(values: NDArray[np.uint32]) -> tuple[bytes, NDArray[np.int64]]:
    """Write unsigned varints; return the bytes and where each value begins, with the end as last. O(n)."""
    lengths = np.ones(len(values), dtype=np.int64)
    for bits in (7, 14, 21, 28):
        lengths += values >= np.uint32(1 << bits)
    starts = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    out = np.empty(starts[-1], dtype=np.uint8)
    for place in range(int(lengths.max(initial=0))):
        chosen = lengths > place
        septet = (values[chosen] >> np.uint32(7 * place)) & np.uint32(0x7F)
        more = lengths[chosen] > place + 1
        out[starts[:-1][chosen] + place] = septet | np.where(more, np.uint32(0x80), np.uint32(0))
    return out.tobytes(), starts


def zigzag(values: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Fold signed numbers into unsigned ones: 0, -1, 1, -2 become 0, 1, 2, 3."""
    return ((values << 1) ^ (values >> 63)).astype(np.uint32)


def field(number: int, body: bytes) -> bytes:
    """Write a length-delimited field."""
    return varint(number << 3 | 2) + varint(len(body)) + body


def value(content: str | bool | int | float) -> bytes:
    """Write a tile value (vector tile specification 2.1, clause 4.4); a whole number takes the fewest bytes."""
    if isinstance(content, str):
        return field(1, content.encode())
    if isinstance(content, bool):
        return b"\x38" + varint(content)
    if isinstance(content, int):
        return b"\x28" + varint(content) if content >= 0 else b"\x30" + varint(-2 * content - 1)
    return b"\x19" + struct.pack("<d", content)


def fields(number: int, bodies: Iterable[bytes]) -> bytes:
    """Write a repeated length-delimited field."""
    return b"".join(field(number, body) for body in bodies)
