"""``python -m benchmarks.overlaying``: judge all land of a province beside GeoPandas and PostGIS in the same run.

The same parcels and constraint polygons go through the verdict kernel (whole verdicts: intervals, reasons, usable
shapes), through its overlay alone, through ``geopandas.overlay`` and through one SQL statement. Figures that are to be
compared are checked to agree first: pairs and their area.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import shapely
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.databases import POSTGIS
from geoservice.availability import Facts, assess, load_rules
from geoservice.availability.facts import CONSTRAINTS, PARCELS
from geoservice.clock import OPEN_DAY
from geoservice.geo.measure import area_m2
from geoservice.geo.overlay import overlay

STEP: Final = 0.0008
"""Parcels stand on a grid of this many degrees, about 74 × 89 m."""
CORNERS: Final = 10
WEST, SOUTH = 113.0, 31.0


@dataclass(frozen=True)
class Land:
    """Parcels with ten corners each and overlapping constraints of some thousands of square metres to some hectares."""

    parcels: Any
    constraints: Any


@dataclass
class Result:
    """What one way took and found; ``peak_mb`` is the process's largest memory so far."""

    seconds: float
    pairs: int
    area_ha: float
    peak_mb: float
    notes: dict[str, float] = field(default_factory=dict)


def draw(parcels: int, constraints: int, seed: int = 20261126) -> Land:
    """Draw land; the same numbers draw the same land."""
    rng = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(parcels)))
    column, row = np.divmod(np.arange(parcels), side)
    centre = np.column_stack([WEST + column * STEP, SOUTH + row * STEP])
    lots = _rounded(centre, np.full(parcels, 0.45 * STEP), CORNERS, rng, 0.1)
    reach = side * STEP
    middle = np.column_stack(
        [WEST + rng.random(constraints) * reach, SOUTH + rng.random(constraints) * reach]
    )
    radius = STEP * rng.gamma(2.0, 0.9, constraints).clip(0.3, 12)
    return Land(lots, _rounded(middle, radius, 40, rng, 0.25))


def _rounded(centre: Any, radius: Any, corners: int, rng: np.random.Generator, uneven: float) -> Any:
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    length = radius[:, None] * (1 + rng.uniform(-uneven, uneven, (len(centre), corners)))
    ring = centre[:, None, :] + length[:, :, None] * np.column_stack([np.cos(angle), np.sin(angle)])[None]
    return shapely.polygons(shapely.linearrings(np.round(np.concatenate([ring, ring[:, :1]], axis=1), 9)))


def facts_of(land: Land) -> Facts:
    """Return the land as facts: clear parcels, half of the constraints prohibit, half restrict."""
    count, number = len(land.parcels), len(land.constraints)
    plain: dict[str, Any] = {
        "from_day": 1,
        "to_day": OPEN_DAY,
        "state": "clear",
        "planning_set": True,
        "mortgaged": False,
        "seized": False,
        "use_code": "1001",
        "cleared_plan_day": OPEN_DAY,
    }
    parcels = pd.DataFrame({"parcel": [f"DK{i:08d}" for i in range(count)], **plain})
    parcels["area_m2"], parcels["geometry"] = area_m2(land.parcels).round(2), land.parcels
    kind = np.arange(number) % 2
    constraints = pd.DataFrame(
        {
            "layer": np.where(kind, "CMCXQ", "YJJBNT"),
            "layer_name": np.where(kind, "采煤沉陷区", "永久基本农田"),
            "feature": [f"{i:06d}" for i in range(number)],
            "class": "",
            "effect": np.where(kind, "restrict", "prohibit"),
            "allowed_uses": [[] for _ in range(number)],
            "unit": "",
            "sliver_m2": 0.0,
            "from_day": 1,
            "to_day": OPEN_DAY,
            "geometry": land.constraints,
            "hidden": False,
        }
    )
    return Facts(parcels[list(PARCELS)], constraints=constraints[list(CONSTRAINTS)])


def kernel_overlay(land: Land) -> Result:
    """Overlay alone: pairs with areas, two threads."""
    start = time.perf_counter()
    found = overlay(land.parcels, land.constraints, geometry=True, threads=2)
    return _result(start, len(found), float(found["area_m2"].sum()))


def whole_verdicts(land: Land) -> Result:
    """Whole verdicts of everything, told by a progress bar; the pairs are counted by nobody here."""
    facts, rules = facts_of(land), load_rules()
    start = time.perf_counter()
    with Progress(transient=True) as bar:
        task = bar.add_task("verdicts", total=len(land.parcels))
        found = assess(
            facts, rules, today_day=730_000, progress=lambda done, _: bar.update(task, completed=done)
        )
    blocked = facts.parcels["area_m2"].sum() - found["usable_area_m2"].sum()
    done = _result(start, 0, 0.0)
    done.notes = {"verdicts": len(found), "blocked_ha": round(blocked / 1e4, 1)}
    return done


