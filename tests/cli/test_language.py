"""A terminal in Chinese is told in Chinese what went wrong."""

from __future__ import annotations

import importlib

import pytest

from geoservice.errors import NotFound


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("zh_CN.UTF-8", "没有这个账号: li。查看账号：geoservice user list。"),
        ("C.UTF-8", "There is no such account: li. List accounts with: geoservice user list."),
    ],
)
def test_an_error_speaks_the_language_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], locale: str, said: str
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", locale)

    def refuse() -> None:
        raise NotFound("There is no such account", "li", "List accounts with: geoservice user list.")

    cli = importlib.import_module("geoservice.cli.app")
    monkeypatch.setattr(cli, "app", refuse)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert capsys.readouterr().err.strip() == f"✗ {said}"
