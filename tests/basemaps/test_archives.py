"""Files of tiles: every tile at its place, whatever the file's form; what cannot be used is refused with the reason."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoservice.basemaps import open_archive, tile_id
from geoservice.errors import InvalidInput
from tests.basemaps.files import Place, png, write_mbtiles, write_pmtiles

TILES: dict[Place, bytes] = {
    (z, x, y): png(10 * z, x * 20, y * 20) for z in range(4) for x in range(1 << z) for y in range(1 << z)
}
SEA = {(5, x, y): png(0, 0, 200) for x in range(8) for y in range(8)}


@pytest.mark.parametrize("leaves_of", [None, 7, 1])
def test_every_tile_of_a_pmtiles_file_is_found(tmp_path: Path, leaves_of: int | None) -> None:
    file = write_pmtiles(
        tmp_path / "a.pmtiles", TILES | SEA, leaves_of=leaves_of, name="影像", attribution="市测绘院"
    )
    archive = open_archive(file)
    assert (archive.about.name, archive.about.attribution) == ("影像", "市测绘院")
    assert (archive.about.min_zoom, archive.about.max_zoom) == (0, 5)
    assert archive.about.bounds == (119.6, 33.1, 120.3, 33.6)
    for place, body in (TILES | SEA).items():
        tile = archive.tile(*place)
        assert tile is not None, place
        assert (tile.body, tile.media_type) == (body, "image/png")
    for nowhere in ((4, 0, 0), (5, 9, 9), (6, 0, 0), (3, 8, 0), (3, -1, 0)):
        assert archive.tile(*nowhere) is None


def test_every_tile_of_an_mbtiles_file_is_found(tmp_path: Path) -> None:
    file = write_mbtiles(
        tmp_path / "a.mbtiles", TILES, name="影像", format="png", bounds="119.6,33.1,120.3,33.6"
    )
    archive = open_archive(file)
    assert archive.about.bounds == (119.6, 33.1, 120.3, 33.6)
    for place, body in TILES.items():
        tile = archive.tile(*place)
        assert tile is not None
        assert tile.body == body
    assert archive.tile(4, 0, 0) is None


@given(st.integers(0, 12).flatmap(lambda z: st.tuples(st.just(z), *(st.integers(0, (1 << z) - 1),) * 2)))
def test_neighbours_along_the_curve_are_neighbours_on_the_map(place: Place) -> None:
    z, x, y = place
    number = tile_id(z, x, y)
    first = (4**z - 1) // 3
    assert first <= number < first + 4**z
    # The four children of a tile follow one another along the curve.
    children = sorted(tile_id(z + 1, 2 * x + dx, 2 * y + dy) for dx in (0, 1) for dy in (0, 1))
    assert children == list(range(children[0], children[0] + 4))


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:60])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda f: write_pmtiles(f, TILES, kind=1), "no pictures"),
        (lambda f: write_pmtiles(f, TILES, version=2), "version 2"),
        (lambda f: write_pmtiles(f, TILES, attribution="© 高德地图"), "shifted"),
        (lambda f: write_mbtiles(f, TILES, format="pbf"), "no pictures"),
        (lambda f: write_mbtiles(f, TILES, name="BD09 tiles"), "shifted"),
        (lambda f: write_mbtiles(f, {}, name="leer"), "no tiles"),
        (lambda f: f.write_bytes(b"GIF89a"), "no file of tiles"),
        (lambda f: (write_pmtiles(f, TILES), _cut(f)), "cut off"),
        (lambda f: f.write_bytes(b"SQLite format 3\0" + b"\0" * 100), "no MBTiles"),
        (lambda f: None, "no such file"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(tmp_path: Path, make: object, said: str) -> None:
    file = tmp_path / "x.tiles"
    make(file)  # type: ignore[operator]
    with pytest.raises(InvalidInput, match=said):
        open_archive(file)


@given(data=st.binary(max_size=400))
def test_a_damaged_file_raises_nothing_unknown(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    file = tmp_path_factory.mktemp("damaged") / "x.pmtiles"
    whole = write_pmtiles(file, {(1, 0, 0): b"\x89PNG"}, name="x").read_bytes()
    file.write_bytes(whole[:127] + data)
    with suppress(InvalidInput):
        open_archive(file).tile(1, 0, 0)
