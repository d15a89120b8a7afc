"""What a tile carries of each collection: the attributes that maps need and nothing more."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from geoservice.access.policy import View
from geoservice.registry.collections import Relation

DETAIL_ZOOM: Final = 13
"""From this zoom on parcels are drawn one by one; above it a tile would hold tens of thousands."""

MAX_ZOOM: Final = 16
"""The last zoom worth asking for: a unit of such a tile is 12 cm, so that clients enlarge it from here on."""


@dataclass(frozen=True)
class TileSpec:
    """What a tile carries of a collection.

    Attributes
    ----------
    collection : str
        Collection, and name of the tile's layer.
    attributes : tuple of str
        Fields of the collection shown as they are, where the role sees them.
    category : tuple of str
        Fields a unit is counted by below the zoom of details; the first one the role sees.
    track : str or None
        The dated answers a feature carries.
    counted : bool
        Whether units with counts take the place of features below :data:`DETAIL_ZOOM`.
    """

    collection: str
    attributes: tuple[str, ...]
    category: tuple[str, ...] = ()
    track: str | None = None
    counted: bool = False

    @property
    def units(self) -> str:
        """Return the name of the layer of counts."""
        return f"{self.collection}_units"


_LAND: Final = ("key", "parcel_number", "name", "district", "park", "use_code")

_SPECS: Final = (
    TileSpec("parks", ("key", "name", "level", "district")),
    TileSpec("zones", ("key", "name", "kind")),
    TileSpec("parcels", (*_LAND, "state", "area_m2"), ("state",), counted=True),
    TileSpec(
        "availability",
        (*_LAND, "state", "area_m2", "usable_area_m2", "status"),
        ("status",),
        track="verdicts",
        counted=True,
    ),
    TileSpec(
        "projects",
        (
            "key",
            "name",
            "district",
            "park",
            "level",
            "category",
            "stage",
            "stage_group",
            "side_state",
            "late",
        ),
        ("stage_group",),
        track="stages",
        counted=True,
    ),
    TileSpec(
        "demolition",
        ("key", "name", "district", "park", "state", "public_state", "area_m2"),
        ("state", "public_state"),
        track="clearance",
        counted=True,
    ),
    TileSpec("layer_features", ("key", "layer", "name", "class")),
)
SPECS: Final = MappingProxyType({spec.collection: spec for spec in _SPECS})


def shown_attributes(spec: TileSpec, view: View, relation: Relation) -> list[str]:
    """Return the fields a tile carries for whoever sees this view, in their order."""
    return [name for name in spec.attributes if view.shows(name) and name in relation.fields]
