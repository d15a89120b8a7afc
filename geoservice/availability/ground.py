"""Facts made ready for the rules: everything that bears on a parcel version, dated by it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoservice.availability.facts import CLEARANCES, HOLDS, LAYERS, OCCUPATIONS, Facts
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
    holds : DataFrame
        The facts' rows per version, with ``from_plan, to_plan, piece, area_m2``; ``piece`` is ``None`` where the
        parcel is held as a whole.
    requirements : DataFrame
        The facts' rows per version while they are open, with ``from_plan, to_plan``.
    recorded : DataFrame
        ``parcel, kind`` of every requirement on record, open or not.
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
    holds: pd.DataFrame
    requirements: pd.DataFrame
    recorded: pd.DataFrame
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
        _holds(versions, facts.holds, today_day),
        _requirements(versions, facts.requirements, today_day),
        facts.requirements[["parcel", "kind"]],
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


def _holds(versions: Versions, rows: pd.DataFrame, today_day: int) -> pd.DataFrame:
    """Locate what is held; a part that the parcel has lost in the meantime holds nothing."""
    rows = join(versions.frame, in_force(rows[list(HOLDS)]), "parcel")
    version = rows["version"].to_numpy()
    part = np.array(rows.pop("geometry"), dtype=object)
    whole = ~shapely.is_geometry(part)
    part[whole] = None
    piece = polygons_only(shapely.intersection(versions.shapes_of(version), part))
    area = versions.measure(version, piece)
    area[whole] = versions.frame["area_m2"].to_numpy()[version[whole]]
    rows = rows.assign(
        from_plan=rows["from_day"] > today_day,
        to_plan=(rows["to_day"] > today_day) & (rows["to_day"] < OPEN_DAY),
        piece=as_column(piece),
        area_m2=area,
    )
    kept: pd.DataFrame = rows[whole | (area > 0)].reset_index(drop=True)
    return kept


def _requirements(versions: Versions, rows: pd.DataFrame, today_day: int) -> pd.DataFrame:
    """Date what is open; a planned day not after today fulfilled nothing."""
    to_day, plan = days(rows["to_day"], OPEN_DAY), flags(rows["to_is_plan"])
    to_day = to_day.where(~(plan & (to_day <= today_day)), OPEN_DAY)
    rows = rows[["parcel", "kind", "record", "unit"]].assign(from_day=1, to_day=to_day, to_plan=plan)
    rows = join(versions.frame, in_force(rows.assign(end=to_day)), "parcel")
    return rows.assign(from_plan=False, to_plan=rows["to_plan"] & (rows["to_day"] == rows.pop("end")))


def _loaded(facts: Facts) -> pd.DataFrame:
    """Return when which layer holds data, with what may lie outside of it."""
    frame = facts.constraints if facts.layers is None else facts.layers
    frame = frame[~frame[list(LAYERS)].duplicated()]
    columns = [*LAYERS, *(name for name in ("allowed_uses", "sliver_m2") if name in frame)]
    return in_force(frame[columns]).sort_values(["layer", "from_day"], kind="stable", ignore_index=True)
