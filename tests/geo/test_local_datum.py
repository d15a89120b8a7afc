"""An office's own parameters: right, secret, and refused where they do not hold or others can read them."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from geoservice.geo.local_datum import LocalDatumInvalid, read_local_datums
from geoservice.geo.obfuscated import cleared, shifted

HELMERT = """
[xian80]
method = "helmert7"
convention = "{convention}"
dx_m = 12.3456
dy_m = -87.6543
dz_m = 33.2211
rx_arcsec = 1.2345
ry_arcsec = -0.5432
rz_arcsec = 2.3456
scale_ppm = 4.5678
accuracy_m = 0.5
area = [119.0, 32.0, 121.0, 34.0]
"""
PLANE = """
[beijing54]
method = "plane4"
crs = "EPSG:2416"
target_crs = "EPSG:4528"
dx_m = -54.3219
dy_m = 7.6543
rotation_arcsec = 1.5
scale_ppm = -3.25
accuracy_m = 0.1
area = [118.5, 32.0, 121.5, 34.0]
"""
SECRET = ["12.3456", "87.6543", "33.2211", "1.2345", "0.5432", "2.3456", "4.5678", "54.3219", "7.6543"]


def file(folder: Path, text: str, mode: int = 0o600) -> Path:
    """Write a file of parameters."""
    path = folder / "datums.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


@pytest.mark.parametrize("convention", ["position_vector", "coordinate_frame"])
def test_seven_parameters_agree_with_proj(tmp_path: Path, convention: str) -> None:
    way = read_local_datums(file(tmp_path, HELMERT.format(convention=convention)))["xian80"]
    pipeline = (
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=cart +a=6378140 +rf=298.257 "
        f"+step +proj=helmert +convention={convention} +x=12.3456 +y=-87.6543 +z=33.2211 +rx=1.2345 "
        "+ry=-0.5432 +rz=2.3456 +s=4.5678 +step +inv +proj=cart +a=6378137 +rf=298.257222101 "
        "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )
    places = np.array([[119.5, 32.5], [120.25, 33.75]])
    wanted = np.column_stack(Transformer.from_pipeline(pipeline).transform(*places.T, np.zeros(2))[:2])
    # PROJ linearises the rotation, as the surveyors' formula does.
    assert np.abs(way.moved(places) - wanted).max() < 1e-9
    assert way.holds(np.array([[119.5, 32.5], [118.0, 32.5]])).tolist() == [True, False]


def test_four_parameters_turn_stretch_and_shift_the_plane(tmp_path: Path) -> None:
    way = read_local_datums(file(tmp_path, PLANE))["beijing54"]
    old = Transformer.from_crs(4214, 2416, always_xy=True)
    new = Transformer.from_crs(4490, 4528, always_xy=True)
    x, y = old.transform(120.5, 33.0)
    angle, size = np.radians(1.5 / 3600), 1 - 3.25e-6
    east = -54.3219 + size * (np.cos(angle) * x - np.sin(angle) * y)
    north = 7.6543 + size * (np.sin(angle) * x + np.cos(angle) * y)
    assert new.transform(*way.moved(np.array([[120.5, 33.0]]))[0]) == pytest.approx((east, north), abs=1e-4)


def test_the_values_are_shown_nowhere(tmp_path: Path) -> None:
    for text in (HELMERT.format(convention="position_vector"), PLANE):
        ways = read_local_datums(file(tmp_path, text))
        shown = f"{ways!r} {ways} {next(iter(ways.values()))}"
        assert not [value for value in SECRET if value in shown]


@pytest.mark.parametrize(
    ("text", "mode", "word"),
    [
        (PLANE, 0o644, "chmod 600"),
        (PLANE, 0o640, "Others can read"),
        (PLANE.replace("beijing54", "wgs84"), 0o600, "no datum"),
        (PLANE.replace("plane4", "grid"), 0o600, "method"),
        (PLANE.replace("dx_m = -54.3219", 'dx_m = "-54.3219"'), 0o600, "dx_m"),
        (PLANE.replace("dx_m = -54.3219\n", ""), 0o600, "dx_m"),
        (PLANE.replace("2416", "4528"), 0o600, "crs"),
        (PLANE.replace("4528", "4490"), 0o600, "target_crs"),
        (PLANE + "secret = 1\n", 0o600, "unknown keys"),
        (PLANE.replace("0.1", "0"), 0o600, "accuracy_m"),
        (PLANE.replace("[118.5, 32.0, 121.5, 34.0]", "[1, 2]"), 0o600, "area"),
        (HELMERT.format(convention="bursa"), 0o600, "convention"),
        ("[beijing54\ndx_m = 54.3219", 0o600, "TOML"),
    ],
)
def test_what_does_not_hold_is_refused_without_a_value(
    tmp_path: Path, text: str, mode: int, word: str
) -> None:
    if os.name != "posix" and mode != 0o600:
        pytest.skip("no permission bits")
    with pytest.raises(LocalDatumInvalid) as caught:
        read_local_datums(file(tmp_path, text, mode))
    said = f"{caught.value} {caught.value.__cause__} {caught.value.__context__ if caught.value.__cause__ else ''}"
    assert word in said
    assert not [value for value in SECRET if value in said]


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert read_local_datums(None) == {}
    with pytest.raises(LocalDatumInvalid):
        read_local_datums(tmp_path / "absent.toml")


@settings(max_examples=50, deadline=None)
@given(st.floats(74, 135), st.floats(4, 53))
def test_the_way_back_from_a_web_map_undoes_the_shift(longitude: float, latitude: float) -> None:
    place = np.array([[longitude, latitude]])
    shown = shifted(place)
    assert np.abs(cleared(shown, "GCJ-02") - place).max() < 1e-6
    assert 1e-5 < np.abs(shown - place).max() < 0.02
