"""The command line: help with examples, errors in one line, accounts, tokens and the database."""

from __future__ import annotations

import json
import os
import re
import socket
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import select, text

from geoservice import __version__, clock
from geoservice.access import tokens
from geoservice.access.accounts import find_account
from geoservice.cli import app, main
from geoservice.model import audit
from geoservice.model.vocabulary import Role
from tests.fixtures.services import Filled
from tests.fixtures.tampering import tampering

Run = Callable[..., tuple[int, str, str]]


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    children = getattr(command, "commands", {})
    if not children:
        yield path, command
    for name, child in children.items():
        yield from _commands(child, (*path, name))


COMMANDS = dict(_commands(typer.main.get_command(app)))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a way to run a command as the console script does: exit code, output, errors."""
    for name in [name for name in os.environ if name.startswith("GEOSERVICE_") and "_TEST_" not in name]:
        monkeypatch.delenv(name)

    def run_it(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["geoservice", *arguments])
        capsys.readouterr()
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        else:
            code = 0
        output, errors = capsys.readouterr()
        return code, output, errors

    return run_it


@pytest.fixture
def on(run: Run, city: Filled) -> Run:
    """Return a way to run a command on a city's database."""
    url = city.service.settings.database_url
    return lambda *arguments: run(*arguments, "--database", url)


def test_the_commands_the_design_names_are_there() -> None:
    names = {path[0] for path in COMMANDS}
    assert {"run", "serve", "demo", "check", "import", "assess", "map", "db", "user", "token"} <= names


@pytest.mark.parametrize("path", sorted(COMMANDS), ids=" ".join)
def test_help_explains_and_shows_an_example(run: Run, path: tuple[str, ...]) -> None:
    code, output, _ = run(*path, "--help")
    assert code == 0
    assert "Example" in output
    assert f"geoservice {path[0]}" in re.sub(r"\s+", " ", output)
    for parameter in COMMANDS[path].params:
        assert getattr(parameter, "help", None) or parameter.name in ("help",), parameter.name


def test_without_a_command_there_is_help(run: Run) -> None:
    code, output, errors = run()
    assert code == 2
    assert "import" in output + errors


def test_the_version(run: Run) -> None:
    assert run("--version") == (0, f"geoservice {__version__}\n", "")


def _one_line(result: tuple[int, str, str], *words: str) -> None:
    code, output, errors = result
    assert code == 1
    assert output == ""
    assert errors.startswith("✗ ")
    assert errors.count("\n") == 1
    assert "Traceback" not in errors
    assert [word for word in words if word not in errors] == []


def test_errors_are_one_line(run: Run, tmp_path: Path) -> None:
    _one_line(run("db", "info", "-d", str(tmp_path)), "folder", str(tmp_path))
    _one_line(run("db", "info", "-d", "mysql://x/y"), "engine", "mysql")
    _one_line(run("map", "projects", "-o", str(tmp_path / "x.html"), "--role", "[king]"), "[king]", "leader")
    _one_line(run("map", "projects", "-o", str(tmp_path / "x.html"), "--lang", "fr"), "fr")
    _one_line(
        run("map", "projects", "-o", str(tmp_path / "x.html"), "--datetime", "soon"), "soon", "2026-09-30"
    )


def test_a_wrong_setting_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEOSERVICE_DATABSE_URL", "x.gpkg")
    _one_line(run("db", "info"), "GEOSERVICE_DATABSE_URL", "GEOSERVICE_DATABASE_URL")


def test_a_wrong_option_is_a_usage_error(run: Run) -> None:
    code, _, errors = run("db", "info", "--colour")
    assert code == 2
    assert "colour" in errors
    assert "Traceback" not in errors


