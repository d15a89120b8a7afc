"""Static files of ours: scripts, styles and vendored libraries, immutable under their content hash."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from geoservice.cartography import ASSETS_DIRECTORY, VENDOR_DIRECTORY

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
    """Serve the map's own files under ``/static/map`` and the libraries under ``/static/vendor``."""
    app.mount("/static/pages", OpenFiles(directory=PAGES_DIRECTORY), name="pages")
    app.mount("/static/map", OpenFiles(directory=ASSETS_DIRECTORY), name="map")
    app.mount("/static/vendor", OpenFiles(directory=VENDOR_DIRECTORY), name="vendor")
