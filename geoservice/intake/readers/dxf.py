"""DXF drawings through GDAL: the closed outlines of each drawing layer, with the texts that stand in them."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from geoservice.intake.errors import refuse
from geoservice.intake.findings import Finding, finding
from geoservice.intake.readers.dxf_outlines import Outlines, outlines_of, texts_within
from geoservice.intake.readers.encoding import Decoded, decode, fits
from geoservice.intake.readers.ogr import ordinals, read_layer
from geoservice.intake.readers.protocol import Source
from geoservice.intake.table import RawTable, ReadOptions

_START: Final = re.compile(rb"(\xef\xbb\xbf)?(\s*999[^\n]*\n[^\n]*\n)*\s*0\s*\r?\n\s*SECTION\b")
_BINARY: Final = b"AutoCAD Binary DXF"
_CODE_PAGE: Final = re.compile(r"\$DWGCODEPAGE\s*\n\s*3\s*\n\s*(\S+)", re.IGNORECASE)
_VERSION: Final = re.compile(r"(\$ACADVER\s*\n\s*1\s*\n\s*)(AC\d{4})", re.IGNORECASE)
_HEADER: Final = re.compile(r"^(\s*0\s*\n\s*SECTION\s*\n\s*2\s*\n\s*HEADER\s*\n)", re.IGNORECASE)
_SAID: Final = "$DWGCODEPAGE\n3\nANSI_1252"
_HEAD: Final = 65536
_UNICODE_SINCE: Final = "AC1021"
"""From AutoCAD 2007 on texts are UTF-8, whatever the code page says."""


class Dxf:
    """A drawing; each of its layers that holds closed outlines is a layer here, rows counted in drawing order."""

    format = "DXF"

    def recognises(self, source: Source) -> bool:
        """Tell by the first section; binary drawings are known by their own first words."""
        return _START.match(source.head) is not None or source.head.startswith(_BINARY)

    def layers(self, source: Source) -> list[str]:
        """Return the drawing layers with closed outlines.

        Raises
        ------
        IntakeRefused
            The drawing is binary, or nothing in it is closed.
        """
        outlines, _ = _read(source, None)
        if not outlines.layers:
            raise refuse("dxf_nothing_closed", value=source.name, count=outlines.open)
        return outlines.layers

    def read(self, source: Source, layer: str, options: ReadOptions) -> RawTable:
        """Return the outlines of one drawing layer."""
        outlines, decoded = _read(source, options.encoding)
        at = [i for i, name in enumerate(outlines.layer) if name == layer]
        shapes = np.array([outlines.shapes[i] for i in at], dtype=object)
        values = pd.DataFrame(
            {
                "图层": [layer] * len(at),
                "句柄": [outlines.handles[i] for i in at],
                "标注": texts_within(shapes, outlines),
            },
            dtype=object,
        )
        return RawTable(
            name=layer,
            format=self.format,
            values=values,
            rows=ordinals(len(at)),
            geometry=shapes,
            encoding=decoded.encoding,
            encoding_evidence=decoded.evidence,
            findings=_notes(outlines, layer, at),
        )


def _notes(outlines: Outlines, layer: str, at: list[int]) -> list[Finding]:
    found = []
    if left := outlines.open_in.get(layer):
        found.append(finding("dxf_open", value=layer, count=left))
    found += [
        finding("dxf_closed", row=row, value=f"{outlines.gaps[i]:.4f}")
        for row, i in enumerate(at, 1)
        if outlines.gaps[i] > 0
    ]
    return found


def _read(source: Source, declared: str | None) -> tuple[Outlines, Decoded]:
    if source.head.startswith(_BINARY):
        raise refuse(
            "format_foreign",
            value=source.name,
            kind="二进制 DXF 图",
            how="请在 CAD 中另存为文本（ASCII）格式的 DXF。",
            how_en="Save it as an ASCII DXF.",
        )
    decoded = _decoded(source, declared)
    with _in_utf8(decoded.text) as path:
        values, shapes, _, _ = read_layer(path, None, "UTF-8")
    for column in ("Layer", "Text"):
        if column in values:
            values[column] = values[column].map(_letters)
    return outlines_of(values, shapes), decoded


def _decoded(source: Source, declared: str | None) -> Decoded:
    """Decode by the version (2007 and later: UTF-8), then the header's code page, then as any text.

    The header's word counts only where the bytes agree: programs write it without looking.
    """
    data = source.path.read_bytes()
    head = data.replace(b"\r", b"")[:_HEAD].decode("latin-1")
    if declared is None:
        said = _VERSION.search(head)
        if said and said.group(2).upper() >= _UNICODE_SINCE and fits(data, "utf-8"):
            return replace(
                decode(data, source.name, "utf-8"), encoding="UTF-8", evidence=f"{said.group(2)} 版"
            )
        page = _page(head)
        if page is not None and not data.isascii() and fits(data, page[1]):
            return replace(
                decode(data, source.name, page[1]), encoding=page[1], evidence=f"文件头的代码页 {page[0]}"
            )
    return decode(data, source.name, declared)


def _page(head: str) -> tuple[str, str] | None:
    match = _CODE_PAGE.search(head)
    digits = re.search(r"\d{3,4}", match.group(1)) if match else None
    if match is None or digits is None or digits.group() == "1252":
        return None  # ANSI_1252 fits any bytes and is what most programs leave in the header
    return match.group(1), "gb18030" if digits.group() == "936" else f"cp{digits.group()}"


@contextmanager
def _in_utf8(text: str) -> Iterator[Path]:
    """Yield a copy of the drawing in UTF-8 of which GDAL takes each byte for a letter (:func:`_letters`).

    GDAL believes the header's code page alone, knows no UTF-8 there, and takes the second byte of some GBK
    characters for a control sign; bytes of UTF-8 are never any of these.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    if _CODE_PAGE.search(text[:_HEAD]):
        text = _CODE_PAGE.sub(_SAID, text, count=1)
    elif _HEADER.match(text):
        text = _HEADER.sub(lambda m: f"{m.group(1)}9\n{_SAID}\n", text, count=1)
    else:
        text = f"0\nSECTION\n2\nHEADER\n9\n{_SAID}\n0\nENDSEC\n{text}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "source.dxf"
        path.write_text(text, encoding="utf-8", errors="replace", newline="\n")
        yield path


def _letters(text: Any) -> Any:
    r"""Return the text whose UTF-8 bytes came back as letters of Latin-1; ``\U+XXXX`` came back as itself."""
    if not isinstance(text, str):
        return text
    data = b"".join(c.encode("latin-1") if ord(c) < 256 else c.encode() for c in text)
    return data.decode("utf-8", errors="replace")
