"""Personal columns set aside for the vault: which kind of datum each is, and the fields of each row."""

from __future__ import annotations

from typing import Any, Final

from geoservice.intake.clean.text import clean_text, plain
from geoservice.intake.headings import fold
from geoservice.intake.privacy import find_personal
from geoservice.intake.table import RawTable, is_missing

_KINDS: Final = (
    ("identity_number", ("身份证", "证件", "sfz", "zjh", "idcard", "idnumber")),
    ("account", ("账号", "帐号", "银行", "开户", "yhzh", "bankaccount")),
    ("phone", ("电话", "手机", "联系方式", "phone", "mobile", "lxdh", "sjh", "lxfs", "dh")),
    ("amount", ("金额", "款", "费", "总额", "补偿", "奖励", "万元")),
    (
        "name",
        (
            "户主",
            "姓名",
            "权利人",
            "产权人",
            "承租",
            "被征收人",
            "联系人",
            "法人",
            "法定代表",
            "name",
            "owner",
            "xm",
            "qlr",
            "hz",
        ),
    ),
)
"""Kind → parts of folded headings; the first that fits decides."""


def kind_of(heading: str, values: list[Any]) -> str:
    """Return what a personal column holds, by its heading, else by its content.

    >>> kind_of("户主姓名", []), kind_of("补偿款（万元）", []), kind_of("备注", ["电话 13812345678"])
    ('name', 'amount', 'phone')
    """
    folded = fold(heading)
    for kind, words in _KINDS:
        if any(word in folded for word in words):
            return kind
    found = [number for value in values for number in find_personal(value)]
    if not found:
        return "other"
    return "identity_number" if sum(len(number) == 18 for number in found) * 2 > len(found) else "phone"


def entries_of(table: RawTable) -> list[list[dict[str, str]]] | None:
    """Return for each row its personal fields as ``field, heading, value``; ``None`` where none were set aside."""
    if table.personal is None:
        return None
    kinds = {name: kind_of(str(name), table.personal[name].tolist()) for name in table.personal.columns}
    rows: list[list[dict[str, str]]] = []
    for record in table.personal.itertuples(index=False, name=None):
        said = zip(kinds.items(), record, strict=True)
        rows.append(
            [
                {"field": kind, "heading": str(name), "value": text}
                for (name, kind), cell in said
                if (text := _text(cell)) is not None
            ]
        )
    return rows


def _text(cell: Any) -> str | None:
    return None if is_missing(cell) else clean_text(plain(cell))
