"""Who does which kind of long work."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from geoservice.imports.handlers import HANDLERS as IMPORTS
from geoservice.jobs import Handler
from geoservice.jobs.assess import assess_parcels

HANDLERS: Final[MappingProxyType[str, Handler]] = MappingProxyType({"assess": assess_parcels, **IMPORTS})
"""Kind of job → its handler; a server and ``geoservice work`` do all of them."""
