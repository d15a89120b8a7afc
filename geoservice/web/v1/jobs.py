"""``/v1/jobs``: long work, how far it is, and the wish to stop it."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import JSONResponse, Response

from geoservice.access.principals import Principal
from geoservice.db.types import instant_text
from geoservice.errors import NotFound
from geoservice.jobs import cancel, find_job
from geoservice.model.vocabulary import JobState
from geoservice.registry import queue
from geoservice.registry.queue import Job
from geoservice.service import Service
from geoservice.web.permission import Requires, Serving

FRESH: Final = {"Cache-Control": "private, no-store"}
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}},
    401: {"description": "The token is not valid"},
    403: {"description": "The role may not do this"},
    404: {"description": "There is no such job, or it is somebody else's"},
    409: {"description": "The job has ended"},
}

Reader = Annotated[Principal, Depends(Requires("jobs:read"))]
Number = Annotated[int, Path(ge=1, le=2**53, description="Number of the job.")]


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(prefix="/v1/jobs", tags=["jobs"], responses=_ANSWERS)
    routes.add_api_route(
        "", listed, methods=["GET"], response_class=Response, summary="后台任务 · long work, newest first"
    )
    routes.add_api_route(
        "/{number}", one, methods=["GET"], response_class=Response, summary="任务进度 · how far a job is"
    )
    routes.add_api_route(
        "/{number}/cancel",
        stopped,
        methods=["POST"],
        response_class=Response,
        summary="取消任务 · stop a job; nothing of it is kept",
    )
    return routes


def listed(service: Serving, principal: Reader, limit: Annotated[int, Query(ge=1, le=500)] = 50) -> Response:
    """Return the newest jobs the caller may see."""
    mine = None if service.policy.allows(principal, "jobs:all") else principal.name
    with service.database.read() as connection:
        found = queue.recent(connection, by=mine, limit=limit)
    return JSONResponse({"jobs": [job_document(job) for job in found]}, headers=FRESH)


def one(service: Serving, principal: Reader, number: Number) -> Response:
    """Return a job with its live progress."""
    return JSONResponse(job_document(_mine(service, principal, number)), headers=FRESH)


def stopped(service: Serving, principal: Reader, number: Number) -> Response:
    """Ask a job to stop; one that runs does so at its next step."""
    _mine(service, principal, number)
    return JSONResponse(job_document(cancel(service.database, number)), headers=FRESH)


def job_document(job: Job) -> dict[str, Any]:
    """Return a job as the API shows it; what was asked stays inside."""
    times = (job.created_at, job.started_at, job.finished_at)
    created, started, finished = (None if at is None else instant_text(at) for at in times)
    state = JobState(job.state)
    return {
        "id": job.id,
        "kind": job.kind,
        "subject": job.subject,
        "state": job.state,
        "state_text": {"zh": state.zh, "en": state.en},
        "created_at": created,
        "created_by": job.created_by,
        "started_at": started,
        "finished_at": finished,
        "attempts": job.attempts,
        "progress": job.progress if job.state == JobState.RUNNING.value else None,
        "cancel_asked": job.cancel_asked,
        "result": job.result,
        "error": job.error,
    }


def _mine(service: Service, principal: Principal, number: int) -> Job:
    """Return a job of the caller's, or anyone's for those who see all; both refusals read the same."""
    job = find_job(service.database, number)
    if job.created_by != principal.name and not service.policy.allows(principal, "jobs:all"):
        raise NotFound("There is no such job", number, "List jobs at /v1/jobs.")
    return job
