"""Mappings as plain data: what a record keeps of an import, turned into a mapping again."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, Final

from geoservice.intake.mapping import Mapping
from geoservice.intake.mapping_file import parse_mapping, wrong

_AS_IS: Final = ("stages", "months", "layer", "fields")
_KNOWN: Final = frozenset(
    {"noun", "source", "geometry", "match_by", "duplicates", "status", "links", "join", "extra", *_AS_IS}
)


def mapping_from_json(said: dict[str, Any]) -> Mapping:
    """Return the mapping whose :meth:`~geoservice.intake.mapping.Mapping.to_json` is given, checked anew.

    Raises
    ------
    IntakeRefused
        It names what does not exist, or a joined ledger that is not beside the file.

    Examples
    --------
    >>> plain = parse_mapping({"noun": "parcel", "fields": {"parcel_number": "DKBH"}}).to_json()
    >>> mapping_from_json(plain).to_json() == plain
    True
    """
    if unknown := sorted(set(said) - _KNOWN):
        raise wrong("、".join(unknown))
    fields: dict[str, Any] = {name: _rule(rule) for name, rule in _table(said, "fields").items()}
    geometry = said.get("geometry")
    if geometry:
        fields["geometry"] = False if geometry.get("ignore") else geometry
    document: dict[str, Any] = {"noun": said.get("noun"), "fields": fields}
    document |= {name: said[name] for name in ("stages", "months", "layer") if said.get(name)}
    source = dict(_table(said, "source"))
    if rows := source.pop("header_rows", None):
        source["header_row"] = rows
    document["source"] = source
    match = {"by": said.get("match_by"), "duplicates": said.get("duplicates")}
    document["match"] = {name: value for name, value in match.items() if value}
    if said.get("status"):
        document["stage_from_status"] = said["status"]
    if said.get("links") is not None:
        document["links"] = said["links"]
    if said.get("extra"):
        document["extra"] = {"columns": said["extra"]}
    if said.get("join"):
        document["join"] = _join(said["join"])
    return parse_mapping(document)


def _table(said: dict[str, Any], name: str) -> dict[str, Any]:
    value = said.get(name) or {}
    if not isinstance(value, dict):
        raise wrong(f"{name}")
    return value


def _rule(rule: Any) -> Any:
    """Write a field whose value is empty in every row as that, which plain data leave out."""
    return rule if rule != {} else {"const": None}


def _join(said: dict[str, Any]) -> dict[str, Any]:
    name = str(said.get("file", ""))
    if PurePath(name).name != name or name in {"", ".", ".."} or "\\" in name:
        raise wrong(f'join.file = "{name}"', "台账与文件一起上传。", "Hand the ledger in with the file.")
    rest = {k: v for k, v in said.items() if k not in {"left", "right"}}
    return rest | {"on": {"left": said.get("left"), "right": said.get("right")}}
