"""The wiring: settings become a database, a policy, rules and a way to make changes. Nothing else constructs things."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from geoservice import clock
from geoservice.access.policy import DEFAULT_POLICY, Policy, read_policy
from geoservice.availability.rules import RuleSet, load_rules
from geoservice.basemaps import Basemaps, open_basemaps
from geoservice.db import Database, Limits, Work, open_database
from geoservice.db.migrate import current_revision, upgrade
from geoservice.demolition.procedure import Procedures, load_procedures
from geoservice.demolition.workdays import WorkCalendar, load_holidays
from geoservice.registry import settings as stored
from geoservice.registry.audit_heads import HeadFile
from geoservice.settings import Settings
from geoservice.upkeep import Progress, subscribers
from geoservice.vault import Vault, open_vault, read_keys


@dataclass(frozen=True)
class Service:
    """An assembled service.

    Attributes
    ----------
    settings : Settings
        What was set.
    database : Database
        Where everything is.
    policy : Policy
        Who sees what.
    rules : RuleSet
        What makes land available.
    vault : Vault or None
        Where personal fields and original files are; ``None`` where none is configured.
    procedures : Procedures
        The steps and periods of expropriation.
    calendar : WorkCalendar
        Which days are worked.
    """

    settings: Settings
    database: Database
    policy: Policy
    rules: RuleSet
    vault: Vault | None = None
    procedures: Procedures = field(default_factory=load_procedures)
    calendar: WorkCalendar = field(default_factory=load_holidays)

    def work(self, progress: Progress | None = None) -> Work:
        """Return the way to make changes, with everything a change sets off wired in."""
        heads = self.heads
        return Work(
            self.database, subscribers(self.rules, progress), () if heads is None else (heads.witness,)
        )

    @cached_property
    def basemaps(self) -> Basemaps:
        """Return the base maps of others; opened when first asked for, since most commands draw no map."""
        return open_basemaps(self.settings)

    @property
    def heads(self) -> HeadFile | None:
        """Return where the heads of the audit log are written outside the database."""
        path = self.settings.audit_heads
        if path is None and self.database.path is not None:
            path = self.database.path.with_name(f"{self.database.path.name}.heads")
        return None if path is None else HeadFile(path)

    @property
    def answers_file(self) -> Path | None:
        """Return where tiles and lists are kept between starts, ``None`` for nowhere."""
        path = self.settings.answers_file
        if path is None and self.database.path is not None:
            path = self.database.path.with_name(f"{self.database.path.name}.answers")
        return path

    def close(self) -> None:
        """Close the database."""
        self.database.close()


def open_service(settings: Settings) -> Service:
    """Assemble the service: open the database, bring its schema up to date, read policy and rules."""
    policy = read_policy(settings.policy_file or DEFAULT_POLICY)
    rules = load_rules(settings.rules_file)
    procedures, calendar = load_procedures(settings.procedures_file), load_holidays(settings.holidays_file)
    database = open_database(settings.database_url, _limits(settings))
    with database.read() as connection:
        made_anew = current_revision(connection) is None
    upgrade(database)
    with database.write() as connection:
        stored.ensure_signing_key(connection, clock.now())
    service = Service(settings, database, policy, rules, vault_of(settings), procedures, calendar)
    if made_anew and service.heads is not None:
        service.heads.begin(clock.now())
    return service


def vault_of(settings: Settings) -> Vault | None:
    """Return the vault, ``None`` where no folder is set; one that is set and unsafe stops the start."""
    if settings.vault_dir is None:
        return None
    return open_vault(settings.vault_dir, read_keys(settings.vault_key_file, settings.vault_key))


def _limits(settings: Settings) -> Limits:
    return Limits(
        connections=settings.database_connections,
        wait_s=settings.database_wait_s,
        query_s=settings.query_timeout_s,
        slow_query_s=settings.slow_query_ms / 1000,
    )
