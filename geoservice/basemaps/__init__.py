"""Base maps of others beneath ours: tiles from a file of the office, or 天地图 fetched by the service itself.

Whoever reads a map talks to the service alone: a key is never in a page, and nothing is asked for where no key is
set. This room knows no database and no web framework.

Examples
--------
>>> from geoservice.basemaps import tile_id
>>> tile_id(1, 1, 0)
4
"""

from geoservice.basemaps.archive import Archive, Tile, open_archive
from geoservice.basemaps.disk import DiskCache
from geoservice.basemaps.opened import Basemaps, open_basemaps
from geoservice.basemaps.pmtiles import tile_id
from geoservice.basemaps.tianditu import LAYERS, Tianditu

__all__ = [
    "LAYERS",
    "Archive",
    "Basemaps",
    "DiskCache",
    "Tianditu",
    "Tile",
    "open_archive",
    "open_basemaps",
    "tile_id",
]
