"""Who asks: a role and the part of the city it reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geoservice.model.vocabulary import Role, ScopeKind


@dataclass(frozen=True)
class Scope:
    """A part of the city: the whole, a district or a park, by key."""

    kind: ScopeKind
    key: str | None = None


@dataclass(frozen=True)
class Principal:
    """Who asks.

    Attributes
    ----------
    name : str
        Account name; ``anonymous`` for a request without credentials.
    role : Role
        What the account is.
    scopes : tuple of Scope
        Where its reach ends, for the roles that have a scope.
    """

    name: str
    role: Role
    scopes: tuple[Scope, ...] = ()

    @property
    def anonymous(self) -> bool:
        """Say whether nobody signed in."""
        return self.name == ANONYMOUS.name

    @property
    def everywhere(self) -> bool:
        """Say whether a scope covers the whole city."""
        return any(scope.kind is ScopeKind.CITY for scope in self.scopes)


ANONYMOUS: Final = Principal("anonymous", Role.PUBLIC)
OPERATOR: Final = Principal("operator", Role.ADMIN, (Scope(ScopeKind.CITY),))
"""Who runs commands on the machine that holds the database file: that person can read it anyway."""