def test_a_protected_file_is_named(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "city.gpkg"
    file.touch(0o444)
    _one_line(run("db", "info", "-d", str(file)), "cannot be written", str(file), "permission")


@pytest.mark.parametrize("command", ["run", "serve"])
def test_a_taken_port_is_known_before_any_work(run: Run, tmp_path: Path, command: str) -> None:
    file = tmp_path / "city.gpkg"
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        _one_line(run(command, "--port", port, "-d", str(file)), "taken", f"127.0.0.1:{port}", "PORT=")
    assert not file.exists()


def test_an_address_of_another_machine(run: Run, tmp_path: Path) -> None:
    _one_line(run("serve", "--host", "192.0.2.1", "-d", str(tmp_path / "x.gpkg")), "192.0.2.1")


def test_accounts(on: Run, city: Filled) -> None:
    created = on(
        "user", "create", "zhang", "--role", "征收部门", "--scope", "district:东城区", "--scope", "park:GX"
    )
    assert created[0] == 0
    assert "geoservice user link zhang" in created[1]
    with city.service.database.read() as connection:
        found = find_account(connection, "zhang")
    assert found is not None
    assert found.role is Role.EXPROPRIATION
    assert [scope.key for scope in found.scopes] == [city.built.zones["东城区"], city.built.parks["GX"]]
    assert on("user", "list")[1] == "zhang\texpropriation\n"
    _one_line(on("user", "create", "zhang", "--role", "admin"), "zhang", "exists")
    _one_line(on("user", "create", "li", "--role", "king"), "king", "leader")
    _one_line(on("user", "create", "li", "--role", "land", "--scope", "district:南城区"), "南城区")
    _one_line(on("user", "create", "li", "--role", "land", "--scope", "galaxy"), "galaxy")
    assert on("user", "disable", "zhang")[0] == 0
    assert on("user", "list")[1] == "zhang\texpropriation\tdisabled\n"
    _one_line(on("user", "disable", "nobody"), "nobody", "user list")


def test_a_printed_link_signs_in(on: Run, city: Filled) -> None:
    on("user", "create", "wang", "--role", "leader")
    code, output, _ = on("user", "link", "wang", "--base", "https://map.example/geo/")
    assert code == 0
    found = re.fullmatch(r"https://map\.example/geo/sign-in\?code=(\S+)\n", output)
    assert found is not None
    with city.service.database.write() as connection:
        principal = tokens.open_session(connection, found[1], clock.now())[2]
    assert (principal.name, principal.everywhere) == ("wang", True)
    _one_line(on("user", "link", "nobody"), "nobody")


def test_tokens(on: Run, city: Filled) -> None:
    on("user", "create", "gis", "--role", "land")
    code, output, _ = on("token", "create", "gis", "--label", "桌面", "--days", "30")
    secret = output.strip()
    assert code == 0
    assert re.fullmatch(r"gs_\S{40,}", secret)
    listed = on("token", "list")[1]
    assert "gis\t桌面" in listed
    assert secret not in listed
    number = listed.split("\t")[0]
    with city.service.database.read() as connection:
        assert tokens.find_bearer(connection, secret, clock.now()) is not None
    assert on("token", "revoke", number)[0] == 0
    assert on("token", "list")[1].endswith("revoked\n")
    with city.service.database.read() as connection:
        assert tokens.find_bearer(connection, secret, clock.now()) is None
    _one_line(on("token", "revoke", "999"), "999")
    _one_line(on("token", "create", "nobody"), "nobody")


def test_the_database_tells_what_it_holds(on: Run) -> None:
    code, output, _ = on("db", "info")
    lines = dict(line.split("\t") for line in output.splitlines())
    assert code == 0
    assert (lines["city"], lines["parcel"], lines["project"], lines["demolition_unit"]) == (
        "试点市",
        "30",
        "8",
        "12",
    )
    assert "target" not in lines
    assert lines["schema"] in on("db", "upgrade")[1]


def test_verifying_the_audit_log(on: Run, city: Filled) -> None:
    code, output, _ = on("db", "verify")
    assert code == 0
    assert re.search(r"whole: \d+ entries.*[0-9a-f]{64}", output)
    with tampering(city.service.database, "audit") as connection:
        connection.execute(text("UPDATE audit SET actor = 'nobody' WHERE id = 2"))
    _one_line(on("db", "verify"), "entry 2", "content was changed", "1 entries before it are whole")


def test_assessing_again_moves_nothing(on: Run) -> None:
    code, output, _ = on("assess")
    assert (code, output) == (0, "30 parcels assessed, 0 verdicts moved.\n")


def test_a_map_in_one_file_shows_what_the_public_may_see(on: Run, tmp_path: Path) -> None:
    file = tmp_path / "out" / "city.html"
    code, output, _ = on("map", "projects", "-o", str(file))
    assert code == 0
    assert str(file) in output
    html = file.read_text(encoding="utf-8")
    assert "晶圆厂一期" in html
    assert "签约秘密项目" not in html
    assert "张副市长" not in html
    assert not re.search(r"""<(?:script|link|img|iframe)\b[^>]*(?:src|href)=["']?(?:https?:)?//""", html)
    assert [path.name for path in file.parent.iterdir()] == ["city.html"]


def test_a_map_of_a_role_is_locked_and_recorded(on: Run, city: Filled, tmp_path: Path) -> None:
    secret, file = tmp_path / "passphrase", tmp_path / "out" / "city.html"
    secret.write_text("correct horse battery\nanother line\n")
    asked = ("map", "projects", "-o", str(file), "--role", "leader")
    code, output, _ = on(*asked, "--passphrase-file", str(secret), "--for", "李四", "--days", "7")
    assert code == 0
    until = clock.today() + timedelta(days=7)
    assert f"有效至 {until}" in output
    html = file.read_text(encoding="utf-8")
    assert "晶圆厂一期" not in html
    with city.service.database.read() as connection:
        entry = connection.execute(select(audit).order_by(audit.c.id.desc()).limit(1)).one()
    assert entry.action == "map projects as one file"
    assert {"李四", "leader", until.isoformat()} <= set(json.loads(entry.reason).values())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--role", "leader"], ["passphrase", "--passphrase-file"]),
        (["--role", "leader", "--passphrase-file", "absent"], ["cannot be read", "absent"]),
        (["--role", "leader", "--passphrase-file", "{short}"], ["too short", "12"]),
        (["--role", "leader", "--passphrase-file", "{good}", "--days", "91"], ["91", "1 to 90"]),
        (["--role", "leader", "--passphrase-file", "{good}", "--for", "x" * 61], ["60 characters"]),
        (["--days", "3"], ["--days", "--role"]),
    ],
)
def test_a_map_of_a_role_is_never_written_in_the_open(
    on: Run, tmp_path: Path, options: list[str], words: list[str]
) -> None:
    (tmp_path / "good").write_text("correct horse battery")
    (tmp_path / "short").write_text("hunter2")
    given = [one.format(good=tmp_path / "good", short=tmp_path / "short") for one in options]
    _one_line(on("map", "projects", "-o", str(tmp_path / "x.html"), *given), *words)
    assert list(tmp_path.glob("*.html")) == []


def test_an_unknown_map_is_named(on: Run, tmp_path: Path) -> None:
    _one_line(on("map", "treasure", "-o", str(tmp_path / "x.html")), "treasure", "projects")
    assert list(tmp_path.glob("*.html")) == []
