"""What the header of a boundary-point file says about its coordinates, in any order and spelling."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from geoservice.geo.zones import Datum, width_of_zone_number
from geoservice.intake.findings import Finding, finding
from geoservice.intake.txt.lines import Line

_DATUMS: Final[tuple[tuple[re.Pattern[str], Datum], ...]] = (
    (re.compile(r"2000|CGCS", re.IGNORECASE), "cgcs2000"),
    (re.compile(r"80"), "xian80"),
    (re.compile(r"54"), "beijing54"),
)
_NAMED: Final[tuple[tuple[re.Pattern[str], Datum], ...]] = (
    (re.compile(r"2000\s*(国家大地|坐标|系)|国家大地\s*2000|CGCS\s*2000", re.IGNORECASE), "cgcs2000"),
    (re.compile(r"西安\s*(19)?80|(19)?80\s*西安|XI'?AN\s*(19)?80", re.IGNORECASE), "xian80"),
    (re.compile(r"北京\s*(19)?54|(19)?54\s*北京|BEIJING\s*(19)?54", re.IGNORECASE), "beijing54"),
)
_HAN: Final = str.maketrans("三六", "36")


@dataclass(slots=True)
class Header:
    """The header.

    Attributes
    ----------
    said : dict of str to (str, int)
        Value and line by key.
    datum : {"cgcs2000", "xian80", "beijing54"}, optional
    zone : int, optional
        带号.
    """

    said: dict[str, tuple[str, int]] = field(default_factory=dict)
    datum: Datum | None = None
    zone: int | None = None

    def line_of(self, key: str) -> int | None:
        """Return where a key stands."""
        return self.said[key][1] if key in self.said else None


def read_header(lines: list[Line], found: list[Finding]) -> Header:
    """Read ``key=value`` lines; what contradicts itself or is not understood is warned about."""
    header = Header()
    for line in lines:
        key, mark, value = line.text.partition("=")
        if not mark:
            key, mark, value = line.text.partition(":")
        if mark:
            header.said[key.strip()] = (value.strip(), line.number)
    header.datum = _datum(header, found)
    header.zone = _zone(header, found)
    unit, line_number = header.said.get("计量单位", ("", None))
    if unit and unit not in {"米", "m", "M", "meter"}:
        found.append(finding("txt_header", row=line_number, name="计量单位", value=unit))
    return header


def header_of_titles(titles: list[str]) -> Header:
    """Return what titles above a coordinate table say about its system, in a sentence or as key and value.

    >>> header_of_titles(["坐标系：2000国家大地坐标系 3度带 带号：40"]).zone
    40
    """
    header = Header()
    text = unicodedata.normalize("NFKC", " ".join(titles))
    if "坐标" in text or re.search("CGCS", text, re.IGNORECASE):
        header.datum = next((d for pattern, d in _NAMED if pattern.search(text)), None)
    if match := re.search(r"(?:带号|第)[:为]?\s*(\d{2})(?!\d)", text):
        number = int(match.group(1))
        header.zone = number if width_of_zone_number(number) is not None else None
    return header


def _datum(header: Header, found: list[Finding]) -> Datum | None:
    text, line = header.said.get("坐标系", ("", None))
    for pattern, datum in _DATUMS:
        if pattern.search(unicodedata.normalize("NFKC", text)):
            return datum
    found.append(finding("txt_header", row=line, name="坐标系", value=text or "（空）"))
    return None


def _zone(header: Header, found: list[Finding]) -> int | None:
    text, line = header.said.get("带号", ("", None))
    number = _integer(text)
    if number is None and not text:
        return None
    width = width_of_zone_number(number) if number is not None else None
    if width is None:
        found.append(finding("txt_header", row=line, name="带号", value=text))
        return None
    for key in ("几度分带", "分带"):
        degrees, at = header.said.get(key, ("", None))
        if degrees and _integer(degrees) != width:
            found.append(finding("txt_header", row=at, name=key, value=degrees))
    return number


def _integer(text: str) -> int | None:
    match = re.search(r"\d{1,3}", unicodedata.normalize("NFKC", text).translate(_HAN))
    return int(match.group()) if match else None
