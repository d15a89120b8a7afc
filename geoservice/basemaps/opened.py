"""What base maps an installation has, from its settings."""

from __future__ import annotations

from dataclasses import dataclass

from geoservice.basemaps.archive import Archive, open_archive
from geoservice.basemaps.disk import DiskCache
from geoservice.basemaps.tianditu import Tianditu
from geoservice.settings import Settings


@dataclass(frozen=True)
class Basemaps:
    """The base maps there are.

    Attributes
    ----------
    local : Archive or None
        The office's own file of tiles.
    tianditu : Tianditu or None
        天地图, where a key is set.
    """

    local: Archive | None = None
    tianditu: Tianditu | None = None


def open_basemaps(settings: Settings) -> Basemaps:
    """Open the base maps of an installation; nothing is asked of anybody yet.

    Raises
    ------
    InvalidInput
        If a file is set that cannot be used.
    """
    local = None if settings.basemap_file is None else open_archive(settings.basemap_file)
    if settings.tianditu_key is None:
        return Basemaps(local)
    cache = DiskCache(settings.basemap_cache_dir, settings.basemap_cache_mb * 1_000_000)
    return Basemaps(local, Tianditu(settings.tianditu_key, settings.tianditu_url, cache))
