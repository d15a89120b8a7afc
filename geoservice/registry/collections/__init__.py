"""The collections readers ask for, each one relation over the nouns of a moment."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from geoservice.registry.collections.availability import AVAILABILITY
from geoservice.registry.collections.demolition import DEMOLITION
from geoservice.registry.collections.layers import LAYER_FEATURES, LAYERS
from geoservice.registry.collections.parcels import PARCELS
from geoservice.registry.collections.places import PARKS, ZONES
from geoservice.registry.collections.projects import PROJECTS
from geoservice.registry.collections.relation import Collection, Relation

COLLECTIONS: Final = MappingProxyType(
    {
        collection.name: collection
        for collection in (PARKS, ZONES, PARCELS, PROJECTS, AVAILABILITY, DEMOLITION, LAYERS, LAYER_FEATURES)
    }
)

__all__ = ["COLLECTIONS", "Collection", "Relation"]
