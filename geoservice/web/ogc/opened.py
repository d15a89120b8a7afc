"""What the open door offers: the collections a reader sees, and one more for every layer of the register."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, select

from geoservice.access.policy import View
from geoservice.access.principals import Principal
from geoservice.errors import Forbidden, NotFound
from geoservice.model.vocabulary import Vocabulary
from geoservice.registry.collections import COLLECTIONS, Collection
from geoservice.registry.filters import Filters, conditions
from geoservice.registry.moment import Moment
from geoservice.service import Service
from geoservice.web.questions import VOCABULARIES

FIXED: Final = (
    "parks",
    "zones",
    "parcels",
    "projects",
    "availability",
    "demolition",
    "layers",
    "layer_features",
)
"""Collections of every register, in the order of the land, the projects and the ground beneath."""
LAYER_PREFIX: Final = "layer-"
_PLAIN: Final = re.compile(r"[\w.-]{1,60}")
TITLES_EN: Final = {
    "parks": "Parks",
    "zones": "Districts and zones",
    "parcels": "Parcels",
    "projects": "Projects",
    "availability": "Availability of land",
    "demolition": "Demolition tasks",
    "layers": "Register of layers",
    "layer_features": "Features of all layers",
}


@dataclass(frozen=True)
class Opened:
    """A collection as the open door offers it.

    Attributes
    ----------
    id : str
        Its name in addresses.
    title, title_en : str
        What it is called.
    collection : Collection
        Where its features come from.
    view : View
        What the policy shows the reader of it.
    narrowed : mapping of str to tuple of str
        What it is narrowed by, whatever else is asked: the layer.
    """

    id: str
    title: str
    title_en: str
    collection: Collection
    view: View
    narrowed: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def fields(self) -> dict[str, Any]:
        """Return the columns of the fields the reader sees, by name."""
        relation = self.collection.relation(Moment.today(), self.view)
        return {str(name): column for name, column in relation.fields.items() if self.view.shows(name)}

    @property
    def spatial(self) -> bool:
        """Say whether its features have shapes this reader sees."""
        relation = self.collection.relation(Moment.today(), self.view)
        return bool(relation.shapes) and self.view.geometry == "full"

    def words(self, name: str) -> type[Vocabulary] | None:
        """Return the vocabulary of a field that has one."""
        return VOCABULARIES.get((self.collection.name, name))


def all_opened(connection: Connection, service: Service, principal: Principal) -> list[Opened]:
    """Return every collection the reader sees."""
    fixed = [_fixed(service, principal, name) for name in FIXED]
    return [opened for opened in fixed if opened is not None] + list(_layers(connection, service, principal))


def find_opened(connection: Connection, service: Service, principal: Principal, identifier: str) -> Opened:
    """Return the collection of that name.

    Raises
    ------
    Forbidden
        If the reader sees nothing of it.
    NotFound
        If there is none, or it is a layer the reader does not see: both read the same.
    """
    if identifier in FIXED:
        return _of(service.policy.view(principal, identifier), identifier)
    for opened in _layers(connection, service, principal):
        if opened.id == identifier:
            return opened
    raise NotFound("There is no such collection", identifier, "/ogc/collections lists what there is.")


def _of(view: View, name: str) -> Opened:
    collection = COLLECTIONS[name]
    return Opened(name, collection.zh, TITLES_EN[name], collection, view)


def _fixed(service: Service, principal: Principal, name: str) -> Opened | None:
    try:
        return _of(service.policy.view(principal, name), name)
    except Forbidden:
        return None


def _layers(connection: Connection, service: Service, principal: Principal) -> Iterator[Opened]:
    try:
        listed = service.policy.view(principal, "layers")
        shown = service.policy.view(principal, "layer_features")
    except Forbidden:
        return
    layers, moment = COLLECTIONS["layers"], Moment.today()
    relation = layers.relation(moment, listed)
    found = conditions(connection, layers, relation, listed, principal, Filters(), moment)
    columns = [relation.fields[name] for name in ("key", "code", "name", "name_en")]
    statement = select(*columns).select_from(relation.source).where(*found).order_by(relation.fields["code"])
    for key, code, name, name_en in connection.execute(statement):
        identifier = f"{LAYER_PREFIX}{code if _PLAIN.fullmatch(code) else key}"
        features = COLLECTIONS["layer_features"]
        yield Opened(identifier, name, name_en or name, features, shown, {"layer": (code,)})
