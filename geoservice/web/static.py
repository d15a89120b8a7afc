"""Static files of ours: scripts, styles and vendored libraries, immutable under their content hash."""

from __future__ import annotations

from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from fastapi import Depends, FastAPI, Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from geoservice.cartography import ASSETS_DIRECTORY, BUNDLES, VENDOR_DIRECTORY
from geoservice.web.kept import packed, send_packed
from geoservice.web.permission import Open

PAGES_DIRECTORY: Final = Path(__file__).parent / "assets"


class OpenFiles(StaticFiles):
    """Files anybody may have; one asked for with its hash may be kept for a year."""

    open_to_all = True

    def file_response(
        self, full_path: str | PathLike[str], stat_result: Any, scope: Any, status_code: int = 200
    ) -> Response:
        """Return the file with caching headers."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        hashed = b"v=" in scope.get("query_string", b"")
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if hashed else "public, no-cache"
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def mount(app: FastAPI) -> None:
    """Serve the map's own files under ``/static/map``, all of them as one, and the libraries under ``/static/vendor``."""
    app.add_api_route(
        "/static/bundle/map.{kind}",
        _bundle,
        methods=["GET"],
        include_in_schema=False,
        response_class=Response,
    )
    app.mount("/static/pages", OpenFiles(directory=PAGES_DIRECTORY), name="pages")
    app.mount("/static/map", OpenFiles(directory=ASSETS_DIRECTORY), name="map")
    app.mount("/static/vendor", OpenFiles(directory=VENDOR_DIRECTORY), name="vendor")


def _bundle(
    request: Request,
    _: Annotated[None, Depends(Open())],
    kind: Literal["js", "css"],
    v: str | None = None,
) -> Response:
    bundle = BUNDLES[kind]
    body = _packed_bundle(kind, bundle.href(""))
    lasting = v is not None and bundle.href("").endswith(f"v={v}")
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if lasting else "public, no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    media_type = "text/javascript" if kind == "js" else "text/css"
    return send_packed(request, body, headers, f"{media_type}; charset=utf-8")


@lru_cache(maxsize=4)
def _packed_bundle(kind: str, _href: str) -> bytes:
    return packed(BUNDLES[kind].text().encode())
