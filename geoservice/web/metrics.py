"""``/metrics`` in the text format of Prometheus: requests by route template, the database, the tile cache."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from geoservice import __version__
from geoservice.access.principals import Principal
from geoservice.db import Database
from geoservice.web.health import commit
from geoservice.web.permission import Requires

_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/plain": {}}, "description": "Prometheus text format"},
    401: {"description": "The token is not valid"},
    403: {"description": "The role does not see this"},
    503: {"description": "The database cannot be used"},
}


class Metrics:
    """The metrics of one application, in a registry of its own.

    Parameters
    ----------
    database : Database
        Whose figures are told.

    Notes
    -----
    Labels are route templates, methods and status codes: their number does not grow with what is asked.
    """

    def __init__(self, database: Database) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "geoservice_requests",
            "Requests answered",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "geoservice_request_seconds",
            "Time from request to end of answer",
            ("route",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.sent = Counter(
            "geoservice_response_bytes", "Bytes of bodies sent", ("route",), registry=self.registry
        )
        self.in_flight = Gauge("geoservice_requests_in_flight", "Requests under way", registry=self.registry)
        self.registry.register(_Figures(database))
        ProcessCollector(registry=self.registry)


class _Figures(Collector):
    """What the database knows of itself, read when asked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def describe(self) -> Iterator[Metric]:
        """Name nothing beforehand: registering must not touch the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield the figures of this moment."""
        watch = self._database.watch
        yield InfoMetricFamily(
            "geoservice_build",
            "Version and engine",
            {
                "version": __version__,
                "commit": commit() or "",
                "engine": self._database.engine.dialect.name,
            },
        )
        for name, text, value in (
            ("statements", "Statements executed", watch.statements),
            ("statement_seconds", "Time spent in statements", watch.seconds),
            ("slow_statements", "Statements slower than the threshold", watch.slow),
            ("cancelled_statements", "Statements cancelled at the time limit", watch.cancelled),
        ):
            yield CounterMetricFamily(f"geoservice_database_{name}", text, value)
        pool: Any = self._database.engine.pool
        in_use = GaugeMetricFamily("geoservice_database_connections", "Connections", labels=("state",))
        in_use.add_metric(("in_use",), pool.checkedout())
        in_use.add_metric(("idle",), pool.checkedin())
        in_use.add_metric(("most",), pool.size())
        yield in_use


def router() -> APIRouter:
    """Return the route."""
    routes = APIRouter(tags=["operations"])
    routes.add_api_route(
        "/metrics",
        metrics,
        methods=["GET"],
        responses=_ANSWERS,
        response_class=Response,
        summary="Prometheus",
    )
    return routes


def metrics(request: Request, _: Annotated[Principal, Depends(Requires("metrics:read"))]) -> Response:
    """Answer with the figures of this process."""
    held: Metrics = request.app.state.metrics
    headers = {"Cache-Control": "no-store"}
    return Response(generate_latest(held.registry), headers=headers, media_type=CONTENT_TYPE_LATEST)
