"""GeoJSON text sequences (RFC 8142) and newline-delimited GeoJSON: one feature a line."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from geoservice.intake.errors import refuse
from geoservice.intake.readers.encoding import decode
from geoservice.intake.readers.geojson import GeoJson
from geoservice.intake.readers.protocol import Source
from geoservice.intake.table import RawTable, ReadOptions

_SEPARATOR: Final = "\x1e"
_SECOND: Final = re.compile(rb'\}[ \t]*\r?\n\x1e?[ \t]*\{\s*"')


class GeoJsonSeq(GeoJson):
    """A sequence of features; read as the collection it is, rows counted by feature."""

    format = "GeoJSONSeq"

    def recognises(self, source: Source) -> bool:
        """Tell by the record separator, or by a first line that is a whole feature with another below it."""
        head = source.head.removeprefix(b"\xef\xbb\xbf").lstrip()
        if head.startswith(b"\x1e"):
            return True
        return head.startswith(b"{") and _SECOND.search(head) is not None and _whole(head.split(b"\n", 1)[0])

    def read(self, source: Source, layer: str, options: ReadOptions) -> RawTable:
        """Return the features.

        Raises
        ------
        IntakeRefused
            A record is no JSON; names its line.
        """
        decoded = decode(source.path.read_bytes(), source.name, options.encoding)
        features: list[Any] = []
        for number, line in enumerate(decoded.text.split("\n"), 1):
            text = line.replace(_SEPARATOR, "").strip()
            if text:
                features.append(_feature(text, source.name, number))
        document = {"type": "FeatureCollection", "features": features}
        return self.table(document, source, layer, decoded)


def _whole(line: bytes) -> bool:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and said.get("type") == "Feature"


def _feature(text: str, name: str, line: int) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise refuse("text_invalid", value=name, kind="JSON", line=line, column=error.colno) from error
    except RecursionError as error:
        raise refuse("file_unreadable", value=name, reason="嵌套过深") from error
