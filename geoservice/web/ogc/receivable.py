"""What a client may send (OGC 20-002r1): a feature taken apart into the changes it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
import shapely

from geoservice.access.policy import Policy
from geoservice.access.principals import Principal
from geoservice.editing.shapes import sound_shape
from geoservice.errors import Forbidden, InvalidInput
from geoservice.geo.served import ServedCrs
from geoservice.model.columns import default_of
from geoservice.model.nouns import Noun, noun
from geoservice.registry.cql.space import read_shape
from geoservice.web.ogc.opened import Opened

NOUNS: Final = {
    "parks": "park",
    "zones": "zone",
    "parcels": "parcel",
    "projects": "project",
    "demolition": "demolition_task",
}
"""Collections whose features are one thing each; availability is computed, and a layer's features are its own."""
_SAME_DEG: Final = 2e-7
"""Served shapes carry seven decimals: what moved by less was not moved by a hand."""


@dataclass(frozen=True)
class Changes:
    """What a feature changes.

    Attributes
    ----------
    fields : dict
        Field → new value.
    geometry : shapely.Geometry or None
        The new shape in its stored form.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    geometry: Any = None


def noun_of(opened: Opened) -> Noun | None:
    """Return the noun a collection's features are, ``None`` where nothing can be changed."""
    name = "layer_feature" if opened.narrowed else NOUNS.get(opened.id)
    return None if name is None else noun(name)


def writable_fields(policy: Policy, principal: Principal, kind: Noun) -> frozenset[str]:
    """Return the fields this reader may change here: those of the policy, without those that need a reason."""
    if not policy.allows(principal, "records:write"):
        return frozenset()
    needing = policy.reasons.get(kind.name, frozenset())
    fields = [name for name in kind.fields if name not in needing]
    return frozenset(name for name in fields if policy.may_write(principal, kind.name, name))


def methods_of(policy: Policy, principal: Principal, opened: Opened) -> tuple[set[str], set[str]]:
    """Return the methods that change the collection, and those that change one of its features."""
    kind = noun_of(opened)
    if kind is None or not policy.allows(principal, "records:write"):
        return set(), set()
    create = {"POST"} if policy.may(principal, kind.name, "create") else set()
    edit = {"PUT", "PATCH"} if writable_fields(policy, principal, kind) else set()
    return create, edit | ({"DELETE"} if policy.may(principal, kind.name, "end") else set())


def read_feature(body: bytes) -> dict[str, Any]:
    """Read a GeoJSON feature, whole or in part.

    Raises
    ------
    InvalidInput
        If it is none.
    """
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise InvalidInput("The body is not JSON", None, "Send a GeoJSON feature.") from None
    if not isinstance(document, dict) or document.get("type", "Feature") != "Feature":
        raise InvalidInput("The body is no GeoJSON feature", str(document)[:80], "Send one Feature.")
    properties = document.get("properties") or {}
    if not isinstance(properties, dict):
        raise InvalidInput("properties is no object", str(properties)[:80], "Send field names with values.")
    return {**document, "properties": properties}


def changes_of(
    given: Mapping[str, Any],
    held: Mapping[str, Any],
    kind: Noun,
    writable: frozenset[str],
    served: ServedCrs | None,
    *,
    whole: bool,
) -> Changes:
    """Return what a feature changes of the one held, as that is served.

    Parameters
    ----------
    given : mapping
        Feature as sent.
    held : mapping
        Feature as it is served to the same reader.
    kind : Noun
        What kind of thing it is.
    writable : frozenset of str
        Fields the reader may change here.
    served : ServedCrs or None
        System of the shape that was sent.
    whole : bool
        Whether what is not named is emptied (PUT) or left (PATCH).

    Raises
    ------
    InvalidInput
        If there is no such field, or the shape cannot be stored.
    Forbidden
        If a field the reader may not change here is to become something else.
    """
    properties, before = given["properties"], held["properties"]
    unknown = [name for name in properties if name not in before and name not in kind.fields]
    if unknown:
        raise InvalidInput(
            "There is no such field", ", ".join(sorted(unknown)), "The schema lists what there is."
        )
    changed = {name: value for name, value in properties.items() if not _same(value, before.get(name))}
    if whole:
        changed |= {
            name: None
            for name in writable & set(before)
            if name not in properties and before[name] is not None and kind.table.c[name].nullable
        }
        # What the service itself keeps is not the client's to say; a whole feature holds it all the same.
        changed = {name: value for name, value in changed.items() if name in kind.fields}
    barred = sorted(set(changed) - writable)
    if barred:
        raise Forbidden(
            "These fields are read-only here", ", ".join(barred), "Change them in the form, with a reason."
        )
    return Changes(changed, _geometry(given, held, kind, served, whole=whole))


def creation_of(given: Mapping[str, Any], kind: Noun, policy: Policy, served: ServedCrs | None) -> Changes:
    """Return the fields of a new feature; raises as :func:`changes_of`."""
    fields = {}
    for name, value in given["properties"].items():
        if name not in kind.fields or name not in kind.table.c:
            if value is None or name in _KEPT:
                continue
            raise InvalidInput("There is no such field", name, "The schema lists what there is.")
        if value is None or value == default_of(kind.table.c[name]):
            continue
        fields[name] = value
    needing = sorted(policy.reasons.get(kind.name, frozenset()) & set(fields))
    if needing:
        raise Forbidden(
            "These fields are read-only here", ", ".join(needing), "Set them in the form, with a reason."
        )
    shape = given.get("geometry")
    return Changes(fields, None if shape is None else _stored(shape, kind, served))


_KEPT: Final = frozenset(
    {"key", "version", "valid_from", "valid_to", "recorded_at", "search", "layer", "area_m2"}
)
"""What the service keeps itself; clients that were shown it send it along."""


def _geometry(
    given: Mapping[str, Any],
    held: Mapping[str, Any],
    kind: Noun,
    served: ServedCrs | None,
    *,
    whole: bool,
) -> Any:
    if "geometry" not in given or (given["geometry"] is None and (held["geometry"] is None or not whole)):
        return None
    if given["geometry"] is None:
        raise InvalidInput(
            "A shape cannot be taken away", None, "Send the shape, or leave it out in a PATCH."
        )
    stored = _stored(given["geometry"], kind, served)
    if held["geometry"] is not None:
        shown = shapely.from_geojson(orjson.dumps(held["geometry"]))
        if shapely.equals_exact(shapely.normalize(stored), shapely.normalize(shown), _SAME_DEG):
            return None
    return stored


def _stored(shape: Any, kind: Noun, served: ServedCrs | None) -> Any:
    read = read_shape(shape, valid=False)
    crs, north_first = ("OGC:CRS84", False) if served is None else (served.epsg, served.north_first)
    return sound_shape(kind, read, crs, north_first=north_first)[0]


def _same(one: Any, other: Any) -> bool:
    """Say whether a client sent back what it was shown; a number may have lost its last digits on the way."""
    if isinstance(one, (int, float)) and isinstance(other, (int, float)) and not isinstance(one, bool):
        return abs(one - other) <= 1e-9 * max(abs(one), abs(other))
    if one == "" and other is None:
        return True
    return bool(one == other)
