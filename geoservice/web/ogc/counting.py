"""How many features a question finds: counted once per revision, filter and reader, and kept."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final

from sqlalchemy import Connection

from geoservice.db.types import json_text
from geoservice.registry import features
from geoservice.registry.features import FeatureQuery
from geoservice.registry.filters import as_document
from geoservice.service import Service
from geoservice.web import caching

_KEPT: Final = 4096


class Counts:
    """Numbers of features by what names the state of the register, the reader and the question."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()

    def of(self, connection: Connection, service: Service, query: FeatureQuery) -> int:
        """Return exactly how many features the question finds; O(matches) once, then a look-up."""
        question = f"count {json_text(as_document(query.filters))}"
        name = caching.collection_etag(
            connection, service, query.collection, query.moment, query.principal, question
        )
        with self._lock:
            if name in self._known:
                self._known.move_to_end(name)
                return self._known[name]
        found = features.count(connection, query)
        with self._lock:
            self._known[name] = found
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return found
