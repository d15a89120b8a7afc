"""``geoservice export``: write what a question finds into one file, in the format its name asks for."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from geoservice.access.accounts import find_account
from geoservice.access.principals import Principal, Scope
from geoservice.cli.context import DatabaseOption, err, opened, out, progress_bar
from geoservice.errors import InvalidInput, NotFound
from geoservice.exports.export import Exported, Order, export
from geoservice.exports.formats import FORMATS, writer_for, writer_named
from geoservice.exports.record import record_export
from geoservice.exports.sheet import Choices
from geoservice.model.vocabulary import Role, ScopeKind
from geoservice.registry.collections import COLLECTIONS, Collection
from geoservice.registry.features import FeatureQuery
from geoservice.service import Service
from geoservice.web.questions import Narrowing, filters_of, parameters_of

_FORMATS = f"One of: {', '.join(FORMATS)}; default by the end of the file's name."


def export_file(
    collection: Annotated[str, typer.Argument(help=f"One of: {', '.join(COLLECTIONS)}.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")],
    format: Annotated[str | None, typer.Option("--format", "-f", help=_FORMATS)] = None,
    crs: Annotated[
        str | None, typer.Option(help="Reference system, such as EPSG:4528; default that of the format.")
    ] = None,
    fields: Annotated[
        str | None, typer.Option(help="Fields by the API's names, separated by commas.")
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", "-w", help="A filter of the API, name=value; may be given several times."),
    ] = None,
    datetime: Annotated[str | None, typer.Option(help="The day, 2026-09-30; default today.")] = None,
    known_on: Annotated[str | None, typer.Option(help="Only what was known at the end of this day.")] = None,
    role: Annotated[str | None, typer.Option(help="What the file may show: the view of this role.")] = None,
    account: Annotated[
        str | None, typer.Option("--as", help="Or the view of this account, with its part of the city.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Of texts: utf-8 (default), gbk or gb18030; boundary TXT: default gbk.")
    ] = None,
    bom: Annotated[
        bool, typer.Option(help="Begin CSV with a byte-order mark, by which Excel knows it.")
    ] = True,
    headings: Annotated[str | None, typer.Option(help="CSV: code (default) or zh.")] = None,
    wkt: Annotated[bool | None, typer.Option(help="CSV and Excel: carry the shape as WKT.")] = None,
    database: DatabaseOption = None,
) -> None:
    """Write a collection into a file: the rows and fields a role sees, on any day, in any format.

    Without --role and --as the file shows what everybody may see. Every export stands in the audit log.

    Example: `geoservice export parcels -o 宗地.gpkg --role land --crs EPSG:4528 --where state=clear`
    """
    wanted = _collection(collection)
    writer = writer_named(format) if format else writer_for(output)
    asked = _parameters(wanted, {**_filters(where or []), "datetime": datetime, "known_on": known_on})
    names = tuple(part.strip() for part in fields.split(",") if part.strip()) if fields else ()
    choices = Choices(encoding or ("gbk" if writer.name == "txt" else "utf-8"), bom, _headings(headings), wkt)
    with opened(database) as service:
        principal = _principal(service, role, account)
        service.policy.require(principal, "exports:read")
        view = service.policy.view(principal, wanted.name)
        query = FeatureQuery(wanted, asked.moment(), principal, view, filters_of(wanted, asked))
        done = _write(service, Order(query, writer, names, crs, choices), output)
    for note in done.notes:
        err.print(f"! {note.text}\n  {note.text_en}", style="yellow", highlight=False)
    out.print(f"{output} ({done.rows:,} 行, {done.crs}, {principal.role.zh})", highlight=False)


def _write(service: Service, order: Order, output: Path) -> Exported:
    """Write beside the target and move it there when it is whole and recorded."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".export-", dir=output.parent) as folder:
        path = Path(folder) / f"export{order.writer.suffix}"
        with progress_bar() as bar, service.database.read() as connection:
            task = bar.add_task(f"{order.query.collection.zh} → {order.writer.title}", total=None)
            tell = lambda count, total: bar.update(task, completed=count, total=total)  # noqa: E731
            done = export(connection, order, path, service.policy.exports, tell)
        record_export(service.work(), order, done, output.name)
        path.replace(output)
    return done


def _collection(name: str) -> Collection:
    if name not in COLLECTIONS:
        raise InvalidInput("There is no such collection", name, f"Use one of: {', '.join(COLLECTIONS)}.")
    return COLLECTIONS[name]


def _filters(where: list[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in where]
    wrong = [name for name, sign, _ in pairs if not sign]
    if wrong:
        raise InvalidInput("--where needs name=value", wrong[0], "Write --where state=clear.")
    return {name.strip(): value for name, _, value in pairs}


def _parameters(collection: Collection, given: dict[str, Any]) -> Narrowing:
    """Read filters as the API reads its parameters."""
    try:
        return parameters_of(collection).model_validate(
            {name: value for name, value in given.items() if value is not None}
        )
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        known = ", ".join(one for one in ("bbox", "q", *collection.equal, "area_min_m2", "area_max_m2"))
        raise InvalidInput(
            f"--where {name}: {first['msg']}", given.get(name), f"Filters are: {known}."
        ) from None


def _principal(service: Service, role: str | None, account: str | None) -> Principal:
    if role is not None and account is not None:
        raise InvalidInput(
            "The file is for a role or for an account", f"{role}, {account}", "Name one of them."
        )
    if account is not None:
        with service.database.read() as connection:
            found = find_account(connection, account)
        if found is None:
            raise NotFound("There is no such account", account, "List accounts with: geoservice user list.")
        return found
    viewer = Role.recognise(role or Role.PUBLIC.value)
    if viewer is None:
        raise InvalidInput("There is no such role", role, f"Use one of: {', '.join(Role)}.")
    return Principal(f"operator as {viewer.value}", viewer, (Scope(ScopeKind.CITY),))


def _headings(text: str | None) -> str | None:
    if text not in (None, "code", "zh"):
        raise InvalidInput("There are no such headings", text, "Use code or zh.")
    return text
