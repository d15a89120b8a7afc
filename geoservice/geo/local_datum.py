"""An office's own way from 西安80 or 北京54 to CGCS2000: local parameters, which are secret and stay so."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from pyproj import CRS, Transformer

from geoservice.errors import InvalidInput
from geoservice.geo.arrays import Coordinates
from geoservice.geo.bbox import Bbox
from geoservice.geo.datum import datum_name
from geoservice.geo.projecting import moved, unprojected, unprojection
from geoservice.geo.zones import zone_of_crs

_DATUMS: Final = ("xian80", "beijing54")
_HELMERT: Final = ("dx_m", "dy_m", "dz_m", "rx_arcsec", "ry_arcsec", "rz_arcsec", "scale_ppm")
_PLANE: Final = ("dx_m", "dy_m", "rotation_arcsec", "scale_ppm")
_COMMON: Final = ("method", "accuracy_m", "area")
_CONVENTIONS: Final = ("position_vector", "coordinate_frame")


class LocalDatumInvalid(InvalidInput):
    """The file of local parameters is missing, open to others, or does not hold; no value is ever quoted."""

    code = "local_datum_invalid"


@dataclass(frozen=True)
class LocalDatum:
    """One way from an old datum to CGCS2000.

    Attributes
    ----------
    datum : {"xian80", "beijing54"}
    method : {"helmert7", "plane4"}
        Seven parameters in space (布尔莎), or four in the plane of a zone.
    accuracy_m : float
        What the office states for it; it stands beside every shape it placed.
    area : (minx, miny, maxx, maxy)
        Where the parameters hold, degrees of the old datum.
    """

    datum: str
    method: Literal["helmert7", "plane4"]
    accuracy_m: float
    area: Bbox
    _values: Mapping[str, float] = field(repr=False, default_factory=dict)
    _convention: str = field(repr=False, default="")
    _source: CRS | None = field(repr=False, default=None)
    _target: CRS | None = field(repr=False, default=None)

    def holds(self, lonlat: Coordinates) -> Any:
        """Tell for each place whether the parameters are meant for it."""
        west, south, east, north = self.area
        x, y = lonlat.T
        return (x >= west) & (x <= east) & (y >= south) & (y <= north)

    def moved(self, lonlat: Coordinates) -> Coordinates:
        """Return longitudes and latitudes of the old datum as those of CGCS2000; O(n)."""
        return self._in_space(lonlat) if self.method == "helmert7" else self._in_plane(lonlat)

    def _in_space(self, lonlat: Coordinates) -> Coordinates:
        old = {"xian80": "+a=6378140 +rf=298.257", "beijing54": "+ellps=krass"}[self.datum]
        there = Transformer.from_pipeline(f"+proj=cart {old}")
        back = Transformer.from_pipeline("+proj=cart +a=6378137 +rf=298.257222101")
        place = np.column_stack(there.transform(lonlat[:, 0], lonlat[:, 1], np.zeros(len(lonlat))))
        v = self._values
        sign = 1 if self._convention == "position_vector" else -1
        rx, ry, rz = (sign * np.radians(v[name] / 3600) for name in ("rx_arcsec", "ry_arcsec", "rz_arcsec"))
        turn = np.array([[1, -rz, ry], [rz, 1, -rx], [-ry, rx, 1]])
        shift = np.array([v["dx_m"], v["dy_m"], v["dz_m"]])
        placed = shift + (1 + v["scale_ppm"] * 1e-6) * place @ turn.T
        x, y, z = placed.T
        lon, lat, _ = back.transform(x, y, z, direction="INVERSE")
        return np.column_stack([lon, lat])

    def _in_plane(self, lonlat: Coordinates) -> Coordinates:
        forward = unprojection(self._source) if self._source is not None else None
        if forward is None or self._target is None:  # refused when the file was read
            raise LocalDatumInvalid("The plane parameters have no zones", None, "Give crs and target_crs.")
        plane = moved(forward, lonlat, inverse=True)
        v = self._values
        angle, size = np.radians(v["rotation_arcsec"] / 3600), 1 + v["scale_ppm"] * 1e-6
        turn = size * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        return unprojected(plane @ turn.T + (v["dx_m"], v["dy_m"]), self._target)


LocalDatums = Mapping[str, LocalDatum]


def read_local_datums(path: Path | None) -> LocalDatums:
    """Return the ways of a TOML file by old datum; none without a file.

    Raises
    ------
    LocalDatumInvalid
        Others than the owner can read the file, or a way is not wholly described. Values are never quoted.
    """
    if path is None:
        return {}
    _refuse_open(path)
    try:
        said = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        # The parser's own words would quote the line.
        raise LocalDatumInvalid("The file of local parameters is no TOML", path.name, "Correct it.") from None
    return {name: _way(name, table) for name, table in said.items()}


def _refuse_open(path: Path) -> None:
    try:
        found = path.lstat()
    except OSError:
        raise LocalDatumInvalid(
            "There is no file of local parameters", path.name, "Correct the path."
        ) from None
    if not stat.S_ISREG(found.st_mode):
        raise LocalDatumInvalid(
            "The file of local parameters is no plain file", path.name, "Name the file itself."
        )
    if os.name == "posix" and stat.S_IMODE(found.st_mode) & 0o077:
        raise LocalDatumInvalid(
            "Others can read the file of local parameters", path.name, f"Run: chmod 600 {path.name}"
        )


def _way(name: str, said: Any) -> LocalDatum:
    if name not in _DATUMS or not isinstance(said, Mapping):
        raise _wrong(f"There is no datum [{name[:20]}]", f"Known are {', '.join(_DATUMS)}.")
    method = said.get("method")
    if method not in {"helmert7", "plane4"}:
        raise _wrong(f"[{name}] method must be helmert7 or plane4", "Say which parameters these are.")
    wanted = _HELMERT if method == "helmert7" else _PLANE
    also = ("convention",) if method == "helmert7" else ("crs", "target_crs")
    unknown = set(said) - {*wanted, *also, *_COMMON}
    if unknown:
        raise _wrong(
            f"[{name}] has unknown keys: {', '.join(sorted(unknown))}", f"Known are {', '.join(wanted)}."
        )
    values = {key: _number(name, key, said.get(key)) for key in wanted}
    accuracy = _number(name, "accuracy_m", said.get("accuracy_m"))
    if accuracy <= 0:
        raise _wrong(
            f"[{name}] accuracy_m must be above 0", "State what the parameters are worth, in metres."
        )
    convention = said.get("convention", "")
    if method == "helmert7" and convention not in _CONVENTIONS:
        raise _wrong(
            f"[{name}] convention must be one of {', '.join(_CONVENTIONS)}", "The signs depend on it."
        )
    return LocalDatum(
        name, method, accuracy, _area(name, said.get("area")), values, convention, *_zones(name, said)
    )


def _zones(name: str, said: Mapping[str, Any]) -> tuple[CRS | None, CRS | None]:
    if said.get("method") != "plane4":
        return None, None
    try:
        source, target = CRS.from_user_input(said.get("crs")), CRS.from_user_input(said.get("target_crs"))
    except Exception:
        raise _wrong(f"[{name}] crs and target_crs must be EPSG codes", "Such as 2364 and 4528.") from None
    if datum_name(source) != name or datum_name(target) != "cgcs2000" or not zone_of_crs(source):
        raise _wrong(
            f"[{name}] crs must be a zone on that datum, target_crs one on CGCS2000", "Correct the codes."
        )
    if not zone_of_crs(target):
        raise _wrong(f"[{name}] target_crs must be a zone", "Correct the code.")
    return source, target


def _number(name: str, key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not np.isfinite(value):
        raise _wrong(f"[{name}] {key} is missing or no number", "Give it as a plain number.")
    return float(value)


def _area(name: str, value: Any) -> Bbox:
    plain = isinstance(value, list) and len(value) == 4 and all(isinstance(v, (int, float)) for v in value)
    if not plain or not (value[0] < value[2] and value[1] < value[3]):
        raise _wrong(f"[{name}] area must be [west, south, east, north] in degrees", "Say where they hold.")
    return (float(value[0]), float(value[1]), float(value[2]), float(value[3]))


def _wrong(subject: str, remedy: str) -> LocalDatumInvalid:
    return LocalDatumInvalid(subject, None, remedy)
