"""Rules as data: read a versioned TOML file, check every key, and say plainly what is wrong with it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

# Importing the predicates registers them.
import geoservice.availability.layer_predicates
import geoservice.availability.predicates
import geoservice.availability.readiness_predicates  # noqa: F401
from geoservice.availability.errors import RulesInvalid
from geoservice.availability.predicate import PREDICATES, REQUIRED, Param, Predicate

EFFECTS: Final = ("block", "condition", "note")
RESTRICTED: Final = "restricted"
OMITTED: Final = "omitted"
_KEYS: Final = {"code", "predicate", "params", "effect", "unit", "text", "public"}
_COMMON: Final = {"until": "2026-09-30", "until_en": "2026-09-30"}


@dataclass(frozen=True)
class Rule:
    """One reason why a parcel may not, or not yet, or not wholly be free.

    Attributes
    ----------
    code : str
        What machines call the reason.
    predicate : Predicate
    params : mapping
        The predicate's parameters, defaults filled in.
    effect : str
        ``block`` takes the struck area away, ``condition`` leaves it with a condition, ``note`` only tells.
    unit : str
        责任单位, unless the record itself names one.
    text_zh, text_en : str
        With the placeholders the predicate offers.
    public : mapping or None
        What everybody may read: ``{"code": "restricted"}``, or a code with texts of its own; ``None``
        nothing.
    """

    code: str
    predicate: Predicate
    params: Mapping[str, Any]
    effect: str
    unit: str
    text_zh: str
    text_en: str
    public: Mapping[str, str] | None


@dataclass(frozen=True)
class RuleSet:
    """A version of the rules, in the order in which reasons are told.

    ``remnant_m2``: what is left of a parcel below this area is noise of digitising, not usable land.
    """

    version: str
    remnant_m2: float
    rules: tuple[Rule, ...]


def load_rules(path: Path | None = None) -> RuleSet:
    """Read a rule file, by default the one that comes with the service.

    Raises
    ------
    RulesInvalid
        The file cannot be read, is no TOML, or a rule is wrong; names rule, key and value.

    Examples
    --------
    >>> load_rules().rules[0].code
    'state_unknown'
    """
    try:
        if path is None:
            text = (resources.files("geoservice.availability") / "rules" / "default.toml").read_text("utf-8")
        else:
            text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RulesInvalid(
            f"The rule file cannot be read ({error})", path, "Give a TOML file in UTF-8."
        ) from error
    return parse_rules(text)


def parse_rules(text: str) -> RuleSet:
    """Read rules from TOML text; see :func:`load_rules`."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulesInvalid("The rules are no valid TOML", error, "Mend that line.") from error
    unknown = set(data) - {"version", "remnant_m2", "rule"}
    if unknown:
        raise RulesInvalid("The rules have unknown keys", ", ".join(sorted(unknown)), "Remove them.")
    version = data.get("version")
    if not isinstance(version, str) or not version:
        raise RulesInvalid(
            "The rules have no version", version, 'Write version = "…" and change it with every edit.'
        )
    remnant_m2 = data.get("remnant_m2", 1.0)
    problem = Param(float).problem(remnant_m2)
    if problem:
        raise RulesInvalid(f"remnant_m2 {problem}", remnant_m2, "Write square metres.")
    tables = data.get("rule", [])
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise RulesInvalid("There is no rule", remedy="Write at least one [[rule]] table.")
    rules = tuple(_rule(table, number) for number, table in enumerate(tables, 1))
    _refuse_twins(rules)
    return RuleSet(version, float(remnant_m2), rules)


def _refuse_twins(rules: tuple[Rule, ...]) -> None:
    codes = [rule.code for rule in rules]
    twins = sorted({code for code in codes if codes.count(code) > 1})
    if twins:
        raise RulesInvalid("Two rules have one code", ", ".join(twins), "Give each rule a code of its own.")


