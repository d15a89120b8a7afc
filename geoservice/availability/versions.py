"""Parcel versions in order, their distinct shapes, and the state that counts on each day."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely

from geoservice.availability.errors import FactsInvalid
from geoservice.availability.facts import BEFORE_CLEAR, PARCELS, STATES, UNKNOWN
from geoservice.availability.frames import among, as_column, days, flags, in_force, texts
from geoservice.availability.timeline import Ints
from geoservice.clock import OPEN_DAY
from geoservice.geo.arrays import Floats, Geometries
from geoservice.geo.measure import area_m2


class Versions(NamedTuple):
    """Versions by parcel and day (``frame.index`` counts from 0; ``shape`` points into ``shapes``).

    ``ellipsoid_m2`` are the areas of ``shapes``; pieces are measured by their share of it.
    """

    frame: pd.DataFrame
    shapes: Geometries
    ellipsoid_m2: Floats

    def measure(self, version: Ints, pieces: Geometries) -> Floats:
        """Return the m² of pieces of versions: their share of the parcel's own area, to 0.01 m²."""
        share = np.nan_to_num(area_m2(pieces)) / self.ellipsoid_m2[self._shape(version)]
        area: Floats = np.round(share * self.frame["area_m2"].to_numpy()[version], 2)
        return area

    def shapes_of(self, version: Ints) -> Geometries:
        """Return the geometries of versions."""
        found: Geometries = self.shapes[self._shape(version)]
        return found

    def _shape(self, version: Ints) -> Ints:
        shape: Ints = self.frame["shape"].to_numpy()[version]
        return shape


def order_versions(parcels: pd.DataFrame) -> Versions:
    """Order versions and name their distinct shapes.

    Raises
    ------
    FactsInvalid
        Versions of one parcel overlap, a parcel has no valid polygon, no area or an unknown state.
    """
    columns = [name for name in (*PARCELS, "use_system") if name in parcels]
    frame = in_force(parcels[columns]).sort_values(["parcel", "from_day"], kind="stable", ignore_index=True)
    geometry = np.asarray(frame.pop("geometry"), dtype=object)
    frame["state"] = as_column([state or UNKNOWN for state in texts(frame["state"])])
    _check(frame, geometry)
    code, _ = pd.factorize(np.asarray(shapely.to_wkb(geometry), dtype=object))
    shapes = geometry[np.unique(code, return_index=True)[1]]
    frame["shape"] = code.astype(np.int64)
    frame["area_m2"] = frame["area_m2"].astype(float)
    frame["cleared_plan_day"] = days(frame["cleared_plan_day"], OPEN_DAY)
    for flag in ("planning_set", "mortgaged", "seized"):
        frame[flag] = flags(frame[flag])
    frame["version"] = np.arange(len(frame))
    return Versions(frame, shapes, area_m2(shapes))


def state_spans(versions: pd.DataFrame, today_day: int) -> pd.DataFrame:
    """Cut versions where a planned clearance still ahead counts; from that day the state is ``clear``.

    A plan that has passed without the parcel being cleared clears nothing.
    """
    spans = versions[["version", "from_day", "to_day", "state"]].assign(from_plan=False, to_plan=False)
    day = versions["cleared_plan_day"]
    planned = (day > today_day) & (day < versions["to_day"]) & among(versions["state"], BEFORE_CLEAR)
    if not planned.any():
        return spans
    after = spans[planned].assign(
        from_day=np.maximum(day, versions["from_day"])[planned], state="clear", from_plan=True
    )
    spans.loc[planned, "to_day"] = after["from_day"]
    spans.loc[planned, "to_plan"] = True
    both = pd.concat([spans[spans["from_day"] < spans["to_day"]], after])
    return both.sort_values(["version", "from_day"], ignore_index=True)


def _check(frame: pd.DataFrame, geometry: Geometries) -> None:
    parcel, start, end = (frame[name].to_numpy() for name in ("parcel", "from_day", "to_day"))
    twice = np.zeros(len(frame), dtype=bool)
    twice[1:] = (parcel[1:] == parcel[:-1]) & (start[1:] < end[:-1])
    _refuse(parcel, twice, "Two versions of a parcel hold on the same day", "Close one when the next begins.")
    shapeless = ~(shapely.area(geometry) > 0) | ~shapely.is_valid(geometry)
    _refuse(parcel, shapeless, "A parcel has no valid polygon", "Repair its geometry, or leave it out.")
    unmeasured = ~(pd.to_numeric(frame["area_m2"]).to_numpy(dtype=float) > 0)
    _refuse(parcel, unmeasured, "A parcel has no area", "Measure it when its geometry is stored.")
    unknown = ~among(frame["state"], (*STATES, UNKNOWN))
    _refuse(
        parcel, unknown, "A parcel's state is not on the ladder", "Use one of: " + ", ".join(STATES) + "."
    )


def _refuse(parcel: Any, wrong: Any, subject: str, remedy: str) -> None:
    if wrong.any():
        keys = pd.unique(parcel[wrong])
        shown = ", ".join(map(str, keys[:5])) + (f" … ({len(keys)})" if len(keys) > 5 else "")
        raise FactsInvalid(subject, shown, remedy)
