"""Which encoding bytes are in, and how that is known."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Final

from geoservice.intake.errors import refuse

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with the encoding it was in and the evidence for it."""

    text: str
    encoding: str
    evidence: str


def decode(data: bytes, name: str, declared: str | None = None) -> Decoded:
    """Decode text: declared → byte order mark → strict UTF-8 → GB18030.

    Parameters
    ----------
    data : bytes
    name : str
        File name for the message.
    declared : str, optional
        Encoding named by the mapping; it must fit.

    Raises
    ------
    IntakeRefused
        The bytes are in none of them, or not in the declared one.

    Examples
    --------
    >>> decode("净地".encode("gbk"), "a.csv").encoding
    'GB18030'
    """
    if declared:
        return Decoded(_declared(data, name, declared), declared, "映射写明")
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            text = data.decode(encoding, errors="replace").lstrip("\ufeff")
            return Decoded(text, "UTF-8" if mark == codecs.BOM_UTF8 else "UTF-16", "文件头的字节序标记")
    encoding, evidence = guess(data, name)
    return Decoded(data.decode(encoding), encoding, evidence)


def guess(data: bytes, name: str) -> tuple[str, str]:
    """Return encoding and evidence for bytes that declare nothing.

    Raises
    ------
    IntakeRefused
        Neither UTF-8 nor GB18030.
    """
    if data.isascii():
        return "UTF-8", "只有 ASCII 字符"
    if fits(data, "utf-8"):
        return "UTF-8", "按 UTF-8 严格解码通过"
    if fits(data, "gb18030"):
        return "GB18030", "不是 UTF-8；按 GB18030 解码通过"
    raise refuse("text_undecodable", value=name)


def fits(data: bytes, encoding: str) -> bool:
    """Tell whether bytes decode without an error in a known encoding."""
    try:
        data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _declared(data: bytes, name: str, declared: str) -> str:
    try:
        return data.decode(declared).lstrip("\ufeff")
    except (UnicodeDecodeError, LookupError) as error:
        raise refuse(
            "file_unreadable", value=name, reason=f"按 {declared} 解码失败（{error}）"[:160]
        ) from error
