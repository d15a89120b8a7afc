"""Boundary-point TXT (勘测定界界址点坐标交换格式) in its canonical form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geoservice.errors import InvalidInput
from geoservice.exports.errors import ExportRefused
from geoservice.exports.sheet import Batch, Choices, Note, Sheet
from geoservice.geo.arrays import as_geometries
from geoservice.geo.crs import from_stored
from geoservice.geo.measure import zone_number
from geoservice.geo.zones import Zone, gauss_kruger_epsg, zone_of_crs

PRECISION_M: Final = 0.001
_ENCODINGS: Final = {"gbk": "gbk", "gb18030": "gb18030", "utf-8": "utf-8"}
_SEPARATORS: Final = re.compile(r"\s*[,，@＠\r\n\t\x00]+\s*")
_NUMBERS: Final = ("parcel_number", "parcel_code", "task_number", "project_number", "code")


class BoundaryTxt:
    """Boundary-point TXT of a question: the number, name and use of each plot, and its ring to the millimetre."""

    name, title, suffix, media_type = "txt", "界址点 TXT", ".txt", "text/plain"
    home: str | None = None  # the 3° zone in which most plots lie
    ledger = False

    def write(self, sheet: Sheet, path: Path, choices: Choices) -> None:
        """Write the plots; rows without an area are left out and counted.

        Raises
        ------
        ExportRefused
            The system is no Gauss-Krüger zone, or a text does not fit the encoding.
        """
        zone = _zone(sheet.crs)
        left_out = 0
        with path.open("wb") as out:
            head = _header(zone.width, zone.number, sheet.producer, sheet.day)
            out.write(_encoded("\r\n".join(head) + "\r\n", choices.encoding))
            for batch in sheet.read():
                plots, shapes = _plots_of(batch)
                left_out += len(batch) - len(plots)
                lines = (
                    line for plot, shape in zip(plots, shapes, strict=True) for line in _plot(plot, shape)
                )
                out.write(_encoded("".join(f"{line}\r\n" for line in lines), choices.encoding))
        if left_out:
            sheet.notes.append(
                Note(
                    "no_area",
                    f"{left_out} 行没有面状图形，界址点文件未写入",
                    f"{left_out} rows without an area were left out",
                )
            )


def _plots_of(batch: Batch) -> tuple[list[dict[str, Any]], list[Any]]:
    """Return the plots with an area, in millimetres, and what a plot record says of them."""
    plots, shapes = [], []
    for at, shape in enumerate(batch.geometry if batch.geometry is not None else ()):
        if shape is None or shapely.get_type_id(shape) not in {3, 6} or shapely.is_empty(shape):
            continue
        said = {name: column[at] for name, column in batch.columns.items()}
        number = next((said[name] for name in _NUMBERS if said.get(name)), batch.keys[at])
        plots.append({**said, "number": number, "use": said.get("use_name")})
        shapes.append(shapely.transform(shape, lambda c: np.round(c, 3)))
    return plots, shapes


def boundary_txt(
    plots: pd.DataFrame,
    geometry: Any,
    *,
    crs: Any = None,
    encoding: str = "gbk",
    producer: str = "",
    produced_on: date | None = None,
) -> bytes:
    """Return plots as a boundary-point file: X is north, eastings carry the zone, areas are hectares.

    Parameters
    ----------
    plots : DataFrame
        ``number``, ``name``, ``use``, ``use_code`` and ``sheet`` where known; commas and @ within become 、.
    geometry : array of Polygon or MultiPolygon
        EPSG:4490 degrees. Points are written to the millimetre; every ring is closed and has a number of its
        own, part by part with the holes behind their shell.
    crs : optional
        A CGCS2000 Gauss-Krüger system; default the 3° zone in which most plots lie.
    encoding : {"gbk", "gb18030", "utf-8"}
    producer : str
        数据产生单位.
    produced_on : date, optional

    Raises
    ------
    ExportRefused
        The system is no Gauss-Krüger zone, a shape is no polygon or too small for millimetres, or a text does
        not fit the encoding.
    """
    shapes = as_geometries(geometry)
    numbered = numbered_zone(CRS.from_user_input(crs) if crs is not None else usual_zone(zone_number(shapes)))
    zone = _zone(numbered)
    plane = shapely.transform(from_stored(shapes, numbered), lambda c: np.round(c, 3))
    lines = list(_header(zone.width, zone.number, producer, produced_on))
    for row, shape in zip(plots.to_dict("records"), plane, strict=True):
        lines += _plot({str(k): v for k, v in row.items()}, shape)
    return _encoded("\r\n".join(lines) + "\r\n", encoding)


def numbered_zone(crs: CRS) -> CRS:
    """Return the system whose eastings carry the number of the same zone.

    Raises
    ------
    ExportRefused
        It is no Gauss-Krüger zone of CGCS2000.
    """
    zone = _zone(crs)
    return CRS.from_epsg(gauss_kruger_epsg("cgcs2000", zone.width, zone.number, numbered=True))


def _zone(crs: CRS) -> Zone:
    zone = zone_of_crs(crs)
    geodetic = crs.geodetic_crs
    if zone is None or geodetic is None or "2000" not in geodetic.name:
        raise ExportRefused("TXT needs a Gauss-Krüger zone of CGCS2000", crs.name, "Use EPSG:4491–4554.")
    return zone


def usual_zone(numbers: Any) -> CRS:
    """Return the 3° zone in which most shapes lie, by the zone number of each.

    Raises
    ------
    ExportRefused
        There is no shape, or most lie outside China's zones.
    """
    numbers = numbers[numbers >= 0]
    if not len(numbers):
        raise ExportRefused("There is no shape to write", None, "Ask for rows that have one.")
    values, counts = np.unique(numbers, return_counts=True)
    try:
        code = gauss_kruger_epsg("cgcs2000", 3, int(values[counts.argmax()]), numbered=True)
    except InvalidInput as error:
        raise ExportRefused("The shapes lie outside China's zones", None, "Use another format.") from error
    return CRS.from_epsg(code)


def _header(width: int, zone: int, producer: str, produced_on: date | None) -> Iterator[str]:
    yield "[属性描述]"
    yield "格式版本号=1.01版本"
    yield f"数据产生单位={_plain(producer)}"
    yield f"数据产生日期={produced_on.isoformat() if produced_on else ''}"
    yield "坐标系=2000国家大地坐标系"
    yield f"几度分带={width}"
    yield "投影类型=高斯克吕格"
    yield "计量单位=米"
    yield f"带号={zone}"
    yield f"精度={PRECISION_M}"
    yield "转换参数=,,,,,,"
    yield "[地块坐标]"


def _plot(row: dict[str, Any], shape: Any) -> list[str]:
    said = {name: _plain(row.get(name)) for name in ("number", "name", "sheet", "use", "use_code")}
    if shape is None or shapely.get_type_id(shape) not in {3, 6} or shapely.is_empty(shape):
        raise ExportRefused("TXT holds polygons only", said["number"], "Leave rows without one out.")
    rings = _rings(shape)
    count = sum(len(ring) for ring in rings)
    hectares = f"{shape.area / 10_000:.4f}"
    texts = (said["number"], said["name"], "面", said["sheet"], said["use"], said["use_code"], "@")
    lines = [",".join((str(count), hectares, *texts))]
    point = 1
    for number, ring in enumerate(rings, 1):
        names = [*range(point, point + len(ring) - 1), point]
        lines += [f"J{n},{number},{y:.3f},{x:.3f}" for n, (x, y) in zip(names, ring, strict=True)]
        point += len(ring) - 1
    return lines


def _rings(shape: Any) -> list[Any]:
    """Return the rings without points that fell together, and without rings that thereby vanished."""
    kept = []
    for ring in shapely.get_rings(shapely.get_parts(shape)):
        points = shapely.get_coordinates(ring)
        points = points[np.r_[True, (points[1:] != points[:-1]).any(axis=1)]]
        if len(np.unique(points, axis=0)) >= 3:
            kept.append(points)
    if not kept:
        raise ExportRefused("A shape is smaller than a millimetre", None, "Leave it out.")
    return kept


def _plain(value: Any) -> str:
    """Return a text without the signs that divide fields and records."""
    return "" if value is None or pd.isna(value) else _SEPARATORS.sub("、", str(value)).strip()


def _encoded(text: str, encoding: str) -> bytes:
    if encoding not in _ENCODINGS:
        raise ExportRefused("TXT cannot be written in this encoding", encoding, "Use gbk, gb18030 or utf-8.")
    try:
        return text.encode(_ENCODINGS[encoding])
    except UnicodeEncodeError as error:
        raise ExportRefused(
            f"A character does not fit {encoding}", text[error.start : error.end], "Use utf-8 or gb18030."
        ) from error
