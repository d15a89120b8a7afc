"""Keeping the sites of projects: the parcels linked to them, joined."""

from __future__ import annotations

from typing import Any

import numpy as np

from geoservice.clock import day_of
from geoservice.db import UnitOfWork
from geoservice.geo.geojson import geometry_text
from geoservice.model import OPEN, project_site
from geoservice.projects.sites import site_intervals
from geoservice.registry.derived import replace_intervals
from geoservice.registry.facts import projects as facts
from geoservice.registry.links import projects_of_links, projects_of_parcels


def keep_sites(unit: UnitOfWork) -> None:
    """Recompute the sites of projects whose links or parcels changed."""
    links = unit.touched.get("project_parcel", set())
    parcels = unit.touched.get("parcel", set())
    projects = projects_of_links(unit.connection, links) | projects_of_parcels(unit.connection, parcels)
    if projects:
        recompute_sites(unit, projects)


def recompute_sites(unit: UnitOfWork, projects: set[str]) -> set[str]:
    """Recompute the site intervals of some projects; return those that changed."""
    sites = site_intervals(facts.site_links(unit.connection, projects))
    texts = geometry_text(np.asarray(sites["geometry"], dtype=object))
    rows = [_row(site, text) for site, text in zip(sites.to_dict("records"), texts, strict=True)]
    return replace_intervals(unit, project_site, projects, rows)


def _row(site: dict[Any, Any], text: Any) -> dict[str, Any]:
    return {
        "project": site["project"],
        "valid_from": day_of(site["from_day"]),
        "valid_to": day_of(site["to_day"]) or OPEN,
        "parcel_count": site["parcel_count"],
        "land_area_m2": site["land_area_m2"],
        "basis": site["basis"],
        "geojson": None if text is None else str(text),
        "geom": site["geometry"],
    }
