"""Small files of tiles, written here byte by byte, so that the readers are tested against the specifications."""

from __future__ import annotations

import gzip
import json
import sqlite3
import struct
import zlib
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from geoservice.basemaps import tile_id

Place = tuple[int, int, int]


def png(red: int, green: int = 90, blue: int = 60) -> bytes:
    """Return a picture of 256 × 256 pixels of one colour."""
    row = b"\0" + bytes((red, green, blue)) * 256
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 256, 256, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(row * 256)),
        (b"IEND", b""),
    )
    chunks = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def write_mbtiles(file: Path, tiles: Mapping[Place, bytes], **metadata: str) -> Path:
    """Write tiles by zoom, column and row from the north."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        connection.execute(
            "CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)"
        )
        connection.executemany("INSERT INTO metadata VALUES (?, ?)", metadata.items())
        rows = [(z, x, (1 << z) - 1 - y, body) for (z, x, y), body in tiles.items()]
        connection.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    return file


def write_pmtiles(
    file: Path,
    tiles: Mapping[Place, bytes],
    *,
    kind: int = 2,
    version: int = 3,
    leaves_of: int | None = None,
    **metadata: str,
) -> Path:
    """Write tiles; equal neighbours along the curve share a run, ``leaves_of`` puts so many entries into a leaf."""
    entries, data = _entries({tile_id(*place): body for place, body in tiles.items()})
    leaves = b""
    root = entries
    if leaves_of is not None:
        root = []
        for start in range(0, len(entries), leaves_of):
            leaf = _directory(entries[start : start + leaves_of])
            root.append((entries[start][0], 0, len(leaf), len(leaves)))
            leaves += leaf
    packed = _directory(root)
    told = gzip.compress(json.dumps(metadata).encode())
    zooms = [place[0] for place in tiles]
    places = (127, len(packed), 127 + len(packed), len(told))
    places += (sum(places[2:]), len(leaves), sum(places[2:]) + len(leaves), len(data))
    header = struct.pack(
        "<7sB11Q6B4iB2i",
        b"PMTiles",
        version,
        *places,
        *(len(tiles), len(entries), len(entries)),
        *(1, 2, 1, kind, min(zooms), max(zooms)),
        *(1196000000, 331000000, 1203000000, 336000000),
        *(12, 1200000000, 333000000),
    )
    file.write_bytes(header + packed + told + leaves + data)
    return file


def _entries(tiles: Mapping[int, bytes]) -> tuple[list[tuple[int, int, int, int]], bytes]:
    entries: list[tuple[int, int, int, int]] = []
    data = b""
    for number, body in sorted(tiles.items()):
        if entries:
            first, run, length, offset = entries[-1]
            if number == first + run and data[offset : offset + length] == body:
                entries[-1] = (first, run + 1, length, offset)
                continue
        entries.append((number, 1, len(body), len(data)))
        data += body
    return entries, data


def _directory(entries: list[tuple[int, int, int, int]]) -> bytes:
    numbers = [len(entries)]
    ids = [entry[0] for entry in entries]
    numbers += [one - before for one, before in zip(ids, [0, *ids], strict=False)]
    numbers += [entry[1] for entry in entries]
    numbers += [entry[2] for entry in entries]
    for at, (_, _, _, offset) in enumerate(entries):
        behind = at and offset == entries[at - 1][3] + entries[at - 1][2]
        numbers.append(0 if behind else offset + 1)
    return gzip.compress(b"".join(_varint(number) for number in numbers))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
