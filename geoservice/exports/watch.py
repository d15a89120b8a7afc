"""Whether so much land may leave in one file: measured as its rows go by, judged when all have passed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from sqlalchemy import Connection

from geoservice.access.limits import ExportLimits
from geoservice.errors import Forbidden
from geoservice.exports.coverage import Coverage
from geoservice.exports.sheet import Note
from geoservice.registry.bulk import Rows
from geoservice.registry.collections.layers import codes_of_kinds
from geoservice.registry.features import FeatureQuery


class Watch:
    """The limit of one export (domain: 大于 1:5000 的全要素地形资料连片超过 25 km² 属涉密).

    Attributes
    ----------
    reads : tuple of str
        Fields it needs beside those asked for.
    """

    def __init__(self, connection: Connection, query: FeatureQuery, limits: ExportLimits) -> None:
        self._limits = limits
        self._coverage = Coverage()
        self._topographic: frozenset[str] | None = None
        self._passed: set[str] = set()
        name = query.collection.name
        self._watched = name in limits.warned
        if name == "layer_features":
            codes = codes_of_kinds(connection, query.moment, limits.topographic_kinds)
            self._topographic = codes - limits.exempt_layers
        self.reads: tuple[str, ...] = () if self._topographic is None else ("layer",)

    def look(self, rows: Rows) -> None:
        """Measure the rows that count."""
        if rows.geometry is None:
            return
        if self._topographic is not None:
            layers = rows.columns["layer"]
            counts = np.array([code in self._topographic for code in layers], dtype=bool)
            self._passed |= {code for code in layers if code in self._topographic}
            self._coverage.add(rows.geometry[counts])
        elif self._watched:
            self._coverage.add(rows.geometry)

    def covered_km2(self) -> float:
        """Return how much land was covered without a gap."""
        return round(self._coverage.largest_m2() / 1e6, 1)

    def judge(self, query: FeatureQuery) -> Iterator[Note]:
        """Yield a warning, or refuse.

        Raises
        ------
        Forbidden
            Topographic data beyond the limit, for a role that is not named for it.
        """
        covered, limit = self.covered_km2(), self._limits.contiguous_km2
        if covered <= limit:
            return
        if self._topographic is not None and query.principal.role.value not in self._limits.roles:
            raise Forbidden(
                f"Topographic data over more than {limit:g} km² without a gap may not leave in one file",
                f"{covered:g} km² ({', '.join(sorted(self._passed))})",
                "Ask for a smaller bbox or a single layer, or a role named under [exports] in the policy.",
            )
        yield Note(
            "contiguous_area",
            f"文件连片覆盖 {covered:g} 平方公里，超过 {limit:g} 平方公里的限度：请核对保密要求；已记入审计日志",
            f"The file covers {covered:g} km² without a gap, over the limit of {limit:g} km²: check what secrecy asks; "
            "the audit log says so",
        )
