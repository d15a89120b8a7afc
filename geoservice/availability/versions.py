"""Parcel versions in order, their distinct shapes, and the state that counts on each day."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely

from geoservice.availability.errors import FactsInvalid
from geoservice.availability.facts import BEFORE_CLEAR, STATES
from geoservice.availability.overlay import Floats, Shapes
from geoservice.availability.timeline import Ints
from geoservice.clock import OPEN_DAY


class Versions(NamedTuple):
    """Versions by parcel and day (``frame.index`` counts from 0; ``shape`` points into ``shapes``)."""

    frame: pd.DataFrame
    shapes: Shapes
    planar: Floats

    def measure(self, version: Ints, pieces: Shapes) -> Floats:
        """Return the m² of pieces of versions: their planar share of the parcel's own area, to 0.01 m²."""
        ratio = shapely.area(pieces) / self.planar[self.frame["shape"].to_numpy()[version]]
        area: Floats = np.round(ratio * self.frame["area_m2"].to_numpy()[version], 2)
        return area

    def shapes_of(self, version: Ints) -> Shapes:
        """Return the geometries of versions."""
        found: Shapes = self.shapes[self.frame["shape"].to_numpy()[version]]
        return found


def order_versions(parcels: pd.DataFrame) -> Versions:
    """Order versions and name their distinct shapes.

    Raises
    ------
    FactsInvalid
        Versions of one parcel overlap, a parcel has no area or an unknown state.
    """
    frame = in_force(parcels).sort_values(["parcel", "from_day"], kind="stable", ignore_index=True)
    geometry = np.asarray(frame.pop("geometry"), dtype=object)
    _check(frame, geometry)
    code, _ = pd.factorize(np.asarray(shapely.to_wkb(geometry), dtype=object))
    shapes = geometry[np.unique(code, return_index=True)[1]]
    frame["shape"] = code.astype(np.int64)
    frame["area_m2"] = frame["area_m2"].astype(float)
    frame["cleared_plan_day"] = days(frame["cleared_plan_day"], OPEN_DAY)
    for flag in ("planning_set", "mortgaged", "seized"):
        frame[flag] = flags(frame[flag])
    frame["version"] = np.arange(len(frame))
    return Versions(frame, shapes, shapely.area(shapes))


def state_spans(versions: pd.DataFrame, today_day: int) -> pd.DataFrame:
    """Cut versions where a planned clearance still ahead counts; from that day the state is ``clear``.

    A plan that has passed without the parcel being cleared clears nothing.
    """
    spans = versions[["version", "from_day", "to_day", "state"]].assign(from_plan=False, to_plan=False)
    day = versions["cleared_plan_day"]
    planned = versions["state"].isin(BEFORE_CLEAR) & (day > today_day) & (day < versions["to_day"])
    after = spans[planned].assign(
        from_day=np.maximum(day, versions["from_day"])[planned], state="clear", from_plan=True
    )
    spans.loc[planned, "to_day"] = after["from_day"]
    spans.loc[planned, "to_plan"] = True
    both = pd.concat([spans[spans["from_day"] < spans["to_day"]], after])
    return both.sort_values(["version", "from_day"], ignore_index=True)


def days(column: pd.Series[Any], missing: int) -> pd.Series[int]:
    """Return day numbers as integers with a number for the missing."""
    return pd.to_numeric(column).fillna(missing).astype(np.int64)


def flags(column: pd.Series[Any]) -> pd.Series[bool]:
    """Return yes or no, no where nothing is known."""
    return column.astype("boolean").fillna(False).astype(bool)


def in_force(frame: pd.DataFrame) -> pd.DataFrame:
    """Take open ends for missing ones and drop rows that never hold."""
    frame = frame.assign(from_day=days(frame["from_day"], 1), to_day=days(frame["to_day"], OPEN_DAY))
    return frame[frame["from_day"] < frame["to_day"]].reset_index(drop=True)


def _check(frame: pd.DataFrame, geometry: Shapes) -> None:
    parcel, start, end = (frame[name].to_numpy() for name in ("parcel", "from_day", "to_day"))
    twice = np.zeros(len(frame), dtype=bool)
    twice[1:] = (parcel[1:] == parcel[:-1]) & (start[1:] < end[:-1])
    _refuse(parcel, twice, "Two versions of a parcel hold on the same day", "Close one when the next begins.")
    empty = ~(shapely.area(geometry) > 0) | ~(pd.to_numeric(frame["area_m2"]).to_numpy() > 0)
    _refuse(parcel, empty, "A parcel has no area", "Give it a polygon, or leave it out.")
    unknown = ~frame["state"].isin(STATES).to_numpy()
    _refuse(parcel, unknown, "A parcel's state is not on the ladder", "Use one of: " + ", ".join(STATES) + ".")


def _refuse(parcel: Any, wrong: Any, subject: str, remedy: str) -> None:
    if wrong.any():
        keys = pd.unique(parcel[wrong])
        shown = ", ".join(map(str, keys[:5])) + (f" … ({len(keys)})" if len(keys) > 5 else "")
        raise FactsInvalid(subject, shown, remedy)
