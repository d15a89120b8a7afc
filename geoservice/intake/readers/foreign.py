"""Formats that cannot be read here: each names what to export instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from geoservice.intake.errors import refuse
from geoservice.intake.readers.protocol import Source


@dataclass(frozen=True, slots=True)
class _Foreign:
    starts: re.Pattern[bytes]
    kind: str
    how: str
    how_en: str


def _as(pattern: bytes, kind: str, how: str, how_en: str) -> _Foreign:
    return _Foreign(re.compile(pattern, re.DOTALL), kind, how, how_en)


_LAYER = "请导出为 GeoPackage 或 Shapefile。"
_LAYER_EN = "Export it as GeoPackage or Shapefile."
_SHEET = "请用 Excel 或 WPS 另存为 .xlsx。"
_SHEET_EN = "Save it as .xlsx with Excel or WPS."

_FOREIGN: Final = (
    _as(
        rb"AC(10\d\d|1\.\d|2\.\d)|MC0\.0",
        "AutoCAD DWG 图",
        "请在 CAD 中把界线导出为 Shapefile（或 DXF）。",
        "Export the outlines as Shapefile.",
    ),
    _as(
        rb"\x00\x01\x00\x00Standard (Jet|ACE) DB",
        "Access 数据库（MDB）",
        "请在 ArcGIS 中导出为 GeoPackage 或 Shapefile，表格导出为 .xlsx。",
        "Export layers as GeoPackage or Shapefile, tables as .xlsx.",
    ),
    _as(
        rb"%PDF",
        "PDF 文件",
        "请向提供方索取原始的图层或表格。",
        "Ask the sender for the layer or table itself.",
    ),
    _as(
        rb"\xff\xd8\xff|\x89PNG|II\*\x00|MM\x00\*",
        "图片",
        "图片里没有可读的坐标，请索取矢量图层。",
        "A picture has no coordinates to read; ask for the vector layer.",
    ),
    _as(rb"Rar!|7z\xbc\xaf|\x1f\x8b", "压缩包", "请先解压。", "Unpack it first."),
    _as(
        rb"PK\x03\x04.{0,60000}?(word/document|ppt/presentation)",
        "Word 或 PowerPoint 文档",
        "请索取其中表格的 .xlsx 或图层原件。",
        "Ask for the table as .xlsx or the layer itself.",
    ),
    _as(rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis", "OpenDocument 文档", _SHEET, _SHEET_EN),
    _as(
        rb"(\xef\xbb\xbf)?\s*<\?xml.{0,400}(urn:schemas-microsoft-com:office:spreadsheet|mso-application)",
        "XML 表格",
        _SHEET,
        _SHEET_EN,
    ),
    _as(
        rb"(\xef\xbb\xbf)?\s*<(!doctype html|html|table|meta)",
        "网页表格（常见于系统导出的 .xls）",
        _SHEET,
        _SHEET_EN,
    ),
    _as(rb"(\xef\xbb\xbf)?\s*<\?xml(?!.{0,2000}<kml[\s>])", "XML 文件", _LAYER, _LAYER_EN),
    _as(rb"!table|version\s+\d+\s+charset", "MapInfo 图层（TAB、MIF）", _LAYER, _LAYER_EN),
    _as(rb"\s*EXP\s+\d", "ArcInfo 交换文件（E00）", _LAYER, _LAYER_EN),
    _as(rb"WMAP9021|WMAP\d{4}", "MapGIS 图层（WP、WL、WT）", _LAYER, _LAYER_EN),
)


def refuse_foreign(source: Source) -> None:
    """Raise when the first bytes belong to a format that cannot be read here.

    Raises
    ------
    IntakeRefused
        ``format_foreign``, with what to export instead.
    """
    head = source.head[:4096]
    for known in _FOREIGN:
        if known.starts.match(head) or known.starts.match(head.lower()):
            raise refuse(
                "format_foreign", value=source.name, kind=known.kind, how=known.how, how_en=known.how_en
            )
