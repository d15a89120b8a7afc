"""``geoservice vault``: where personal fields and original files are kept, renewed and erased."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from geoservice import clock
from geoservice.access.principals import OPERATOR
from geoservice.cli.context import DatabaseOption, opened, out
from geoservice.errors import InvalidInput, NotFound
from geoservice.registry import sealed
from geoservice.registry.reads import reads, require_reason
from geoservice.service import Service
from geoservice.settings import read_settings
from geoservice.vault import Vault, VaultRefused, new_key_file, open_vault, read_keys, rotate_key_file

app = typer.Typer(
    help="The encrypted store of personal fields and original files.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
ReasonOption = Annotated[str | None, typer.Option(help="Why; the audit log keeps it.")]


@app.command("init")
def init(
    folder: Annotated[Path, typer.Argument(help="Folder of the vault; made if absent.")],
    key_file: Annotated[Path, typer.Argument(help="Key file; made, for its owner alone. Keep it elsewhere.")],
) -> None:
    """Make a vault and its key file, and say which settings name them.

    Example: `geoservice vault init /srv/geoservice/vault /etc/geoservice/vault.key`
    """
    if key_file.absolute().is_relative_to(folder.absolute()):
        raise InvalidInput(
            "The key would lie inside the vault", key_file, "Keep it elsewhere: a copy of one is then no use."
        )
    open_vault(folder, new_key_file(key_file))
    out.print(f"GEOSERVICE_VAULT_DIR={folder.absolute()}", highlight=False)
    out.print(f"GEOSERVICE_VAULT_KEY_FILE={key_file.absolute()}", highlight=False)


@app.command("status")
def status(database: DatabaseOption = None) -> None:
    """Say how many records are sealed, and whether any that the database names is missing.

    Example: `geoservice vault status`
    """
    with opened(database) as service:
        vault = _vault(service)
        with service.database.read() as connection:
            named = sealed.named_records(connection)
        held = vault.records()
        out.print(f"named\t{len(named)}\nunnamed\t{len(held - named)}\nmissing\t{len(named - held)}")
    if named - held:
        raise NotFound("Records are missing from the vault", len(named - held), "Restore it from a backup.")


@app.command("rotate")
def rotate() -> None:
    """Wrap every record by a fresh key, and forget the older ones.

    With keys from the environment: put the fresh key last, run this, then take the older ones away.

    Example: `geoservice vault rotate`
    """
    settings = read_settings()
    if settings.vault_dir is None:
        raise _unset()
    ring = read_keys(settings.vault_key_file, settings.vault_key)
    vault = open_vault(settings.vault_dir, ring)
    if settings.vault_key_file is None:
        number = vault.rotate(ring)
        out.print(f"{number} records are wrapped by {ring.active}. The other keys can go.", highlight=False)
        return
    both = rotate_key_file(settings.vault_key_file)
    number = vault.rotate(both)
    rotate_key_file(settings.vault_key_file, keep=both)
    out.print(
        f"{number} records are wrapped by {both.active}; the older keys are forgotten.", highlight=False
    )


@app.command("erase")
def erase(
    key: Annotated[str, typer.Argument(help="Key of a unit (HU…), or `import:RUN` for an original file.")],
    reason: ReasonOption = None,
    database: DatabaseOption = None,
) -> None:
    """Erase the personal fields of a unit, or the original file of an import, for good.

    Example: `geoservice vault erase HU00000042 --reason "申请删除 2026-11-23"`
    """
    why = require_reason(reason)
    with opened(database) as service:
        vault = _vault(service)
        with service.work().begin(OPERATOR.name, f"erase {key}", why) as unit:
            if key.startswith("import:"):
                done = sealed.erase_original(unit, vault, [_run(key)])
            else:
                done = sealed.erase_personal(unit, vault, "demolition_unit", [key])
    if not done:
        raise NotFound("Nothing is sealed about this", key, "Check the key.")
    out.print(f"{key} is erased.", highlight=False)


@app.command("sweep")
def sweep(database: DatabaseOption = None) -> None:
    """Erase sealed records older than a day that nothing names: replaced ones, and those of failed changes.

    Example: `geoservice vault sweep`
    """
    with opened(database) as service:
        vault = _vault(service)
        with service.database.read() as connection:
            named = sealed.named_records(connection)
        out.print(f"{vault.sweep(named, clock.now() - timedelta(days=1))} records erased.", highlight=False)


@app.command("log")
def log(
    subject: Annotated[str | None, typer.Argument(help="Only reads of this key.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=10_000)] = 50,
    database: DatabaseOption = None,
) -> None:
    """List who read which units or files, and why; newest first.

    Example: `geoservice vault log HU00000042`
    """
    with opened(database) as service, service.database.read() as connection:
        for entry in reads(connection, subject=subject, limit=limit):
            what = entry["keys"][0] if entry["number"] == 1 else f"{entry['number']} {entry['subject_noun']}"
            words = (entry["at"], entry["actor"], entry["role"], entry["action"], what, entry["reason"] or "")
            typer.echo("\t".join(words))


def _vault(service: Service) -> Vault:
    if service.vault is None:
        raise _unset()
    return service.vault


def _unset() -> VaultRefused:
    return VaultRefused(
        "No vault is set", None, "Set GEOSERVICE_VAULT_DIR, or make one: geoservice vault init."
    )


def _run(key: str) -> int:
    number = key.removeprefix("import:")
    if not number.isdigit():
        raise InvalidInput("This is no number of an import", number, "Write import:42.")
    return int(number)