def geopandas_overlay(land: Land) -> Result:
    """Find the same pairs by ``geopandas.overlay``."""
    left = gpd.GeoDataFrame({"parcel": np.arange(len(land.parcels))}, geometry=land.parcels, crs=4490)
    right = gpd.GeoDataFrame(
        {"feature": np.arange(len(land.constraints))}, geometry=land.constraints, crs=4490
    )
    start = time.perf_counter()
    found = gpd.overlay(left, right, how="intersection")
    return _result(start, len(found), float(area_m2(found.geometry.to_numpy()).sum()))


def postgis_sql(land: Land) -> Result:
    """Find the same pairs by one statement over indexed tables; loading and indexing are not counted."""
    with psycopg.connect(os.environ[POSTGIS].replace("postgresql+psycopg", "postgresql")) as connection:
        for name, shapes in (("bench_parcel", land.parcels), ("bench_constraint", land.constraints)):
            connection.execute(f"CREATE TEMP TABLE {name} (id bigint, geom geometry(Polygon, 4490))")
            with connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
                for number, text in enumerate(
                    shapely.to_wkb(shapely.set_srid(shapes, 4490), hex=True, include_srid=True)
                ):
                    copy.write_row((number, text))
            connection.execute(f"CREATE INDEX ON {name} USING gist (geom)")
            connection.execute(f"ANALYZE {name}")
        start = time.perf_counter()
        row = connection.execute(_SQL).fetchone()
        assert row is not None
        # The area is summed in square degrees there; PostGIS measures ellipsoidal areas far more slowly.
        return _result(start, int(row[0]), float(row[1]) * 1e4)


_SQL: Final = """
SELECT count(*), coalesce(sum(ratio * area_ha), 0) FROM (
  SELECT ST_Area(ST_Intersection(p.geom, c.geom)) / ST_Area(p.geom) AS ratio, 1.0 AS area_ha
  FROM bench_parcel p JOIN bench_constraint c ON ST_Intersects(p.geom, c.geom)
) pairs WHERE ratio > 0
"""


def _result(start: float, pairs: int, area: float) -> Result:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Result(time.perf_counter() - start, pairs, area / 1e4, peak)


SIDES: Final[dict[str, Callable[[Land], Result]]] = {
    "kernel: whole verdicts": whole_verdicts,
    "kernel: overlay, 2 threads": kernel_overlay,
    "geopandas.overlay": geopandas_overlay,
    "PostGIS, one statement": postgis_sql,
}


def main() -> None:
    """Measure, print a table, and a document where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.overlaying", description=main.__doc__)
    parser.add_argument("--parcels", type=int, default=50_000)
    parser.add_argument("--constraints", type=int, default=1_000)
    parser.add_argument("--json", help="where to write the figures")
    options = parser.parse_args()
    land = draw(options.parcels, options.constraints)
    sides = {name: side for name, side in SIDES.items() if side is not postgis_sql or os.environ.get(POSTGIS)}
    found: dict[str, Result] = {}
    for name, side in sides.items():
        print(f"{name} …", flush=True)
        found[name] = side(land)
    _check(found)
    Console(width=110).print(_table(options.parcels, options.constraints, found))
    if options.json:
        figures = {name: vars(result) for name, result in found.items()}
        Path(options.json).write_text(json.dumps(figures, indent=2), encoding="utf-8")


def _check(found: dict[str, Result]) -> None:
    pairs = {name: result.pairs for name, result in found.items() if result.pairs}
    least, most = min(pairs.values()), max(pairs.values())
    assert most - least <= 1e-5 * most + 2, f"the ways do not agree on the pairs: {pairs}"


def _table(parcels: int, constraints: int, found: dict[str, Result]) -> Table:
    best = min(result.seconds for name, result in found.items() if not name.startswith("kernel"))
    table = Table(title=f"{parcels:,} parcels × {constraints:,} constraint polygons", title_justify="left")
    for heading in ("way", "s", "against the better peer", "pairs", "process peak MB"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for name, result in found.items():
        table.add_row(
            name,
            f"{result.seconds:.1f}",
            f"{best / result.seconds:.2f} ×",
            f"{result.pairs:,}" if result.pairs else "",
            f"{result.peak_mb:,.0f}",
        )
    return table


if __name__ == "__main__":
    main()
