"""In which reference system the coordinates are: declared, overridden, detected, or asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from pyproj import CRS

from geoservice.geo.arrays import Geometries
from geoservice.geo.bbox import Bbox
from geoservice.geo.crs import STORED_CRS, parse_crs, refuse_datum
from geoservice.geo.crs_detect import CrsFinding, detect_crs
from geoservice.geo.datum import datum_name
from geoservice.geo.local_datum import LocalDatum
from geoservice.geo.marks import mark_of
from geoservice.geo.obfuscated import ACCURACY_M, Obfuscation, obfuscation_of
from geoservice.intake.errors import refuse
from geoservice.intake.findings import Finding, finding
from geoservice.intake.settings import IntakeSettings
from geoservice.intake.table import RawTable

_SAMPLE: Final = 5000


@dataclass(frozen=True, slots=True)
class Reference:
    """The reference system of a file's coordinates.

    Attributes
    ----------
    crs : pyproj.CRS
    name : str
        Code where one is known, else the name: what a record keeps.
    evidence : str
        How it is known.
    swap_axes : bool
        Coordinates are given north first.
    declared : bool
        It was declared rather than found out.
    local : LocalDatum, optional
        The office's own way from an old datum.
    obfuscation : {"GCJ-02", "BD-09"}, optional
        Coordinates of a web map: approximate, never a survey.
    """

    crs: CRS
    name: str
    evidence: str
    swap_axes: bool = False
    declared: bool = True
    local: LocalDatum | None = None
    obfuscation: Obfuscation | None = None

    @property
    def mark(self) -> str:
        """Return what is kept beside every shape: the system, and what its place is worth where that is little.

        It stays with the version, so that a shape from a web map is known as such for ever.
        """
        if self.obfuscation is not None:
            return mark_of(self.obfuscation, ACCURACY_M[self.obfuscation])
        return self.name if self.local is None else mark_of(self.name, self.local.accuracy_m)


def decide(
    table: RawTable, shapes: Geometries, override: str | None, settings: IntakeSettings, found: list[Finding]
) -> Reference:
    """Return the system of the shapes.

    The mapping's word comes first, then the file's, then what the coordinates and the city's extent say, last
    the configured default where the coordinates fit it.

    Raises
    ------
    IntakeRefused, CrsUnknown, DatumRefused
        Undecidable, unknown, or on a datum without a trustworthy way to CGCS2000.
    """
    obfuscation = obfuscation_of(override or table.crs)
    if obfuscation is not None:
        found.append(finding("approximate", value=obfuscation, accuracy=f"{ACCURACY_M[obfuscation]:g}"))
        said_by = "映射写明" if override else table.crs_evidence
        return Reference(STORED_CRS, obfuscation, said_by, obfuscation=obfuscation)
    declared, evidence = _declared(table, override, found)
    local = settings.datums.get(datum_name(declared) or "") if declared is not None else None
    if declared is not None and local is None:
        refuse_datum(declared)
    sample = _sample(shapes)
    said = detect_crs(sample, declared, extent=settings.extent)
    if local is not None and declared is not None:
        # A header names the datum alone; zone and width are then told by the eastings, on that datum.
        own = said.crs is not None and datum_name(said.crs) == local.datum
        crs = said.crs if own and said.crs is not None else declared
        found.append(finding("datum_local", value=crs_name(crs), accuracy=f"{local.accuracy_m:g}"))
        _report(said, declared, found)
        by = "；按本局保密的本地参数换算到 CGCS2000"
        return Reference(crs, crs_name(crs), evidence + by, said.swap_axes, local=local)
    if said.crs is None and declared is not None:
        # Strays can outnumber the sample of a small file; then rows are judged one by one.
        return Reference(declared, crs_name(declared), evidence)
    if said.crs is None and settings.default_crs:
        said = detect_crs(sample, parse_crs(settings.default_crs), extent=settings.extent)
        evidence = "配置的默认坐标系，坐标与之相符"
    if said.crs is None:
        raise refuse("crs_undecided", value=said.question)
    _report(said, declared, found)
    name = crs_name(said.crs)
    if declared is not None and name != crs_name(declared):
        found.append(finding("crs_corrected", declared=crs_name(declared), value=name))
        evidence = "；".join(said.evidence)
    if declared is None and not evidence:
        found.append(finding("crs_detected", value=name))
        evidence = "；".join(said.evidence)
    return Reference(said.crs, name, evidence, said.swap_axes, declared is not None)


def likely(shapes: Geometries, extent: Bbox) -> str | None:
    """Return the name of the system in which the coordinates would fall into the city, if only one would."""
    said = detect_crs(_sample(shapes), None, extent=extent)
    inside = said.crs is not None and all(code != "outside_extent" for code, _, _ in said.warnings)
    return crs_name(said.crs) if inside and said.crs is not None else None


def crs_name(crs: CRS) -> str:
    """Return ``EPSG:…`` where PROJ is sure of the code, else the system's name.

    >>> crs_name(CRS.from_epsg(4528))
    'EPSG:4528'
    """
    code = crs.to_authority(min_confidence=90)
    return ":".join(code) if code else crs.name


def _declared(table: RawTable, override: str | None, found: list[Finding]) -> tuple[CRS | None, str]:
    own = parse_crs(table.crs) if table.crs and not override else None
    if override:
        chosen = parse_crs(override)
        if table.crs and not _same(table.crs, chosen):
            found.append(finding("crs_overridden", declared=_shown(table.crs), value=crs_name(chosen)))
        return chosen, "映射写明"
    return own, table.crs_evidence if own is not None else ""


def _same(declared: str, chosen: CRS) -> bool:
    return _shown(declared) == crs_name(chosen)


def _shown(declared: str) -> str:
    try:
        return crs_name(parse_crs(declared))
    except ValueError:
        return declared[:60]
    except Exception:
        return declared.split('"', 2)[1] if '"' in declared else declared[:60]


def _report(said: CrsFinding, declared: CRS | None, found: list[Finding]) -> None:
    for code, message, value in said.warnings:
        if code == "outside_extent":
            continue  # each row outside is reported by itself
        if code == "axes_swapped":
            found.append(finding("crs_axes_swapped", value=value))
        elif declared is None or code not in {"datum_assumed", "maybe_gcj02"}:
            found.append(finding("crs_doubt", reason=message, value=value))


def _sample(shapes: Geometries) -> Any:
    """Return coordinates evenly taken over all shapes, so that one large one does not speak for all."""
    there = shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
    if not len(there):
        return np.empty((0, 2))
    if len(there) > _SAMPLE:
        there = there[np.linspace(0, len(there) - 1, _SAMPLE).astype(int)]
        bounds = shapely.bounds(there)
        return np.concatenate([bounds[:, :2], bounds[:, 2:]])
    coords = shapely.get_coordinates(there)
    step = max(len(coords) // _SAMPLE, 1)
    return coords[::step]
