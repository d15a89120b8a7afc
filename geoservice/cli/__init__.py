"""The command line: one file per command, the same abilities as the API."""

from __future__ import annotations

from geoservice.cli.app import app, main

__all__ = ["app", "main"]
