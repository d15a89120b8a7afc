"""Shapefile: the set of files is checked before GDAL sees it, and GDAL is told the encoding."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from geoservice.intake.errors import refuse
from geoservice.intake.findings import Finding, finding
from geoservice.intake.readers.dbf import Dbf, read_dbf
from geoservice.intake.readers.encoding import fits, guess
from geoservice.intake.readers.ogr import named_as, ordinals, read_layer
from geoservice.intake.readers.protocol import Source
from geoservice.intake.table import RawTable, ReadOptions

_FILE_CODE = b"\x00\x00\x27\x0a"
_HEADER = 100
# ESRI's and dBASE's language driver ids that name one encoding; 0 and 0x57 ("ANSI") name none.
_LANGUAGE_DRIVERS: Final = {
    0x01: "cp437",
    0x02: "cp850",
    0x03: "cp1252",
    0x4D: "gb18030",
    0x4F: "cp950",
    0x7A: "gb18030",
    0x78: "cp950",
    0x7B: "cp932",
    0x13: "cp932",
    0x4E: "cp949",
    0x79: "cp949",
    0xC9: "cp1251",
    0x65: "cp866",
}
_CHINESE: Final = {"936", "cp936", "gbk", "gb2312", "gb18030", "ansi 936", "ms936", "x-gbk"}


class Shapefile:
    """A Shapefile, recognised by its file code 9994."""

    format = "Shapefile"

    def recognises(self, source: Source) -> bool:
        """Tell by the file code."""
        return source.head.startswith(_FILE_CODE)

    def layers(self, source: Source) -> list[str]:
        """Return the one layer; incomplete sets are refused first."""
        _refuse_incomplete(source)
        return [source.path.stem]

    def read(self, source: Source, layer: str, options: ReadOptions) -> RawTable:
        """Return shapes and attributes with the evidence for encoding and CRS."""
        found: list[Finding] = []
        encoding, evidence = _encoding(source, options.encoding, found)
        with named_as(source.path, ".shp") as path:
            values, shapes, unreadable, crs = read_layer(path, None, encoding)
        return RawTable(
            name=layer,
            format=self.format,
            values=values,
            rows=ordinals(len(values)),
            geometry=shapes,
            unreadable=unreadable,
            crs=crs,
            crs_evidence=".prj 文件" if crs else "",
            encoding=encoding,
            encoding_evidence=evidence,
            findings=found,
        )


def companion(path: Path, suffix: str) -> Path | None:
    """Return the file of the same name with another suffix, in whatever case it is written."""
    same = (p for p in path.parent.iterdir() if p.stem == path.stem and p.suffix.lower() == suffix)
    return next(same, None)


def _refuse_incomplete(source: Source) -> None:
    for suffix in (".shx", ".dbf"):
        if companion(source.path, suffix) is None:
            raise refuse("companion_missing", value=source.path.stem + suffix)
    shx, dbf = companion(source.path, ".shx"), _dbf(source)
    if shx is None:
        return
    for part in (source.path, shx):
        _refuse_short(part)
    dbf.refuse_truncated()
    shapes = (shx.stat().st_size - _HEADER) // 8
    if shapes != dbf.records:
        raise refuse("companions_disagree", shapes=shapes, records=dbf.records)


def _refuse_short(part: Path) -> None:
    """Compare the length in the header (16-bit words, byte 24) with the file's."""
    with part.open("rb") as stream:
        head = stream.read(_HEADER)
    expected = 2 * int.from_bytes(head[24:28], "big") if len(head) == _HEADER else _HEADER
    actual = part.stat().st_size
    if actual < expected:
        raise refuse("file_truncated", value=part.name, expected=expected, actual=actual)


def _dbf(source: Source) -> Dbf:
    path = companion(source.path, ".dbf")
    if path is None:
        raise refuse("companion_missing", value=source.path.stem + ".dbf")
    return read_dbf(path)


def _encoding(source: Source, declared: str | None, found: list[Finding]) -> tuple[str, str]:
    """Decide in the order mapping → .cpg → language driver → strict UTF-8 → GB18030."""
    dbf = _dbf(source)
    text = dbf.text()
    for name, evidence in _claims(source, dbf, declared):
        if fits(text, name):
            return name, evidence
        used, how = guess(text, source.name)
        found.append(finding("encoding_contradicts", declared=name, used=used))
        return used, how
    return guess(text, source.name)


def _claims(source: Source, dbf: Dbf, declared: str | None) -> list[tuple[str, str]]:
    claims = [(declared, "映射写明")] if declared else []
    cpg = companion(source.path, ".cpg")
    if cpg is not None and (said := _code_page(cpg)):
        claims.append((said, ".cpg 文件"))
    if dbf.language_driver in _LANGUAGE_DRIVERS:
        claims.append(
            (_LANGUAGE_DRIVERS[dbf.language_driver], f".dbf 的语言标识 0x{dbf.language_driver:02X}")
        )
    return claims


def _code_page(cpg: Path) -> str | None:
    said = cpg.read_bytes()[:64].decode("ascii", errors="ignore").strip().lower()
    if not said:
        return None
    if said in _CHINESE:
        return "GB18030"
    if said in {"utf-8", "utf8", "65001"}:
        return "UTF-8"
    return f"cp{said}" if said.isdigit() and len(said) <= 4 else said.removeprefix("ansi ")
