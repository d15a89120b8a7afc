"""Which language a page speaks, and that it is kept."""

from __future__ import annotations

import re

import pytest

from geoservice.web.language import COOKIE, accepted
from tests.web.conftest import As

CHINESE = {
    "/registers": "台账",
    "/docs": "接口说明",
    "/imports": "数据导入",
    "/ogc?f=html": "开放接口",
    "/ogc/collections/parcels/items?f=html": "本页",
}
ENGLISH = {
    "/registers": "Registers",
    "/docs": "The API",
    "/imports": "Imports",
    "/ogc?f=html": "Open door",
    "/ogc/collections/parcels/items?f=html": "on this page",
}
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("en", "en"),
        ("en-US,en;q=0.9", "en"),
        ("en;q=0.3,zh;q=0.4", "zh"),
        ("zh-Hans-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("de,fr;q=0.9", "zh"),
        ("de,en;q=0.5", "en"),
        ("en;q=nonsense", "zh"),
        (";;,,=", "zh"),
    ],
)
def test_the_language_a_program_prefers_is_found(header: str, language: str) -> None:
    assert accepted(header) == language


@pytest.mark.parametrize("path", CHINESE)
def test_a_page_is_chinese_unless_the_address_or_the_last_switch_says_otherwise(
    as_role: As, path: str
) -> None:
    admin = as_role("admin")
    english, cookie = {"Accept-Language": "en"}, {"Cookie": f"{COOKIE}=en"}
    joined = "&" if "?" in path else "?"
    for headers, words, asked in (
        ({}, CHINESE[path], ""),
        (english, CHINESE[path], ""),
        (cookie, ENGLISH[path], ""),
        (cookie, CHINESE[path], f"{joined}lang=zh"),
        ({}, ENGLISH[path], f"{joined}lang=en"),
    ):
        response = admin.get(f"{path}{asked}", headers=headers)
        assert response.status_code == 200, response.text
        assert words in response.text
        assert "Cookie" in set(re.split(r",\s*", response.headers["vary"]))
        language = "zh-CN" if words == CHINESE[path] else "en"
        assert f'<html lang="{language}">' in response.text
        kept = response.headers.get("set-cookie", "")
        assert (f"{COOKIE}={'zh' if words == CHINESE[path] else 'en'}" in kept) == bool(asked)


def test_a_page_in_english_says_nothing_of_its_own_in_chinese(as_role: As) -> None:
    html = as_role("admin").get("/registers?lang=en").text
    html = re.sub(r'<a class="tongue".*?</a>', "", html)
    assert not HAN.search(html)


def test_what_one_language_caches_is_no_answer_in_the_other(as_role: As) -> None:
    admin = as_role("admin")
    chinese, english = {"Cookie": f"{COOKIE}=zh"}, {"Cookie": f"{COOKIE}=en"}
    for path in ("/ogc?f=html", "/ogc/collections/parcels/items?f=html"):
        tag = admin.get(path, headers=chinese).headers["etag"]
        same = admin.get(path, headers=chinese | {"If-None-Match": tag})
        other = admin.get(path, headers=english | {"If-None-Match": tag})
        assert (same.status_code, other.status_code) == (304, 200)


def test_the_map_starts_in_chinese_or_as_switched(as_role: As) -> None:
    leader = as_role("leader")
    assert '"language":"en"' in leader.get("/", headers={"Cookie": f"{COOKIE}=en"}).text
    assert '"language":"zh"' in leader.get("/", headers={"Accept-Language": "en"}).text
    assert '"language":"zh"' in leader.get("/").text
    assert leader.get("/?lang=fr").status_code == 400
