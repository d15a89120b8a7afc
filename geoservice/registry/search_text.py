"""The text a search looks into: names and codes, full pinyin, and pinyin initials."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin


def search_text(parts: list[str | None]) -> str:
    """Return lower-case text of all parts with pinyin and initials of those in Chinese.

    >>> search_text(["清澜高新区", "GX-01"])
    '清澜高新区 gx-01 qinglangaoxinqu qlgxq'
    """
    words = [part.strip().lower() for part in parts if part and part.strip()]
    chinese = [word for word in words if any("\u4e00" <= letter <= "\u9fff" for letter in word)]
    return " ".join(words + [_pinyin(word) for word in chinese] + [_initials(word) for word in chinese])


@lru_cache(maxsize=65536)
def _pinyin(text: str) -> str:
    return "".join(lazy_pinyin(text)).replace(" ", "")


@lru_cache(maxsize=65536)
def _initials(text: str) -> str:
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).replace(" ", "")
