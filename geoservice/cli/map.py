"""``geoservice map``: draw a named map into one file that opens from disk."""

from __future__ import annotations

import hashlib
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from geoservice.access.principals import Principal, Scope
from geoservice.cli.context import DatabaseOption, opened, out
from geoservice.db.types import json_text
from geoservice.errors import InvalidInput
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.registry.moment import Moment
from geoservice.service import Service
from geoservice.vault import require_passphrase
from geoservice.web.questions import parse_day
from geoservice.web.single_file import DEFAULT_DAYS, Handover, locked_file, single_file


def draw_map(
    name: Annotated[str, typer.Argument(help="A map of the maps folder, such as projects.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The HTML file to write.")],
    role: Annotated[str, typer.Option(help="What the file may show: the view of this role.")] = "public",
    datetime: Annotated[str | None, typer.Option(help="The day shown, 2026-09-30; default today.")] = None,
    lang: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    recipient: Annotated[
        str | None, typer.Option("--for", help="Whom an internal file is for; stands in the watermark.")
    ] = None,
    days: Annotated[
        int | None, typer.Option(help=f"How many days an internal file opens; default {DEFAULT_DAYS}.")
    ] = None,
    passphrase_file: Annotated[
        Path | None,
        typer.Option(help="A file whose first line opens an internal file; without it, it is asked for."),
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Write a named map as one HTML file that opens from disk, without network.

    Without --role it holds what the public may see. The view of any other role is locked by a passphrase, carries a
    watermark, opens until a day, and stands in the audit log.

    Example: `geoservice map projects -o city.html`
    """
    viewer = Role.recognise(role)
    if viewer is None:
        raise InvalidInput("There is no such role", role, f"Use one of: {', '.join(Role)}.")
    if lang not in ("zh", "en"):
        raise InvalidInput("There is no such language", lang, "Use zh or en.")
    moment = Moment.today() if datetime is None else Moment(parse_day(datetime, "--datetime"))
    principal = Principal(f"file for {viewer.value}", viewer, (Scope(ScopeKind.CITY),))
    with opened(database) as service:
        if viewer is Role.PUBLIC:
            _require_none(("--for", recipient), ("--days", days), ("--passphrase-file", passphrase_file))
            html, until = single_file(service, principal, name, moment, lang), None
        else:
            handover = Handover(
                _passphrase(passphrase_file),
                DEFAULT_DAYS if days is None else days,
                (recipient or "").strip(),
            )
            html, until = locked_file(service, principal, name, moment, lang, handover)
            _record(service, principal, name, output, moment, until, handover.recipient)
    _write(output, html)
    terms = "" if until is None else f", 口令打开, 有效至 {until}"
    out.print(f"{output} ({len(html.encode()) / 1e6:.1f} MB, {viewer.zh}{terms})", highlight=False)


def _require_none(*given: tuple[str, object]) -> None:
    for option, value in given:
        if value is not None:
            raise InvalidInput(
                f"{option} is for internal files", value, "Name the role with --role, or leave it out."
            )


def _passphrase(file: Path | None) -> str:
    """Return the passphrase: from the file, else typed twice; never from an argument that others could list."""
    if file is not None:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            raise InvalidInput(
                "The passphrase file cannot be read",
                file,
                "Write the passphrase into its first line, as UTF-8.",
            ) from None
        return require_passphrase(lines[0] if lines else "")
    if not sys.stdin.isatty():
        raise InvalidInput(
            "An internal file needs a passphrase", None, "Name a file that holds it with --passphrase-file."
        )
    return require_passphrase(typer.prompt("口令 · passphrase", hide_input=True, confirmation_prompt=True))


def _record(
    service: Service,
    principal: Principal,
    name: str,
    output: Path,
    moment: Moment,
    until: date,
    recipient: str,
) -> None:
    """Append the audit entry; an internal file that cannot be recorded is not written."""
    about = json_text(
        {
            "file": output.name,
            "role": principal.role.value,
            "datetime": moment.day.isoformat(),
            "until": until.isoformat(),
            **({"for": recipient} if recipient else {}),
        }
    )
    with service.work().begin(principal.name, f"map {name} as one file", about) as unit:
        unit.touch("export", [hashlib.sha256(about.encode()).hexdigest()])


def _write(output: Path, html: str) -> None:
    output.parent.mkdir(parents=True, exist_ok=True)
    temporary = output.with_name(f".{output.name}.part")
    temporary.write_text(html, encoding="utf-8")
    temporary.replace(output)
