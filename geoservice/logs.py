"""Logs: one line a record, JSON for machines or text for a terminal, each with the request it belongs to."""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final, TextIO

request_id: Final[ContextVar[str | None]] = ContextVar("request_id", default=None)
"""The request this code works for; ``None`` outside of requests."""

DETAILS: Final = "details"
"""Name of the record attribute that holds further members: ``logger.info("…", extra={DETAILS: {…}})``."""


class JsonLines(logging.Formatter):
    """One JSON object a record: ``at``, ``level``, ``logger``, ``message``, ``request_id`` and its details."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record."""
        line: dict[str, Any] = {
            "at": _instant(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if (current := request_id.get()) is not None:
            line["request_id"] = current
        line |= getattr(record, DETAILS, {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=str)


class TextLines(logging.Formatter):
    """Time, level, message, details; the way a person reads it."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record."""
        details = " ".join(f"{name}={value}" for name, value in getattr(record, DETAILS, {}).items())
        parts = [_instant(record), record.levelname.lower(), record.name, record.getMessage(), details]
        if (current := request_id.get()) is not None:
            parts.append(f"[{current}]")
        line = " ".join(filter(None, parts))
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def configure(log_format: str = "auto", level: str = "", stream: TextIO | None = None) -> None:
    """Send everything logged in this process to one stream.

    Parameters
    ----------
    log_format : str
        ``json``, ``text``, or ``auto``: text where the stream is a terminal.
    level : str
        Least level written; by default ``warning`` for text, which keeps a terminal calm, and ``info`` for JSON.
    stream : TextIO, optional
        Where to; the error stream by default.
    """
    stream = stream or sys.stderr
    as_text = log_format == "text" or (log_format == "auto" and stream.isatty())
    handler = logging.StreamHandler(stream)
    handler.setFormatter(TextLines() if as_text else JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel((level or ("warning" if as_text else "info")).upper())
    # Says what dialect it found whenever somebody asks whether the service is ready.
    logging.getLogger("alembic").setLevel(max(root.level, logging.WARNING))


def _instant(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
