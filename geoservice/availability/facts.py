"""The facts a verdict rests on: dated frames, gathered set-wise by whoever holds the data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from geoservice.availability.errors import FactsInvalid

STATES: Final = (
    "planned",
    "to_acquire",
    "in_approval",
    "approved",
    "acquiring",
    "acquired",
    "reserved",
    "clear",
    "supplying",
    "supplied",
    "building",
    "built",
)
"""The ladder of parcel states (规划 … 建成), in order."""

UNKNOWN: Final = "unknown"
"""What rules call the state of a parcel whose place on the ladder nobody has registered."""

BEFORE_CLEAR: Final = frozenset(STATES[: STATES.index("clear")])
"""States that a planned clearance date (计划净地日期) turns into ``clear``."""

PARCELS: Final = (
    "parcel",
    "from_day",
    "to_day",
    "state",
    "planning_set",
    "mortgaged",
    "seized",
    "use_code",
    "cleared_plan_day",
    "area_m2",
    "geometry",
)
OCCUPATIONS: Final = (
    "parcel",
    "project",
    "project_name",
    "role",
    "share",
    "from_day",
    "to_day",
    "plan",
    "geometry",
)
CLEARANCES: Final = ("parcel", "task", "task_name", "unit", "from_day", "to_day", "to_is_plan")
CONSTRAINTS: Final = (
    "layer",
    "layer_name",
    "feature",
    "class",
    "effect",
    "allowed_uses",
    "unit",
    "sliver_m2",
    "from_day",
    "to_day",
    "geometry",
    "hidden",
)
LAYERS: Final = ("layer", "layer_name", "from_day", "to_day")
HOLDS: Final = ("parcel", "hold", "unit", "from_day", "to_day", "geometry")
REQUIREMENTS: Final = ("parcel", "kind", "record", "unit", "to_day", "to_is_plan")

CHECKLIST: Final = {
    "rights": ("权属清晰", "rights clear"),
    "compensation": ("安置补偿落实到位", "compensation and resettlement done"),
    "disputes": ("没有法律经济纠纷", "no legal or economic dispute"),
    "planning": ("规划条件明确", "planning conditions set"),
    "works": ("具备动工开发所需的基本条件", "basic conditions to start work"),
}
"""The five items of 净地, in the order of the 闲置土地处置办法, with their names."""

GATES: Final = {
    "archaeology": ("考古调查勘探", "archaeological survey"),
    "soil_survey": ("土壤污染状况调查", "soil pollution survey"),
}
"""What some land needs before it may be supplied (供应前置), with its names."""


def _empty(columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})


@dataclass(frozen=True)
class Facts:
    """Everything that is known about some parcels, with the days from and until which it holds.

    Days are ``date.toordinal()``, intervals half-open, ``OPEN_DAY`` has no end. Geometries are valid Shapely
    geometries in EPSG:4490 (or any one system in which areas within a parcel compare). Frames may carry more
    columns than these and any index.

    Parameters
    ----------
    parcels : DataFrame
        One row per version: ``parcel, from_day, to_day, state, planning_set, mortgaged, seized, use_code,
        cleared_plan_day, area_m2, geometry``; versions of a parcel do not overlap. ``cleared_plan_day`` is
        ``OPEN_DAY`` where nothing is planned, ``state`` missing where it is not registered. An optional
        ``use_system`` says which code list ``use_code`` belongs to; without it no use is taken as allowed.
    occupations : DataFrame
        Land held by live projects: ``parcel, project, project_name, role, share, from_day, to_day, plan,
        geometry``. ``geometry`` is the project's own site, ``share`` (0..1) the occupied part where only its
        size is known; with neither the parcel is held as a whole. ``plan`` marks bounds that lie in the
        future as planned; bounds in the past are taken as they are.
    clearances : DataFrame
        Demolition tasks: ``parcel, task, task_name, unit, from_day, to_day, to_is_plan``; ``to_day`` is the
        delivery, or the planned one where ``to_is_plan``. A planned delivery that has passed delivers
        nothing, unless another row of the task on the parcel tells of a later plan or of the delivery.
    constraints : DataFrame
        Features of constraint layers: ``layer, layer_name, feature, class, effect, allowed_uses, unit,
        sliver_m2, from_day, to_day, geometry, hidden``. ``hidden`` features (military) appear as 其他管制.
        Only areas constrain: lines and points must be buffered before. Of ``allowed_uses``, texts of the form
        ``"SYSTEM:code prefix"`` are compared with the parcel's use, others are for people to read.
        An optional ``layer_name_en`` names the layer in English texts.
    layers : DataFrame, optional
        ``layer, layer_name, from_day, to_day``: since when and until when which layer holds data. Needed
        where ``constraints`` was cut to the surroundings of the parcels, because "outside of every feature"
        and "nothing loaded" look alike then. Default: derived from ``constraints``. Optional ``allowed_uses`` and
        ``sliver_m2`` say what may lie outside of the layer, and by how much anything may.
    holds : DataFrame
        Provisional holds (意向保留): ``parcel, hold, unit, from_day, to_day, geometry``; ``to_day`` is the
        expiry or the earlier release. Without ``geometry`` the parcel is held as a whole.
    requirements : DataFrame
        Checklist items and supply gates, whatever their state: ``parcel, kind, record, unit, to_day,
        to_is_plan``. ``kind`` is one of :data:`CHECKLIST` or :data:`GATES`, ``record`` the key of the record;
        it is open until ``to_day``, which lies before all days where it does not apply. A planned day that
        has passed fulfils nothing.

    Raises
    ------
    FactsInvalid
        A frame lacks a column.
    """

    parcels: pd.DataFrame
    occupations: pd.DataFrame = field(default_factory=lambda: _empty(OCCUPATIONS))
    clearances: pd.DataFrame = field(default_factory=lambda: _empty(CLEARANCES))
    constraints: pd.DataFrame = field(default_factory=lambda: _empty(CONSTRAINTS))
    layers: pd.DataFrame | None = None
    holds: pd.DataFrame = field(default_factory=lambda: _empty(HOLDS))
    requirements: pd.DataFrame = field(default_factory=lambda: _empty(REQUIREMENTS))

    def __post_init__(self) -> None:
        for name, columns in (
            ("parcels", PARCELS),
            ("occupations", OCCUPATIONS),
            ("clearances", CLEARANCES),
            ("constraints", CONSTRAINTS),
            ("layers", LAYERS),
            ("holds", HOLDS),
            ("requirements", REQUIREMENTS),
        ):
            frame = getattr(self, name)
            missing = [] if frame is None else [column for column in columns if column not in frame.columns]
            if missing:
                raise FactsInvalid(
                    f"The frame of {name} lacks columns",
                    ", ".join(missing),
                    "Gather them with the other facts.",
                )

    def of(self, parcels: Iterable[str]) -> Facts:
        """Return the facts of some parcels alone; the constraints stay, whichever they touch."""
        keys = set(parcels)
        return self._cut(lambda frame: frame[frame["parcel"].isin(keys)])

    def chunks(self, size: int) -> Iterator[Facts]:
        """Yield the facts of so many parcels at a time, in key order.

        Each frame is sorted once, so that all chunks together cost O(n log n) and not chunks × n.
        """
        keys = np.unique(np.asarray(self.parcels["parcel"], dtype=object))
        index = pd.Index(keys)
        sorted_: dict[int, tuple[Any, Any]] = {}

        def rows(frame: pd.DataFrame) -> tuple[Any, Any]:
            if id(frame) not in sorted_:
                code = index.get_indexer(pd.Index(np.asarray(frame["parcel"], dtype=object)))
                order = np.argsort(code, kind="stable")
                sorted_[id(frame)] = order, code[order]
            return sorted_[id(frame)]

        for start in range(0, len(keys), size):
            bounds = (start, start + size)

            def own(frame: pd.DataFrame, bounds: tuple[int, int] = bounds) -> pd.DataFrame:
                order, code = rows(frame)
                first, last = np.searchsorted(code, bounds)
                part: pd.DataFrame = frame.iloc[order[first:last]]
                return part

            yield self._cut(own)

    def _cut(self, own: Callable[[pd.DataFrame], pd.DataFrame]) -> Facts:
        return Facts(
            own(self.parcels),
            own(self.occupations),
            own(self.clearances),
            self.constraints,
            self.layers,
            own(self.holds),
            own(self.requirements),
        )
