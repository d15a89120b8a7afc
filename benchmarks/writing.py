"""Writing: a whole city with its verdicts, then a few parcels at a time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median
from typing import Final

import pandas as pd

from benchmarks.city import SINCE, City
from geoservice import clock
from geoservice.registry.put import put
from geoservice.service import Service

BATCH: Final = 10_000
CHANGES: Final = (1, 100)
REPEATS: Final = 7


@dataclass(frozen=True)
class Written:
    """What writing took.

    Attributes
    ----------
    load_s : float
        Seconds for all parcels with verdicts, revisions, audit and commits.
    rows_per_second : float
        Parcels a second.
    change_ms : dict of int to float
        Number of parcels changed at once → median milliseconds until the commit.
    """

    load_s: float
    rows_per_second: float
    change_ms: dict[int, float]


def load(service: Service, city: City) -> float:
    """Fill an empty database with the city; return the seconds its parcels took."""
    with service.work().begin("benchmark", "load") as unit:
        zones = put(unit, "zone", city.zones(), valid_from=SINCE).keys
        parks = put(unit, "park", city.parks(), valid_from=SINCE).keys
        layers = put(unit, "layer", city.layers(), valid_from=SINCE).keys
        put(unit, "layer_feature", city.constraints(layers), valid_from=SINCE)
    elapsed = 0.0
    for frame in city.batches(BATCH, zones, parks):
        start = time.perf_counter()
        with service.work().begin("benchmark", "load") as unit:
            put(unit, "parcel", frame, valid_from=SINCE)
        elapsed += time.perf_counter() - start
    return elapsed


def change(service: Service, city: City, count: int) -> float:
    """Mortgage so many parcels in one unit of work, several times; return the median milliseconds."""
    # Parcels at the end of the city: the pages measured later show what was loaded.
    numbers = [f"DK-{city.parcels - 1 - step:07d}" for step in range(count)]
    taken: list[float] = []
    for turn in range(REPEATS):
        frame = pd.DataFrame({"parcel_number": numbers, "mortgaged": turn % 2 == 0})
        start = time.perf_counter()
        with service.work().begin("benchmark", "change") as unit:
            put(unit, "parcel", frame, valid_from=clock.today())
        taken.append(time.perf_counter() - start)
    return median(taken) * 1000
