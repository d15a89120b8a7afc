"""What a check needs to know about the city; built by the caller, passed down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from geoservice.demolition.procedure import Procedures
from geoservice.geo.bbox import Bbox
from geoservice.geo.local_datum import LocalDatums
from geoservice.intake.rules.check_rules import CheckRules, shipped


@dataclass(frozen=True, slots=True)
class IntakeSettings:
    """The city a file should belong to, and the rules of its checks.

    Attributes
    ----------
    extent : (minx, miny, maxx, maxy), optional
        Where the city is, degrees EPSG:4490; without it no row is outside.
    default_crs : str, optional
        Taken for files that declare none, if their coordinates fit it.
    county : str, optional
        County code for rows that name none.
    today : date, optional
        Day by which a fact lies in the future; default the Shanghai day of the check.
    datums : mapping of str to LocalDatum
        The office's own ways from old datums, secret; without them 西安80 and 北京54 are refused.
    rules : CheckRules
        Severities and tolerances of the checks, the city's own over the shipped ones.
    procedures : Procedures, optional
        By whose names milestones of clearance tasks are read; default the shipped ones.
    keep_personal : bool
        Set personal columns of households aside for the vault instead of dropping them; only where a vault is
        set and the importing principal may write to it.
    """

    extent: Bbox | None = None
    default_crs: str | None = None
    county: str | None = None
    today: date | None = None
    datums: LocalDatums = field(default_factory=dict, repr=False)
    rules: CheckRules = field(default_factory=shipped)
    procedures: Procedures | None = None
    keep_personal: bool = False


DEFAULTS: Final = IntakeSettings()
"""A city about which nothing is known: no row is outside of it."""
