"""A shape a hand gives: checked and brought to its stored form as intake does it, refused where it would be a guess."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from geoservice.errors import InvalidInput
from geoservice.geo.crs import parse_crs
from geoservice.intake.findings import Finding
from geoservice.intake.geometry.reference import Reference
from geoservice.intake.geometry.stored import prepare
from geoservice.model.nouns import Noun


def sound_shape(kind: Noun, shape: Any, crs: Any, *, north_first: bool) -> tuple[Any, list[Finding]]:
    """Return a shape as it will be stored, and what was odd about it.

    Parameters
    ----------
    kind : Noun
        Decides which kinds of shape are wanted.
    shape : shapely.Geometry
        As given.
    crs : int or str
        Its reference system.
    north_first : bool
        Whether its coordinates are given north first.

    Raises
    ------
    InvalidInput
        If it is of the wrong kind, or cannot be mended in one way only.
    """
    system = parse_crs(crs)
    reference = Reference(system, str(crs), "", swap_axes=north_first)
    prepared = prepare(np.array([shape], dtype=object), np.array([1]), reference, kind.name)
    wrong = [found for found in prepared.findings if found.severity == "error"]
    stored = prepared.geometry[0]
    if wrong or stored is None or shapely.is_empty(stored):
        first = wrong[0] if wrong else None
        raise InvalidInput(
            "This shape cannot be stored",
            first.message_en if first else None,
            (first.remedy_en if first else "") or "Correct the shape.",
        )
    return stored, prepared.findings
