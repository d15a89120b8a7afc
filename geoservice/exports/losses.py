"""What a format cannot carry through our own intake; the table of formats in the reference is this, and is tested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Loss:
    """One thing that does not come back.

    Attributes
    ----------
    code : str
        Name of the loss; the round-trip tests make their allowances by it.
    text : str
        What is lost, and where it went.
    refused : bool
        Whether the export is refused rather than anything lost.
    """

    code: str
    text: str
    refused: bool = False


_EXTRA: Final = Loss(
    "extra_unasked",
    "附加列、标识与版本只在点名时写入 · extra columns, keys and versions are written only where asked for",
)
_EMPTY: Final = Loss("crs_unsaid", "坐标系不在文件内声明 · the reference system is not declared in the file")
_DIGITS: Final = Loss("digits_15", "数字保留 15 位有效数字 · numbers keep 15 significant digits")

LOSSES: Final[Mapping[str, tuple[Loss, ...]]] = MappingProxyType(
    {
        "gpkg": (),
        "geojson": (
            Loss(
                "coordinates_text",
                "平面坐标保留 4 位小数；经纬度无损 · projected coordinates keep 4 decimals, degrees all",
            ),
        ),
        "geojsonseq": (),
        "flatgeobuf": (Loss("order", "行按空间索引排序 · rows come in the order of the spatial index"),),
        "parquet": (),
        "shapefile": (
            Loss(
                "text_254",
                "超过 254 字节的文字截短，全文另存 · texts over 254 bytes are cut; whole in `long_texts.csv`",
            ),
            Loss(
                "charset",
                "GBK 以外的字：拒绝并指出该行 · characters outside GBK: refused, with the row",
                refused=True,
            ),
            Loss(
                "single_parts",
                "只有一部分的多部件图形读回为单部件 · a multipart shape of one part comes back as that part",
            ),
            Loss("collections", "混合图形的行 · rows whose shape mixes points, lines and areas"),
            _EXTRA,
            _DIGITS,
        ),
        "kml": (
            _EXTRA,
            _DIGITS,
            Loss("datum_unsaid", "不说明基准，读回时按疑问提示 · the datum is not said; intake doubts it"),
        ),
        "csv": (
            Loss(
                "coordinates_text",
                "平面坐标保留 4 位小数；经纬度无损 · projected coordinates keep 4 decimals, degrees all",
            ),
            _EMPTY,
            Loss(
                "charset",
                "所选编码以外的字：拒绝并指出该行 · characters outside the encoding: refused, with the row",
                refused=True,
            ),
        ),
        "xlsx": (
            Loss(
                "shape_unasked",
                "图形只在点名时以 WKT 写入隐藏列 · shapes only where asked for, as WKT in a hidden column",
            ),
            Loss(
                "shape_32767", "WKT 超过 32,767 字的图形 · shapes whose WKT is longer than 32,767 characters"
            ),
            Loss(
                "text_32767",
                "超过 32,767 字的文字：拒绝 · texts longer than 32,767 characters: refused",
                refused=True,
            ),
            Loss("rows", "超过 1,048,576 行：拒绝 · more than 1,048,576 rows: refused", refused=True),
            _EXTRA,
            _DIGITS,
            _EMPTY,
        ),
        "txt": (
            Loss("fields", "只有编号、名称、用途、地类编码 · nothing but number, name, use and use code"),
            Loss("separators", "逗号与 @ 写作顿号 · commas and @ become 、"),
            Loss("millimetres", "坐标取整到毫米 · coordinates are rounded to the millimetre"),
            Loss("areas_only", "没有面状图形的行 · rows without an area"),
            Loss(
                "charset",
                "所选编码以外的字：拒绝 · characters outside the encoding: refused",
                refused=True,
            ),
        ),
    }
)
EVERYWHERE: Final = (
    "判定、汇总、量算面积等推算结果由登记簿重新计算，不从文件读回 · "
    "verdicts, roll-ups and measured areas are computed by the register and never read back",
    "征拆任务的附加列从不写入文件 · the extra columns of clearance tasks never leave in a file",
    "版本与两种时间只供阅读，读回的行从导入之日起有效 · "
    "versions and both times are for reading; what is read back holds from the day of the import",
)
