"""Read a mapping from TOML, and say what is wrong with it in the words of its own keys."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Final, cast, get_args

from geoservice.errors import NotFound
from geoservice.intake.clean import terms
from geoservice.intake.errors import refuse
from geoservice.intake.mapping import (
    LINK_SEPARATOR,
    FieldRule,
    GeometryRule,
    JoinRule,
    LinksRule,
    Mapping,
    MonthsRule,
    Policy,
    SourceRule,
    StageRule,
    StatusRule,
)
from geoservice.intake.nouns import fields_of
from geoservice.intake.rules.check_rules import shipped
from geoservice.intake.suggest import suggest
from geoservice.model.nouns import noun
from geoservice.model.vocabulary import Stage

_TABLES: Final = (
    "noun",
    "source",
    "match",
    "fields",
    "stages",
    "stage_from_status",
    "side_state",
    "links",
    "join",
    "months",
    "extra",
    "layer",
    "checks",
)
_RULE: Final = ("column", "const", "template", "unit", "values", "default", "empty", "fallback", "format")
_UNITS: Final = ("m2", "mu", "ha", "km2", "sqft", "yuan", "wan", "yi", "fen")
_AGGREGATES: Final = ("first", "max", "sum")


def read_mapping(path: Path) -> Mapping:
    """Return the mapping a TOML file declares.

    Raises
    ------
    IntakeRefused
        The file is absent, no TOML, or names a noun, field, stage, unit or policy that does not exist.
    """
    if not path.is_file():
        raise refuse("file_absent", value=path.name)
    try:
        said = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise wrong(f"{path.name}：{error}", "按 TOML 语法改正。", "Correct the TOML syntax.") from error
    return parse_mapping(said)


def parse_mapping(said: dict[str, Any]) -> Mapping:
    """Return the mapping that a TOML document's plain data declares.

    Raises
    ------
    IntakeRefused
        As :func:`read_mapping`.

    Examples
    --------
    >>> parse_mapping({"noun": "parcel", "fields": {"parcel_number": "DKBH"}}).fields["parcel_number"].column
    'DKBH'
    """
    _only(said, _TABLES, "映射")
    name = _noun(said)
    fields = dict(_table(said, "fields"))
    if "side_state" in said:
        fields.setdefault("side_state", said["side_state"])
    geometry = _geometry(fields.pop("geometry", None))
    links = _links(said.get("links"), fields)
    match = _table(said, "match")
    _only(match, ("by", "duplicates"), "[match]")
    return Mapping(
        noun=name,
        source=_source(_table(said, "source")),
        geometry=geometry,
        fields={field: _rule(name, field, value) for field, value in fields.items()},
        match_by=_match_by(name, match.get("by")),
        duplicates=_policy(match.get("duplicates", "reject")),
        stages={s: _stage(s, t) for s, t in _table(said, "stages").items()},
        status=_status(said.get("stage_from_status")),
        links=links,
        join=_join(said.get("join")),
        months=_months(said.get("months")),
        extra=_extra(said.get("extra")),
        layer=_table(said, "layer"),
        checks=_checks(_table(said, "checks")),
    )


def wrong(value: str, how: str = "改正后重试。", how_en: str = "Correct it.") -> Exception:
    """Return the error for a mapping that does not hold, to be raised."""
    return refuse("mapping_invalid", value=value, how=how, how_en=how_en)


def _noun(said: dict[str, Any]) -> str:
    name = said.get("noun")
    if not isinstance(name, str):
        raise wrong("没有写 noun", '写明 noun，例如 noun = "parcel"。', "Say which noun, such as parcel.")
    try:
        return noun(name).name
    except NotFound as error:
        raise wrong(f'noun = "{name}"', error.remedy, error.remedy) from error


def _table(said: dict[str, Any], name: str) -> dict[str, Any]:
    value = said.get(name, {})
    if not isinstance(value, dict):
        raise wrong(f"[{name}] 应是一个表")
    return value


def _only(said: dict[str, Any], known: tuple[str, ...], where: str) -> None:
    for name in said:
        if name not in known:
            hint, _ = suggest(name, known)
            raise wrong(f"{where} 里没有“{name}”这一项；{hint}可用：{'、'.join(known)}")


def _rule(noun_name: str, field: str, value: Any) -> FieldRule:
    known = fields_of(noun(noun_name))
    if field not in known:
        hint, hint_en = suggest(field, known)
        raise refuse(
            "mapping_field_unknown",
            noun=noun_name,
            value=field,
            suggestion=hint,
            suggestion_en=hint_en,
            columns="、".join(known),
        )
    rule = rule_of(value, f"fields.{field}")
    _require_terms(noun_name, field, rule)
    return rule


def _require_terms(noun_name: str, field: str, rule: FieldRule) -> None:
    """Refuse a mapping that turns cells into words the vocabulary does not know."""
    vocabulary = noun(noun_name).vocabularies.get(field)
    if vocabulary is None:
        return
    for word in (*rule.values.values(), rule.const, rule.default):
        if word is not None and terms.recognise(vocabulary, str(word)) is None:
            known = "、".join(term.value for term in vocabulary)
            raise wrong(f"fields.{field} 里的“{word}”不在词表里；可用：{known}")


def rule_of(value: Any, where: str) -> FieldRule:
    """Return a rule written as a heading or as a table."""
    if isinstance(value, str):
        return FieldRule(column=value)
    if not isinstance(value, dict):
        return FieldRule(const=value)
    _only(value, _RULE, where)
    if not {"column", "const", "template"} & set(value):
        raise wrong(f"{where} 要写 column、const 或 template 之一")
    unit = value.get("unit")
    if unit is not None and unit not in _UNITS:
        raise wrong(f'{where} 的 unit = "{unit}"，可用：{"、".join(_UNITS)}')
    said = dict(value)
    said["values"] = {str(k): v for k, v in said.get("values", {}).items()}
    spare = said.get("fallback", ())
    said["fallback"] = (spare,) if isinstance(spare, str) else tuple(spare)
    said["empty"] = tuple(str(v) for v in said.get("empty", ()))
    return FieldRule(**said)


def _geometry(value: Any) -> GeometryRule:
    if value is None:
        return GeometryRule()
    if value is False:
        return GeometryRule(ignore=True)
    if not isinstance(value, dict):
        raise wrong("fields.geometry 应写 { wkt = … }、{ wkb = … }、{ x = …, y = … } 或 false")
    _only(value, ("wkt", "wkb", "x", "y"), "fields.geometry")
    return GeometryRule(**value)


def _source(said: dict[str, Any]) -> SourceRule:
    _only(said, ("layer", "sheet", "encoding", "crs", "header_row"), "[source]")
    rows = said.get("header_row", ())
    rows = (rows,) if isinstance(rows, int) else tuple(rows)
    if any(not isinstance(r, int) or r < 1 for r in rows):
        raise wrong("[source] 的 header_row 从 1 数起")
    crs = said.get("crs")
    return SourceRule(
        layer=said.get("layer") or said.get("sheet"),
        encoding=said.get("encoding"),
        crs=None if crs is None else str(crs),
        header_rows=rows,
    )


def _checks(said: dict[str, Any]) -> dict[str, Any]:
    shipped().said(said, "profile", "[checks]")
    return said


def _match_by(name: str, said: Any) -> tuple[str, ...]:
    by = (said,) if isinstance(said, str) else tuple(said or noun(name).identity)
    known = noun(name).fields
    for field in by:
        if field not in known:
            raise wrong(f"[match] by 里的“{field}”不是 {name} 的字段；可用：{'、'.join(known)}")
    return by


def _policy(said: Any) -> Policy:
    if said not in get_args(Policy):
        raise wrong(f'[match] duplicates = "{said}"，可用：{"、".join(get_args(Policy))}')
    return cast("Policy", said)


def _stage(stage: str, said: Any) -> StageRule:
    if stage not in {s.value for s in Stage}:
        raise wrong(f"[stages.{stage}] 不是项目阶段；可用：{'、'.join(s.value for s in Stage)}")
    if not isinstance(said, dict):
        raise wrong(f"[stages.{stage}] 应写 planned、actual")
    _only(said, ("planned", "actual", "evidence"), f"[stages.{stage}]")
    return StageRule(**{part: rule_of(value, f"stages.{stage}.{part}") for part, value in said.items()})


def _status(said: Any) -> StatusRule | None:
    if said is None:
        return None
    _only(said, ("column", "date", "values", "evidence"), "[stage_from_status]")
    if not {"column", "date", "values"} <= set(said):
        raise wrong("[stage_from_status] 要写 column、date、values")
    stages = {s.value for s in Stage}
    for word, stage in said["values"].items():
        if stage not in stages:
            raise wrong(f"[stage_from_status] 把“{word}”写成“{stage}”；可用：{'、'.join(stages)}")
    return StatusRule(said["column"], said["values"], str(said["date"]), said.get("evidence"))


def _links(said: Any, fields: dict[str, Any]) -> LinksRule | None:
    if said is None:
        return None
    _only(said, ("column", "separator", "scheme", "role"), "[links]")
    rule = LinksRule(**{"separator": LINK_SEPARATOR} | said)
    _pattern(rule.separator, "[links] separator")
    fields.pop("parcels", None)
    return rule


def _join(said: Any) -> JoinRule | None:
    if said is None:
        return None
    _only(said, ("file", "on", "columns", "aggregate", "sheet", "encoding"), "[join]")
    if not {"file", "on", "columns"} <= set(said):
        raise wrong("[join] 要写 file、on、columns")
    on = said["on"] if isinstance(said["on"], dict) else {"left": said["on"], "right": said["on"]}
    columns = said["columns"] if isinstance(said["columns"], dict) else {c: c for c in said["columns"]}
    how = said.get("aggregate", "first")
    aggregate = how if isinstance(how, dict) else dict.fromkeys(columns, how)
    if bad := [h for h in aggregate.values() if h not in _AGGREGATES]:
        raise wrong(f'[join] aggregate = "{bad[0]}"，可用：{"、".join(_AGGREGATES)}')
    return JoinRule(
        said["file"], on["left"], on["right"], columns, aggregate, said.get("sheet"), said.get("encoding")
    )


def _months(said: Any) -> MonthsRule | None:
    if said is None:
        return None
    _only(said, ("pattern", "unit", "year"), "[months]")
    rule = MonthsRule(**said)
    groups = _pattern(rule.pattern, "[months] pattern").groupindex
    if "month" not in groups or ("year" not in groups and rule.year is None):
        raise wrong("[months] 的 pattern 要有 (?P<month>…)，以及 (?P<year>…) 或另写 year")
    return rule


def _pattern(text: str, where: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise wrong(f"{where} 不是正则表达式：{error}") from error


def _extra(said: Any) -> tuple[str, ...]:
    if said is None:
        return ()
    columns = said.get("columns", ()) if isinstance(said, dict) else said
    return (columns,) if isinstance(columns, str) else tuple(columns)
