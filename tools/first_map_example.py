"""Write the two files of the first tutorial: a parcel Shapefile and a project ledger, as offices send them.

Everything in them is invented. ``python tools/first_map_example.py`` writes to ``docs/examples/first-map``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import geopandas as gpd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from shapely.affinity import rotate
from shapely.geometry import Polygon, box

TARGET: Final = Path(__file__).resolve().parent.parent / "docs" / "examples" / "first-map"
CGCS2000_ZONE_40: Final = 4528
SOUTH_WEST: Final = (40_424_300.0, 3_793_200.0)
DEPTH_M: Final = 240.0
STREET_M: Final = 36.0
LANGUAGE_DRIVER: Final = 29

# Number, width in metres, use (用地用海分类 2023), its name, the state in this office's own words, and
# whether the planning conditions (规划条件) are set.
SOUTH_ROW: Final = [
    ("2026-G-01", 210, "100101", "一类工业用地", "建成", "是"),
    ("2026-G-02", 180, "100101", "一类工业用地", "在建", "是"),
    ("2026-G-03", 180, "100101", "一类工业用地", "净地", "是"),
    ("2026-G-04", 240, "100101", "一类工业用地", "净地", "是"),
    ("2026-G-05", 150, "110101", "一类物流仓储用地", "净地", "否"),
    ("2026-G-06", 190, "110101", "一类物流仓储用地", "已征待拆", "否"),
]
NORTH_ROW: Final = [
    ("2026-G-07", 260, "0902", "商务金融用地", "在建", "是"),
    ("2026-G-08", 170, "0902", "商务金融用地", "净地", "是"),
    ("2026-G-09", 220, "100102", "二类工业用地", "存量", "否"),
    ("2026-G-10", 200, "100102", "二类工业用地", "存量", "否"),
    ("2026-G-11", 160, "1207", "城镇道路用地", "规划", "否"),
    ("2026-G-12", 140, "100101", "一类工业用地", "入库储备", "否"),
]
LEDGER_TITLE: Final = "高新区重点项目台账（2026年9月）"
LEDGER: Final = [
    (
        *("项目编号", "项目名称", "项目级别", "项目类别", "涉及地块", "总投资（万元）"),
        *("签约时间", "立项时间", "计划开工时间", "开工时间", "竣工时间", "投产时间", "责任单位"),
    ),
    (
        *("GX-01", "精密轴承产业园", "市重大", "产业", "2026-G-01", 86000),
        *("2023-03-16", "2023-05-08", "2023-09-01", "2023-09-12", "2025-06-20", "2025-09-01", "高新区工信局"),
    ),
    (
        *("GX-02", "新能源电池结构件", "省重大", "产业", "2026-G-02", 152000),
        *("2025-02-20", "2025-04-11", "2025-10-01", "2025-10-18", None, None, "高新区工信局"),
    ),
    (
        *("GX-03", "智能装备研发制造", "市重大", "产业", "2026-G-03", 64000),
        *("2026-01-09", "2026-03-27", "2026-10-01", None, None, None, "高新区招商局"),
    ),
    (
        *("GX-04", "高新区科创中心", "区级", "城市", "2026-G-07", 47000),
        *(None, "2024-11-05", "2025-03-01", "2025-04-02", None, None, "高新区住建局"),
    ),
    (
        *("GX-05", "冷链物流基地", "区级", "产业", None, 30000),
        *("2026-08-21", None, "2027-03-01", None, None, None, "高新区商务局"),
    ),
]


def main() -> None:
    """Write both files, replacing what is there."""
    TARGET.mkdir(parents=True, exist_ok=True)
    write_parcels(TARGET / "parcels.shp")
    write_ledger(TARGET / "projects.xlsx")


def parcels() -> gpd.GeoDataFrame:
    """Lay two rows of lots along one street, the whole turned a little, in CGCS2000 zone 40."""
    rows = [*_row(SOUTH_ROW, 0.0), *_row(NORTH_ROW, DEPTH_M + STREET_M)]
    lots = [rotate(lot, 7.5, origin=SOUTH_WEST) for _, lot in rows]
    area = [round(lot.area, 2) for lot in lots]
    columns = ["DKBH", "ZL", "YTDM", "YTMC", "ZT", "GHTJ"]
    table = {name: [row[index] for row, _ in rows] for index, name in enumerate(columns)}
    return gpd.GeoDataFrame({**table, "DKMJ": area}, geometry=lots, crs=CGCS2000_ZONE_40)


def _row(
    lots: list[tuple[str, int, str, str, str, str]], north_m: float
) -> list[tuple[tuple[str, ...], Polygon]]:
    east, south = SOUTH_WEST[0], SOUTH_WEST[1] + north_m
    placed: list[tuple[tuple[str, ...], Polygon]] = []
    for number, width, use, use_name, state, planned in lots:
        place = f"高新区创业路{'南' if north_m == 0 else '北'}侧{number[-2:]}号"
        placed.append(
            ((number, place, use, use_name, state, planned), box(east, south, east + width, south + DEPTH_M))
        )
        east += width
    return placed


def write_parcels(path: Path) -> None:
    """Write the Shapefile in GBK as old GIS programs do: without .cpg and with no language driver set."""
    parcels().to_file(path, driver="ESRI Shapefile", encoding="GBK")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    table = path.with_suffix(".dbf")
    content = bytearray(table.read_bytes())
    content[LANGUAGE_DRIVER] = 0
    table.write_bytes(content)


def write_ledger(path: Path) -> None:
    """Write the ledger with its title merged over the headings, as it is printed."""
    book = Workbook()
    sheet = book.active
    sheet.title = "项目台账"
    sheet.append([LEDGER_TITLE])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(LEDGER[0]))
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet["A1"].font = Font(bold=True, size=14)
    for row in LEDGER:
        sheet.append(row)
    book.save(path)


if __name__ == "__main__":
    main()
