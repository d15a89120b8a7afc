"""The application: one function wires settings, service and routers; nothing is made at import."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import BoundedSemaphore

from fastapi import FastAPI
from starlette_compress import CompressMiddleware

from geoservice import __version__
from geoservice.db.shelf import Shelf
from geoservice.handlers import HANDLERS
from geoservice.jobs import Worker
from geoservice.service import Service
from geoservice.upkeep.rollover import DailyRollover
from geoservice.web import (
    basemaps,
    docs,
    editor,
    health,
    import_pages,
    item_pages,
    metrics,
    openapi,
    pages,
    papers,
    problems,
    static,
    task_book,
    wall_page,
)
from geoservice.web import registers as register_pages
from geoservice.web.exporting import AT_ONCE
from geoservice.web.kept import Kept
from geoservice.web.middleware import BodyLimit, HeadAsGet, RememberLanguage, SecurityHeaders
from geoservice.web.ogc import features, tiles
from geoservice.web.permission import check_routes
from geoservice.web.requests import Requests
from geoservice.web.v1 import (
    clearance,
    collections,
    details,
    histories,
    holds,
    imports,
    jobs,
    lineage,
    maps,
    profiles,
    records,
    registers,
    reports,
    rolls,
    session,
    units,
    wall,
)
from geoservice.web.warming import Warmer


def create_app(service: Service) -> FastAPI:
    """Make the application of a service.

    Raises
    ------
    MissingPermission
        If a route names no permission.
    """
    app = FastAPI(
        title="geoservice",
        version=__version__,
        description="项目、宗地与园区的一张图 · The map and the land register of a city's projects.",
        root_path=service.settings.base_path,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan,
    )
    settings = service.settings
    _ = service.basemaps  # a file that cannot be used stops the start, not a reader
    app.state.service = service
    app.state.exports = BoundedSemaphore(AT_ONCE)
    app.state.metrics = metrics.Metrics(service.database)
    app.state.kept = Kept(Shelf(service.answers_file))
    problems.install(app)
    # The door most asked first: a path is compared with one router after the other.
    for router in (
        tiles.router(),
        features.router(),
        health.router(),
        metrics.router(),
        session.router(),
        jobs.router(),
        imports.router(),
        profiles.router(),
        lineage.router(),
        units.router(),
        clearance.router(),
        task_book.router(),
        histories.router(),
        records.router(),
        registers.router(),
        holds.router(),
        reports.router(),
        details.router(),
        rolls.router(),
        maps.router(),
        wall.router(),
        collections.router(),
        docs.router(),
        editor.router(),
        import_pages.router(),
        register_pages.router(),
        item_pages.router(),
        papers.router(),
        basemaps.router(),
        wall_page.router(),
        pages.router(),
    ):
        app.include_router(router)
    static.mount(app)
    # Outermost last: requests are numbered first, HEAD becomes GET before anything looks at it, compression sees
    # the whole body.
    app.add_middleware(
        BodyLimit, most=settings.request_body_mb * 1_000_000, most_upload=settings.upload_mb * 1_000_000
    )
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RememberLanguage, path=settings.base_path)
    app.add_middleware(CompressMiddleware, zstd_level=1, gzip_level=1, brotli=False, minimum_size=1000)
    app.add_middleware(HeadAsGet)
    app.add_middleware(Requests, metrics=app.state.metrics)
    check_routes(app)
    openapi.describe(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Keep plans honest while serving, and do the long work that waits."""
    service: Service = app.state.service
    rollover = DailyRollover(service.work(), service.rules)
    rollover.start()
    worker = Worker(service, HANDLERS) if service.settings.worker else None
    if worker is not None:
        worker.start()
    warmer = Warmer(service, app.state.kept)
    warmer.start()
    yield
    warmer.stop()
    app.state.kept.shelf.close()
    if worker is not None:
        worker.stop()
    rollover.stop()
