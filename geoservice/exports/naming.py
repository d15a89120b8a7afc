"""What a file is called: for programs in plain letters, for people in Chinese (RFC 6266, RFC 5987)."""

from __future__ import annotations

from urllib.parse import quote

from geoservice.exports.formats import Writer
from geoservice.registry.features import FeatureQuery


def file_names(query: FeatureQuery, writer: Writer) -> tuple[str, str]:
    """Return the plain and the Chinese name: collection and day."""
    day = query.moment.day.isoformat()
    return f"{query.collection.name}_{day}{writer.suffix}", f"{query.collection.zh}_{day}{writer.suffix}"


def disposition(query: FeatureQuery, writer: Writer) -> str:
    """Return the ``Content-Disposition`` of a download."""
    plain, chinese = file_names(query, writer)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(chinese)}"
