"""The register read inside this process: what a request reads, without HTTP around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from benchmarks.raw import Box
from geoservice.access.principals import Principal
from geoservice.model.vocabulary import Role
from geoservice.registry import features
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.features import FeatureQuery
from geoservice.registry.filters import Filters
from geoservice.registry.moment import Moment
from geoservice.service import Service

LEADER: Final = Principal("benchmark", Role.LEADER, ())
LIMIT: Final = 1000


@dataclass(frozen=True)
class Register:
    """Reads features of an opened service.

    Attributes
    ----------
    service : Service
        What is read.
    """

    service: Service

    def page(
        self, collection: str, principal: Principal, *, after: str | None = None, box: Box | None = None
    ) -> None:
        """Read a page; one with a beginning is pinned to an instant, as cursors do."""
        moment = Moment.today() if after is None else Moment.today().pinned()
        query = self._query(collection, principal, moment, Filters(bbox=box))
        with self.service.database.read() as connection:
            features.page(connection, query, limit=LIMIT, after=after)

    def item(self, collection: str, principal: Principal, key: str) -> None:
        """Read one feature."""
        query = self._query(collection, principal, Moment.today(), Filters())
        with self.service.database.read() as connection:
            features.item(connection, query, key)

    def _query(self, name: str, principal: Principal, moment: Moment, filters: Filters) -> FeatureQuery:
        view = self.service.policy.view(principal, name)
        return FeatureQuery(COLLECTIONS[name], moment, principal, view, filters)
