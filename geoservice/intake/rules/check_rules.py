"""The rules of a check: shipped, then the city's, then the profile's."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, cast

from geoservice.intake.errors import refuse
from geoservice.intake.findings import SEVERITIES, Finding, Severity
from geoservice.intake.suggest import suggest

Origin: TypeAlias = Literal["default", "city", "profile"]
OFF: Final = "off"
_TEXTS: Final = frozenset({"zh", "en"})


@dataclass(frozen=True, slots=True)
class CheckRule:
    """One rule.

    Attributes
    ----------
    code : str
        The findings it decides on.
    severity : {"error", "warning", "info", "off"}
    params : mapping
        Tolerances, units in their names.
    zh, en : str
        What is looked at.
    origin : {"default", "city", "profile"}
        Who set it last.
    """

    code: str
    severity: str
    params: Mapping[str, float]
    zh: str
    en: str
    origin: Origin = "default"


@dataclass(frozen=True)
class CheckRules:
    """All rules by code."""

    rules: Mapping[str, CheckRule]

    def on(self, code: str) -> bool:
        """Tell whether it is worth looking at all."""
        return self.rules[code].severity != OFF

    def number(self, code: str, name: str) -> float:
        """Return a parameter of a rule."""
        return self.rules[code].params[name]

    def judged(self, found: Iterable[Finding]) -> list[Finding]:
        """Return findings with the severity their rule gives them, without those that are off; O(n).

        What has no rule keeps its own severity, and a finding about the whole file is never made lighter.
        """
        kept = []
        for one in found:
            rule = self.rules.get(one.code)
            if rule is None or one.row is None or rule.origin == "default":
                kept.append(one)
            elif rule.severity != OFF:
                kept.append(replace(one, severity=cast("Severity", rule.severity)))
        return kept

    def said(self, table: Any, origin: Origin, where: str) -> CheckRules:
        """Return the rules with what a file or mapping says put in their place.

        Raises
        ------
        IntakeRefused
            A rule, severity or parameter that does not exist.

        Examples
        --------
        >>> shipped().said({"sliver": "off"}, "city", "checks.toml").on("sliver")
        False
        """
        if not table:
            return self
        if not isinstance(table, Mapping):
            raise _wrong(f"{where} 应是一个表")
        changed = {
            code: _changed(self._rule(code, where), said, origin, where) for code, said in table.items()
        }
        return CheckRules({**self.rules, **changed})

    def to_json(self) -> list[dict[str, Any]]:
        """Return all rules as a report shows them."""
        return [
            {"code": r.code, "severity": r.severity, "params": dict(r.params), "origin": r.origin}
            for r in self.rules.values()
        ]

    def _rule(self, code: str, where: str) -> CheckRule:
        if code not in self.rules:
            hint, _ = suggest(code, self.rules)
            raise _wrong(f"{where} 里没有“{code}”这条规则；{hint}可用：{'、'.join(self.rules)}")
        return self.rules[code]


@lru_cache(maxsize=1)
def shipped() -> CheckRules:
    """Return the rules as they are delivered."""
    said = tomllib.loads((files(__package__) / "rules.toml").read_text("utf-8"))
    return CheckRules({code: _shipped(code, table) for code, table in said.items()})


def read_check_rules(path: Path | None) -> CheckRules:
    """Return the shipped rules with a city's own file over them.

    Raises
    ------
    IntakeRefused
        The file is absent, no TOML, or sets what does not exist.
    """
    if path is None:
        return shipped()
    if not path.is_file():
        raise refuse("file_absent", value=path.name)
    try:
        said = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(f"{path.name}：{error}") from error
    return shipped().said(said, "city", path.name)


def _shipped(code: str, table: Mapping[str, Any]) -> CheckRule:
    params = {k: float(v) for k, v in table.items() if k not in _TEXTS | {"severity"}}
    return CheckRule(code, table["severity"], params, table["zh"], table["en"])


def _changed(rule: CheckRule, said: Any, origin: Origin, where: str) -> CheckRule:
    if isinstance(said, str):
        said = {"severity": said}
    if not isinstance(said, Mapping):
        raise _wrong(f"{where} 的 {rule.code} 应写 error、warning、info、off 或一个表")
    severity = said.get("severity", rule.severity)
    if severity not in (*SEVERITIES, OFF):
        raise _wrong(f"{where} 的 {rule.code} = “{severity}”；可用：error、warning、info、off")
    params = dict(rule.params)
    for name, value in said.items():
        if name == "severity":
            continue
        if name not in params:
            raise _wrong(f"{where} 的 {rule.code} 没有参数“{name}”；可用：{'、'.join(params) or '无'}")
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e9:
            raise _wrong(f"{where} 的 {rule.code}.{name} 应是不小于 0 的数，写的是“{value}”")
        params[name] = float(value)
    return replace(rule, severity=severity, params=params, origin=origin)


def _wrong(value: str) -> Exception:
    return refuse("mapping_invalid", value=value, how="改正后重试。", how_en="Correct it.")
