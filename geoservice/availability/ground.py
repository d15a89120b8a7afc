"""Facts made ready for the rules: everything that bears on a parcel version, dated by it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoservice.availability.facts import CLEARANCES, OCCUPATIONS, Facts
from geoservice.availability.frames import as_column, days, flags, in_force
from geoservice.availability.layering import layer_overlaps
from geoservice.availability.timeline import join
from geoservice.availability.versions import Versions, order_versions, state_spans
from geoservice.clock import OPEN_DAY
from geoservice.geo.validity import polygons_only


@dataclass(frozen=True)
class Ground:
    """What the predicates look at; ``version`` points to a row of ``versions.frame``.

    Attributes
    ----------
    today_day : int
        Plans that lie before this day are no plans any more.
    versions : Versions
        Parcel versions in order of parcel and day.
    spans : DataFrame
        ``version, from_day, to_day, state, from_plan, to_plan``: versions cut where a planned clearance
        counts.
    occupations : DataFrame
        The facts' rows per version, with ``from_plan, to_plan, piece, area_m2``; ``piece`` is ``None`` where
        the place of what is held is not known; then ``share`` says how much of the parcel it is.
    clearances : DataFrame
        The facts' rows per version, with ``from_plan, to_plan, overdue, planned_day``.
    overlaps : DataFrame
        What constraint layers cover, see :func:`layer_overlaps`.
    loaded : DataFrame
        ``layer, layer_name, from_day, to_day``: when which layer holds data.
    outside : dict
        What lies outside of which layers, remembered for the next rule that asks.
    """

    today_day: int
    versions: Versions
    spans: pd.DataFrame
    occupations: pd.DataFrame
    clearances: pd.DataFrame
    overlaps: pd.DataFrame
    loaded: pd.DataFrame
    outside: dict[tuple[Any, ...], pd.DataFrame] = field(default_factory=dict, compare=False)


def prepare(facts: Facts, today_day: int) -> Ground:
    """Make facts ready: check, order, cut, and lay the constraints over the distinct shapes.

    Raises
    ------
    FactsInvalid
        Versions of one parcel overlap; a parcel lacks polygon, area or state; a feature is not valid.
    """
    versions = order_versions(facts.parcels)
    return Ground(
        today_day,
        versions,
        state_spans(versions.frame, today_day),
        _occupations(versions, facts.occupations, today_day),
        _clearances(versions, facts.clearances, today_day),
        layer_overlaps(versions, facts.constraints),
        _loaded(facts),
    )


def _occupations(versions: Versions, rows: pd.DataFrame, today_day: int) -> pd.DataFrame:
    """Locate what is held; a site that misses its parcel says nothing, then the declared share counts."""
    rows = join(versions.frame, in_force(rows[list(OCCUPATIONS)]), "parcel")
    plan = flags(rows["plan"])
    version = rows["version"].to_numpy()
    site = np.array(rows.pop("geometry"), dtype=object)
    site[~shapely.is_geometry(site)] = None
    piece = polygons_only(shapely.intersection(versions.shapes_of(version), site))
    area = versions.measure(version, piece)
    located = area > 0
    piece[~located] = None
    share = pd.to_numeric(rows["share"]).fillna(1.0).clip(0.0, 1.0).to_numpy(dtype=float)
    declared = np.round(share * versions.frame["area_m2"].to_numpy()[version], 2)
    return rows.assign(
        from_plan=plan & (rows["from_day"] > today_day),
        to_plan=plan & (rows["to_day"] > today_day),
        piece=as_column(piece),
        share=np.where(located, np.nan, share),
        area_m2=np.where(located, area, declared),
    )


def _clearances(versions: Versions, rows: pd.DataFrame, today_day: int) -> pd.DataFrame:
    """Date what is left; a planned delivery not after today did not happen, nobody knows when it will.

    Where a task has several rows, the last one tells: an earlier plan was replaced, a delivery is a delivery.
    """
    planned_day = days(rows["to_day"], OPEN_DAY)
    plan = flags(rows["to_is_plan"])
    overdue = plan & (planned_day <= today_day)
    if overdue.any():
        task = [rows["parcel"], rows["task"]]
        last = planned_day == planned_day.groupby(task).transform("max")
        overdue &= last & plan.groupby(task).transform("all")
    rows = rows[list(CLEARANCES)].assign(
        planned_day=planned_day, overdue=overdue, to_day=planned_day.where(~overdue, OPEN_DAY)
    )
    rows = join(versions.frame, in_force(rows), "parcel")
    to_plan = flags(rows["to_is_plan"]) & (rows["to_day"] == rows["planned_day"])
    return rows.assign(from_plan=False, to_plan=to_plan)


def _loaded(facts: Facts) -> pd.DataFrame:
    frame = facts.constraints if facts.layers is None else facts.layers
    return in_force(frame[["layer", "layer_name", "from_day", "to_day"]].drop_duplicates())
