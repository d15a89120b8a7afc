"""The policy: one readable file of rows, fields and geometry per role, checked when it is read."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from geoservice.access.limits import ExportLimits, read_limits
from geoservice.access.principals import Principal
from geoservice.errors import Forbidden, InvalidInput
from geoservice.model.vocabulary import Role

DEFAULT_POLICY: Final = Path(__file__).with_name("policy.toml")

Rows = Literal["all", "promotable", "published", "announced", "base", "scope", "none"]
_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "rows": ("all", "promotable", "published", "announced", "base", "scope", "none"),
    "geometry": ("full", "none"),
    "reasons": ("full", "public"),
    "counts": ("full", "suppressed"),
}


@dataclass(frozen=True)
class View:
    """What a role sees of a collection.

    Attributes
    ----------
    rows : str
        Which rows, by the name of a row rule.
    geometry : str
        ``full`` or ``none``.
    fields : tuple of str or None
        The fields shown; ``None`` for all but `hide`.
    hide : frozenset of str
        Fields taken away.
    reasons : str
        ``full`` reasons of verdicts, or ``public`` ones.
    counts : str
        ``full`` household counts, or ``suppressed`` ones.
    plans : bool
        Whether planned dates of projects are shown.
    """

    rows: str
    geometry: str = "full"
    fields: tuple[str, ...] | None = None
    hide: frozenset[str] = frozenset()
    reasons: str = "full"
    counts: str = "full"
    plans: bool = True

    def shows(self, field: str) -> bool:
        """Say whether a field is shown."""
        return field not in self.hide and (self.fields is None or field in self.fields)


@dataclass(frozen=True)
class Hand:
    """What a role may do to a noun by hand, within its scope.

    Attributes
    ----------
    fields : frozenset of str or None
        Fields it may change; ``None`` for all.
    create, end : bool
        Whether it may add things and end them.
    """

    fields: frozenset[str] | None = frozenset()
    create: bool = False
    end: bool = False


@dataclass(frozen=True)
class Policy:
    """All views and permissions.

    Attributes
    ----------
    views : mapping of (role, collection) to View
        A pair that is absent is not shown.
    permissions : mapping of role to frozenset of str
        What each role may do.
    version : str
        Hash of the file, part of every ETag.
    hands : mapping of (role, noun) to Hand
        Who may change what; a pair that is absent may change nothing.
    reasons : mapping of noun to frozenset of str
        Fields whose change always needs a reason.
    exports : ExportLimits
        How much may leave in one file.
    """

    views: Mapping[tuple[str, str], View]
    permissions: Mapping[str, frozenset[str]]
    version: str
    hands: Mapping[tuple[str, str], Hand] = field(default_factory=dict)
    reasons: Mapping[str, frozenset[str]] = field(default_factory=dict)
    exports: ExportLimits = field(default_factory=ExportLimits)

    def hand(self, principal: Principal, noun: str) -> Hand:
        """Return what the principal may do to a noun by hand."""
        role = principal.role.value
        return self.hands.get((role, noun)) or self.hands.get((role, "*")) or Hand()

    def may_write(self, principal: Principal, noun: str, field: str) -> bool:
        """Say whether the principal may change a field."""
        fields = self.hand(principal, noun).fields
        return fields is None or field in fields

    def may(self, principal: Principal, noun: str, act: Literal["create", "end"]) -> bool:
        """Say whether the principal may add or end things of a noun."""
        return bool(getattr(self.hand(principal, noun), act))

    def view(self, principal: Principal, collection: str) -> View:
        """Return what the principal sees of a collection.

        Raises
        ------
        Forbidden
            If the role sees nothing of it.
        """
        view = self.views.get((principal.role.value, collection))
        if view is None or view.rows == "none":
            raise Forbidden(
                f"The role {principal.role.zh} does not see this collection",
                collection,
                "Sign in with another role.",
            )
        return view

    def allows(self, principal: Principal, permission: str) -> bool:
        """Say whether the principal may do what the permission names."""
        granted = self.permissions[principal.role.value]
        return "*" in granted or permission in granted

    def require(self, principal: Principal, permission: str) -> None:
        """Raise :class:`Forbidden` unless the principal may do what the permission names."""
        if not self.allows(principal, permission):
            raise Forbidden(
                f"The role {principal.role.zh} may not do this",
                permission,
                "Ask an administrator for another role.",
            )


def read_policy(path: Path = DEFAULT_POLICY) -> Policy:
    """Read and check a policy file.

    Raises
    ------
    InvalidInput
        If a role, key or value is unknown, or a role has no permissions.
    """
    body = path.read_bytes()
    document = tomllib.loads(body.decode())
    granted = document.pop("permissions", {})
    hands = {
        (Role(_known_role(role)).value, noun): _hand(role, noun, entry)
        for role, nouns in document.pop("edit", {}).items()
        for noun, entry in nouns.items()
    }
    reasons = {noun: frozenset(fields) for noun, fields in document.pop("reasons", {}).items()}
    limits = read_limits(document.pop("exports", {}))
    views = {
        (Role(_known_role(role)).value, collection): _view(role, collection, entry)
        for role, collections in document.items()
        for collection, entry in collections.items()
    }
    missing = [role.value for role in Role if role.value not in granted]
    if missing:
        raise InvalidInput("The policy gives these roles no permissions", ", ".join(missing), "List them.")
    permissions = {role: _resolve(granted, role) for role in granted}
    return Policy(
        MappingProxyType(views),
        MappingProxyType(permissions),
        hashlib.sha256(body).hexdigest()[:16],
        MappingProxyType(hands),
        MappingProxyType(reasons),
        limits,
    )


def _known_role(role: str) -> str:
    if role not in list(Role):
        raise InvalidInput("The policy names an unknown role", role, f"Use one of: {', '.join(Role)}.")
    return role


def _view(role: str, collection: str, entry: dict[str, Any]) -> View:
    where = f"[{role}.{collection}]"
    for key, choices in _CHOICES.items():
        if key in entry and entry[key] not in choices:
            raise InvalidInput(f"{where} {key} is unknown", entry[key], f"Use one of: {', '.join(choices)}.")
    unknown = set(entry) - {*_CHOICES, "fields", "hide", "plans"}
    if unknown:
        raise InvalidInput(f"{where} has unknown keys", ", ".join(sorted(unknown)), "Remove them.")
    fields = entry.get("fields", "*")
    if fields == "*" and role == Role.PUBLIC:
        raise InvalidInput(f"{where} shows every field to the public", "*", "List the fields one by one.")
    return View(
        rows=entry.get("rows", "none"),
        geometry=entry.get("geometry", "none"),
        fields=None if fields == "*" else tuple(fields),
        hide=frozenset(entry.get("hide", ())),
        reasons=entry.get("reasons", "full"),
        counts=entry.get("counts", "full"),
        plans=bool(entry.get("plans", True)),
    )


def _hand(role: str, noun: str, entry: dict[str, Any]) -> Hand:
    where = f"[edit.{role}] {noun}"
    unknown = set(entry) - {"fields", "create", "end"}
    if unknown:
        raise InvalidInput(f"{where} has unknown keys", ", ".join(sorted(unknown)), "Remove them.")
    fields = entry.get("fields", [])
    return Hand(
        None if fields == "*" else frozenset(fields), bool(entry.get("create")), bool(entry.get("end"))
    )


def _resolve(granted: Mapping[str, list[str]], role: str) -> frozenset[str]:
    permissions: set[str] = set()
    for entry in granted[role]:
        permissions |= _resolve(granted, _known_role(entry[1:])) if entry.startswith("@") else {entry}
    return frozenset(permissions)
