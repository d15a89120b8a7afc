"""Puts the city together in the order in which one theme rests on another."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Shape, draw_built, draw_green, draw_labels, draw_roads, draw_water
from .blocks import claim, cut_blocks, enclose
from .constraints import draw_constraints
from .households import Unit, draw_households
from .parcels import Parcel, draw_parcels
from .parks import Park, draw_parks
from .projects import Project, draw_projects
from .roads import lay_roads
from .structure import plan_structure
from .tasks import Task, draw_tasks
from .terrain import Terrain, draw_terrain
from .villages import settle
from .works import draw_works
from .zones import Zone, draw_zones


@dataclass(frozen=True)
class City:
    """Everything there is to hand over, in local metres."""

    terrain: Terrain
    districts: list[Zone]
    subdistricts: list[Zone]
    parks: list[Park]
    parcels: list[Parcel]
    projects: list[Project]
    tasks: list[Task]
    units: list[Unit]
    base: dict[str, list[Shape]]
    constraints: dict[str, list[Shape]]


def draw_city() -> City:
    """Draw 清澜市; the same code draws the same city."""
    terrain, structure = draw_terrain(), plan_structure()
    roads = lay_roads(terrain, structure)
    faces = enclose(roads, terrain.city)
    parks = draw_parks(faces, terrain.broad_water)
    blocks = claim(cut_blocks(faces, roads, terrain, structure), parks)
    districts, subdistricts = draw_zones(terrain, roads)
    parcels = draw_parcels(blocks, settle(blocks, roads), parks, subdistricts, roads, structure)
    projects = draw_projects(parcels, parks)
    projects += draw_works(roads, terrain, districts, len(projects) + 1)
    tasks, units = draw_households(draw_tasks(parcels, projects))
    base = {
        "water": draw_water(terrain),
        "roads": draw_roads(roads, terrain.city),
        "green": draw_green(terrain, blocks, parcels),
        "built": draw_built(blocks),
        "boundary": [Shape("district", zone.name, zone.shape) for zone in districts],
        "labels": draw_labels(subdistricts, terrain),
    }
    constraints = draw_constraints(terrain, blocks, parks, parcels)
    return City(terrain, districts, subdistricts, parks, parcels, projects, tasks, units, base, constraints)
