"""From a file's coordinates to stored degrees: by projection, by local parameters, or back from a web map."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from geoservice.geo.arrays import Geometries, as_geometries
from geoservice.geo.crs import to_stored
from geoservice.geo.errors import CoordinatesRefused
from geoservice.geo.local_datum import LocalDatum
from geoservice.geo.obfuscated import cleared
from geoservice.geo.projecting import unprojected
from geoservice.intake.geometry.reference import Reference


def placed(geoms: Any, reference: Reference) -> Geometries:
    """Return shapes of a file in EPSG:4490 degrees.

    Raises
    ------
    CoordinatesRefused
        A coordinate does not transform, or lies where the local parameters do not hold.
    DatumRefused
        An old datum without local parameters.
    """
    if reference.obfuscation is not None:
        system = reference.obfuscation
        return to_stored(_moved(geoms, lambda c: cleared(c, system)), 4326)
    if reference.local is not None:
        return to_stored(_by_parameters(as_geometries(geoms), reference, reference.local), 4490)
    return to_stored(geoms, reference.crs)


def _by_parameters(array: Geometries, reference: Reference, local: LocalDatum) -> Geometries:
    coords = shapely.get_coordinates(array)
    own = unprojected(coords, reference.crs)
    if not (np.isfinite(own).all(axis=1) & local.holds(own)).all():
        raise CoordinatesRefused(
            "A coordinate lies where the local parameters do not hold",
            f"{local.datum}",
            "Check the coordinates; widen the area in the file of parameters only if they were measured there.",
        )
    return shapely.set_coordinates(shapely.force_2d(array), local.moved(own)) if len(own) else array


def _moved(geoms: Any, move: Any) -> Geometries:
    moved: Geometries = shapely.transform(shapely.force_2d(as_geometries(geoms)), move)
    return moved