def _rule(table: Mapping[str, Any], number: int) -> Rule:
    code = table.get("code")
    where = f"Rule {number} ({code})" if isinstance(code, str) and code else f"Rule {number}"
    if not isinstance(code, str) or not code:
        raise RulesInvalid(
            f"{where}: key code is missing", code, 'Name the reason, for example code = "seized".'
        )
    unknown = set(table) - _KEYS
    if unknown:
        raise RulesInvalid(
            f"{where}: unknown key", ", ".join(sorted(unknown)), f"Use {', '.join(sorted(_KEYS))}."
        )
    predicate = PREDICATES.get(_text(where, table, "predicate"))
    if predicate is None:
        known = ", ".join(sorted(PREDICATES))
        raise RulesInvalid(f"{where}: unknown predicate", table["predicate"], f"Use one of: {known}.")
    effect = _text(where, table, "effect")
    if effect not in EFFECTS:
        raise RulesInvalid(f"{where}: unknown effect", effect, f"Use one of: {', '.join(EFFECTS)}.")
    zh, en = _texts(where, table, "text", predicate)
    return Rule(
        code,
        predicate,
        _params(where, predicate, table.get("params", {})),
        effect,
        _text(where, table, "unit"),
        zh,
        en,
        _public(where, code, effect, table),
    )


def _text(where: str, table: Mapping[str, Any], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise RulesInvalid(f"{where}: key {key} must be a text", value, f'Write {key} = "…".')
    return value


def _params(where: str, predicate: Predicate, given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise RulesInvalid(f"{where}: key params must be a table", given, "Write params = { … }.")
    unknown = set(given) - set(predicate.params)
    if unknown:
        known = ", ".join(predicate.params) or "none"
        raise RulesInvalid(
            f"{where}: unknown parameter", ", ".join(sorted(unknown)), f"{predicate.name} takes: {known}."
        )
    return {name: _param(where, name, param, given) for name, param in predicate.params.items()}


def _param(where: str, name: str, param: Param, given: Mapping[str, Any]) -> Any:
    if name not in given:
        if param.default is REQUIRED:
            raise RulesInvalid(f"{where}: parameter {name} is missing", remedy=f"Add {name} to params.")
        return param.default
    problem = param.problem(given[name])
    if problem:
        raise RulesInvalid(f"{where}: parameter {name} {problem}", given[name], "Correct the value.")
    return given[name]


def _texts(where: str, table: Mapping[str, Any], key: str, predicate: Predicate | None) -> tuple[str, str]:
    """Return both texts, each formatted once with specimens to prove its placeholders."""
    texts = table.get(key)
    if not isinstance(texts, dict) or not {"zh", "en"} <= set(texts):
        raise RulesInvalid(f"{where}: key {key} needs zh and en", texts, f"Write {key}.zh and {key}.en.")
    offered = {} if predicate is None else {**predicate.placeholders, **_COMMON}
    for language in ("zh", "en"):
        text = _text(where, texts, language)
        try:
            text.format_map(offered)
        except (KeyError, IndexError, ValueError, AttributeError) as error:
            names = ", ".join(f"{{{name}}}" for name in offered) or "no placeholders"
            raise RulesInvalid(
                f"{where}: {key}.{language} has a wrong placeholder ({error})", text, f"It may use {names}."
            ) from error
    return texts["zh"], texts["en"]


def _public(where: str, code: str, effect: str, table: Mapping[str, Any]) -> Mapping[str, str] | None:
    public = table.get("public")
    if public == RESTRICTED:
        return {"code": RESTRICTED}
    if public == OMITTED and effect == "note":
        return None
    if isinstance(public, dict) and set(public) <= {"code", "zh", "en"}:
        zh, en = _texts(where, table, "public", None)
        return {"code": public.get("code", code), "text": zh, "text_en": en}
    remedy = f'Write public = "{RESTRICTED}" or {{ zh = "…", en = "…" }}; a note may be "{OMITTED}".'
    raise RulesInvalid(f"{where}: key public does not say what everybody may read", public, remedy)
