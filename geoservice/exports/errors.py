"""What can keep an export from being written."""

from __future__ import annotations

from geoservice.errors import InvalidInput


class ExportRefused(InvalidInput):
    """Something cannot be written in the wanted format, system or encoding."""

    code = "export_refused"
