"""``geoservice imports``: the record of every import, and undoing one as one step."""

from __future__ import annotations

from typing import Annotated

import typer

from geoservice.cli.context import DatabaseOption, opened, out
from geoservice.db.types import instant_text
from geoservice.errors import Conflict
from geoservice.model.vocabulary import ImportState
from geoservice.registry.import_runs import find_run, list_runs
from geoservice.registry.sealed import original_of
from geoservice.registry.undo import dependents, undo_import

app = typer.Typer(help="Imports made so far.", no_args_is_help=True, rich_markup_mode="markdown")

NumberArgument = Annotated[int, typer.Argument(help="Number of the import, as `list` shows it.")]


@app.command("list")
def list_imports(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, newest first.")] = 20,
    database: DatabaseOption = None,
) -> None:
    """List imports, newest first: number, when, who, what, file, state, rows.

    Example: `geoservice imports list --limit 50`
    """
    with opened(database) as service, service.database.read() as connection:
        for run in list_runs(connection, limit=limit):
            counts = run["counts"] or {}
            typer.echo(
                "\t".join(
                    str(part)
                    for part in (
                        run["id"],
                        instant_text(run["at"]),
                        run["actor"],
                        run["noun"] or "-",
                        run["file_name"],
                        run["state"],
                        f"{counts.get('to_load', 0)} rows",
                    )
                )
            )


@app.command("show")
def show(number: NumberArgument, database: DatabaseOption = None) -> None:
    """Show one import: file, hash, mapping, counts, findings, result, and what keeps it from being undone.

    Example: `geoservice imports show 12`
    """
    with opened(database) as service, service.database.read() as connection:
        run = find_run(connection, number)
        held = dependents(connection, number) if run["state"] == ImportState.PUBLISHED.value else []
        kept = original_of(connection, number)
    for name in ("id", "state", "noun", "file_name", "file_sha256", "size", "actor", "mapping_sha256"):
        typer.echo(f"{name}\t{run[name]}")
    typer.echo(f"at\t{instant_text(run['at'])}")
    result = {k: v for k, v in (run["result"] or {}).items() if k not in {"columns", "headings"}}
    for name, value in (("counts", run["counts"]), ("result", result)):
        typer.echo(f"{name}\t" + ", ".join(f"{key} {said}" for key, said in value.items()))
    for group in (run["findings"] or {}).get("groups", []):
        typer.echo(f"{group['severity']}\t{group['code']}\t{group['field'] or ''}\t{group['count']}")
    typer.echo(f"original\t{'sealed in the vault' if kept else 'beside the database, where one was kept'}")
    if run["undone_at"] is not None:
        typer.echo(f"undone\t{instant_text(run['undone_at'])}\t{run['undone_by']}\t{run['undo_reason']}")
    for one in held:
        typer.echo(f"depends\t{one.noun} {one.key}\t{one.what}\t{one.table}\t{one.at}")


@app.command("undo")
def undo(
    number: NumberArgument,
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why; the audit log keeps it.")],
    database: DatabaseOption = None,
) -> None:
    """Undo a published import as one step, while nothing later depends on it; nothing is destroyed.

    Example: `geoservice imports undo 12 --reason "wrong district"`
    """
    if not reason.strip():
        raise Conflict("Undoing needs a reason", None, "Say why with --reason.")
    with opened(database) as service:
        with service.database.read() as connection:
            name = find_run(connection, number)["file_name"]
        action = f"undo import {number} ({name})"
        with service.work().begin("operator", action, reason) as unit:
            moved = undo_import(unit, number, reason)
    said = ", ".join(f"{rows} {table}" for table, rows in moved.items()) or "nothing"
    out.print(f"Import {number} is undone: {said} restored.", highlight=False)
