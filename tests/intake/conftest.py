"""Small files as bureaus send them, made by code, and a register that answers from a dictionary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

from geoservice.intake.settings import IntakeSettings

EXTENT = (119.43, 33.09, 119.77, 33.31)
TODAY = date(2026, 11, 23)


@pytest.fixture
def settings() -> IntakeSettings:
    """Return the settings of a small city about 119.6° E, 33.2° N on a fixed day."""
    return IntakeSettings(extent=EXTENT, county="329901", today=TODAY)


def square(column: int, row: int = 0, size: float = 100.0, zone: bool = True) -> shapely.Polygon:
    """Return a square of `size` metres on a grid in CGCS2000 zone 40 (EPSG:4528, without zone number 4549)."""
    east = (40_000_000 if zone else 0) + 462_000 + column * 200
    north = 3_676_000 + row * 200
    return shapely.box(east, north, east + size, north + size)


@dataclass
class Corpus:
    """Writes files into a folder."""

    folder: Path

    def path(self, name: str) -> Path:
        """Return the path of a file of that name."""
        return self.folder / name

    def text(self, name: str, text: str, encoding: str = "utf-8") -> Path:
        """Write a text file exactly as given."""
        path = self.path(name)
        path.write_bytes(text.encode(encoding))
        return path

    def shapefile(
        self,
        name: str = "parcels.shp",
        columns: dict[str, Sequence[Any]] | None = None,
        shapes: Sequence[Any] | None = None,
        *,
        crs: int | None = 4528,
        encoding: str = "GB18030",
        cpg: str | None = None,
    ) -> Path:
        """Write a Shapefile; `cpg` is what the .cpg file says, ``None`` for no such file."""
        shapes = [square(i) for i in range(3)] if shapes is None else shapes
        columns = columns or {
            "DKBH": [f"A-{i}" for i in range(len(shapes))],
            "ZL": ["净地路一号"] * len(shapes),
        }
        path = self.path(name)
        frame = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs)
        frame.to_file(path, driver="ESRI Shapefile", encoding=encoding, engine="pyogrio")
        path.with_suffix(".cpg").unlink(missing_ok=True)
        if cpg is not None:
            path.with_suffix(".cpg").write_text(cpg)
        # GDAL names the encoding in the header as well; offices' programs leave it at 0.
        table = bytearray(path.with_suffix(".dbf").read_bytes())
        table[29] = 0
        path.with_suffix(".dbf").write_bytes(bytes(table))
        return path

    def geopackage(
        self, name: str, columns: dict[str, Sequence[Any]], shapes: Sequence[Any], crs: int = 4528
    ) -> Path:
        """Write a GeoPackage with one layer."""
        path = self.path(name)
        gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs).to_file(path, driver="GPKG", layer="地块")
        return path

    def workbook(self, name: str, fill: Callable[[Any], None], sheet: str = "台账") -> Path:
        """Write a workbook whose first sheet `fill` fills."""
        book = openpyxl.Workbook()
        book.active.title = sheet
        fill(book.active)
        path = self.path(name)
        book.save(path)
        return path


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """Return a folder to write files into."""
    return Corpus(tmp_path)


@dataclass
class Register:
    """Stands for the registry: what is held, by noun and name, and shapes of parcels and areas."""

    held: dict[str, dict[str, str]] = field(default_factory=dict)
    parcels: list[tuple[str, str, Any]] = field(default_factory=list)
    zones: list[tuple[str, str, str, Any]] = field(default_factory=list)

    def resolve(self, noun_name: str, values: Sequence[Any], scheme: str | None = None) -> list[str | None]:
        """Return keys by name."""
        return [self.held.get(noun_name, {}).get(v) for v in values]

    def overlapping(self, noun_name: str, geometries: Any) -> pd.DataFrame:
        """Return all parcels."""
        return pd.DataFrame(self.parcels, columns=["key", "number", "geometry"])

    def surveyed(self, noun_name: str, keys: Sequence[str]) -> set[str]:
        """Return all keys: everything held is a survey."""
        return set(keys)

    def areas(self, noun_name: str, kind: str | None = None) -> pd.DataFrame:
        """Return zones of a kind, or parks."""
        rows = [z[1:] for z in self.zones if z[0] == (kind or noun_name)]
        return pd.DataFrame(rows, columns=["key", "name", "geometry"])


def codes(report: Any, severity: str | None = None) -> list[str]:
    """Return the codes of a report's findings, in order."""
    return [f.code for f in report.findings if severity is None or f.severity == severity]
