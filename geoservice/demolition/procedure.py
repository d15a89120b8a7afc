"""Procedures of expropriation as data: their steps in order, and the periods and orders law asks for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from geoservice.demolition.workdays import PERIODS, Period
from geoservice.errors import InvalidInput

DEFAULT_PROCEDURES: Final = Path(__file__).with_name("procedures") / "default.toml"
Check = Literal["min_days", "max_days", "before"]
_CHECKS: Final = ("min_days", "max_days", "before")
_SEVERITIES: Final = ("error", "warning")


@dataclass(frozen=True)
class Step:
    """One step: its code, what it is called, and the clause that asks for it."""

    code: str
    zh: str
    en: str
    source: str
    optional: bool = False


@dataclass(frozen=True)
class ProcedureRule:
    """What must hold between two steps; see the head of the shipped file."""

    code: str
    check: Check
    start: str
    end: str
    severity: str
    zh: str
    en: str
    source: str
    days: int = 0
    unit: Period = "calendar"


@dataclass(frozen=True)
class Procedure:
    """A procedure.

    Attributes
    ----------
    code, zh, en, source : str
        The track of its milestones, its names, and the law it follows.
    land_kind : str
        The kind of land whose tasks follow it.
    steps : tuple of Step
        In their usual order.
    rules : tuple of ProcedureRule
    """

    code: str
    zh: str
    en: str
    source: str
    land_kind: str
    steps: tuple[Step, ...]
    rules: tuple[ProcedureRule, ...]

    def step(self, text: str) -> Step | None:
        """Return the step a code or a name means, ``None`` where there is none."""
        wanted = text.strip().casefold()
        return next((s for s in self.steps if wanted in (s.code, s.zh.casefold(), s.en.casefold())), None)


@dataclass(frozen=True)
class Procedures:
    """All procedures by code, and the version of the file they come from."""

    by_code: Mapping[str, Procedure]
    version: str

    def of_land(self, land_kind: str | None) -> Procedure | None:
        """Return the procedure of a kind of land."""
        return next((p for p in self.by_code.values() if p.land_kind == land_kind), None)

    def find(self, text: str) -> Procedure | None:
        """Return the procedure a code, a name or a kind of land means."""
        wanted = text.strip().casefold()
        return next(
            (
                p
                for p in self.by_code.values()
                if wanted in (p.code, p.zh.casefold(), p.en.casefold(), p.land_kind)
            ),
            None,
        )


def load_procedures(path: Path | None = None) -> Procedures:
    """Read and check a file of procedures.

    Parameters
    ----------
    path : Path, optional
        Another file than the shipped one.

    Raises
    ------
    InvalidInput
        Naming the procedure and the rule that is wrong.
    """
    place = path or DEFAULT_PROCEDURES
    try:
        document = tomllib.loads(place.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidInput(
            "The file of procedures cannot be read", f"{place}: {error}", "Correct it."
        ) from None
    version = str(document.pop("version", ""))
    if not version or not document:
        raise InvalidInput("The file of procedures names no version or no procedure", place, "Add both.")
    found = {code: _procedure(code, said) for code, said in document.items()}
    return Procedures(MappingProxyType(found), version)


def _procedure(code: str, said: Any) -> Procedure:
    try:
        steps = tuple(Step(**step) for step in said["steps"])
        rules = tuple(_rule(code, rule, {step.code for step in steps}) for rule in said.get("rules", ()))
        return Procedure(code, said["zh"], said["en"], said["source"], said["land_kind"], steps, rules)
    except (KeyError, TypeError) as error:
        raise InvalidInput(
            f"The procedure [{code}] is incomplete", error, "See the head of the file."
        ) from None


def _rule(procedure: str, said: dict[str, Any], steps: set[str]) -> ProcedureRule:
    rule = ProcedureRule(start=said.pop("from"), end=said.pop("to"), **said)
    where = f"[{procedure}] {rule.code}"
    choices = (("check", _CHECKS), ("severity", _SEVERITIES), ("unit", PERIODS))
    for name, allowed in choices:
        if getattr(rule, name) not in allowed:
            raise InvalidInput(
                f"{where}: {name} is unknown", getattr(rule, name), f"Use: {', '.join(allowed)}."
            )
    unknown = {rule.start, rule.end} - steps
    if unknown:
        raise InvalidInput(f"{where} names no step", ", ".join(sorted(unknown)), "List it under steps.")
    if rule.check != "before" and rule.days <= 0:
        raise InvalidInput(f"{where} needs days", rule.days, "Write how many.")
    return rule
