"""The bar on top of every page leads where the reader may go, and what goes wrong is told to people as a page."""

from __future__ import annotations

import re

import pytest

from tests.web.conftest import As

PAGES = ("/registers", "/imports", "/docs", "/ogc?f=html", "/ogc/collections/parcels/items?f=html")


def _places(html: str) -> list[str]:
    bar = html.split('<nav class="house"', 1)[1].split("</nav>", 1)[0]
    return re.findall(r'<li><a href="(/[^?"]*)', bar)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_carries_the_bar_of_whoever_reads_it(as_role: As, page: str) -> None:
    html = as_role("admin").get(page).text
    assert _places(html) == ["/", "/wall", "/registers", "/imports", "/ogc", "/docs"]
    assert html.count('aria-current="page"') == 1


def test_the_bar_names_no_place_that_would_refuse(as_role: As) -> None:
    for role in ("public", "leader", "land"):
        for place in _places(as_role(role).get("/ogc?f=html").text):
            assert as_role(role).get(place).status_code == 200, (role, place)
    assert _places(as_role("public").get("/docs").text) == ["/", "/wall", "/ogc", "/docs"]


def test_a_browser_is_told_what_went_wrong_as_a_page(as_role: As) -> None:
    page = as_role("public").get("/registers", headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.status_code == 403
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "registers:read" in page.text
    assert "角色“公众”无权这样做" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    missing = as_role("public").get("/nowhere", headers={"Accept": "text/html"})
    assert (missing.status_code, "没有找到" in missing.text) == (404, True)


def test_a_value_on_the_page_of_a_problem_is_text(as_role: As) -> None:
    page = as_role("admin").get("/registers/%3Cimg%20src=x%3E", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "<img" not in page.text
    assert "&lt;img" in page.text


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/geo+json, text/html"])
def test_programs_are_answered_with_a_problem_document(as_role: As, accept: str) -> None:
    answer = as_role("public").get("/registers", headers={"Accept": accept})
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_api_answers_problem_documents_to_browsers_too(as_role: As) -> None:
    answer = as_role("public").get("/v1/registers/idle", headers={"Accept": "text/html"})
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_error_speaks_the_language_of_whoever_asks(as_role: As) -> None:
    ask = as_role("public").get
    asked = "/v1/parcels?colour=red"
    assert ask(asked).json()["title"] == "Unknown parameter colour"
    chinese = ask(asked, headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"})
    assert chinese.json()["title"] == "未知的参数 colour"
    assert chinese.json()["remedy"] == "请去掉；可用参数见 /docs。"
    assert chinese.headers["content-language"] == "zh-CN"
    english = ask(asked, headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert (english.headers["content-language"], english.json()["code"]) == ("en", chinese.json()["code"])
