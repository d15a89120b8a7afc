"""Liveness and readiness."""

from __future__ import annotations

import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends
from starlette.responses import JSONResponse, Response

from geoservice import __version__
from geoservice.db.migrate import current_revision, head_revision
from geoservice.registry.settings import read_city
from geoservice.web.permission import Open, Serving
from geoservice.web.problems import problem

_NOT_READY: dict[int | str, dict[str, Any]] = {503: {"description": "The database cannot be used"}}


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["operations"], dependencies=[Depends(Open())])
    routes.add_api_route("/healthz", healthz, methods=["GET"], summary="The process lives")
    routes.add_api_route(
        "/readyz", readyz, methods=["GET"], responses=_NOT_READY, summary="The database answers"
    )
    return routes


def healthz() -> Response:
    """Answer with version and commit, touching nothing."""
    return JSONResponse({"status": "ok", "version": __version__, "commit": commit()}, headers=_FRESH)


def readyz(service: Serving) -> Response:
    """Answer once the database has the schema of this version."""
    with service.database.read() as connection:
        found, city = current_revision(connection), read_city(connection)
    if found != head_revision():
        return problem(
            503, "The database has another schema", value=found, remedy="Run: geoservice db upgrade."
        )
    return JSONResponse({"status": "ready", "city": city.name, "schema": found}, headers=_FRESH)


_FRESH = {"Cache-Control": "no-store"}


@lru_cache(maxsize=1)
def commit() -> str | None:
    """Return the commit of the checkout the code runs from, ``None`` for an installed package."""
    root = Path(__file__).parents[2]
    if not (root / ".git").exists():
        return None
    try:
        answer = subprocess.run(
            ["git", "rev-parse", "--short=12", "HEAD"],
            cwd=root,
            capture_output=True,
            text=True,
            timeout=5,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()
