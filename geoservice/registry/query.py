"""A question about features and a page of the answer: what every road to them hands on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from geoservice.access.policy import View
from geoservice.access.principals import Principal
from geoservice.geo.served import ServedCrs
from geoservice.registry.collections import Collection
from geoservice.registry.filters import Filters
from geoservice.registry.moment import Moment
from geoservice.registry.sorting import Sort


@dataclass(frozen=True)
class Rendition:
    """How features are written; what they are is not its matter.

    Attributes
    ----------
    properties : tuple of str, optional
        The fields wanted, of those the view shows; ``None`` for all.
    geometry : bool
        Whether the shape is wanted.
    crs : ServedCrs, optional
        Reference system of the shape; ``None`` for CRS84, whose text is stored.
    """

    properties: tuple[str, ...] | None = None
    geometry: bool = True
    crs: ServedCrs | None = None


@dataclass(frozen=True)
class FeatureQuery:
    """One question: which collection, when, for whom, narrowed how.

    Attributes
    ----------
    collection : Collection
        What is asked for.
    moment : Moment
        The day, and what was known by when.
    principal : Principal
        Who asks.
    view : View
        What the policy shows that principal of the collection.
    filters : Filters
        What narrows the question.
    sort : tuple of Sort
        Fields the features stand in order of, before their key.
    rendition : Rendition
        How they are written.
    """

    collection: Collection
    moment: Moment
    principal: Principal
    view: View
    filters: Filters = field(default_factory=Filters)
    sort: tuple[Sort, ...] = ()
    rendition: Rendition = field(default_factory=Rendition)


@dataclass(frozen=True)
class Page:
    """A page of features as JSON.

    Attributes
    ----------
    body : bytes
        The features with a comma and a line end between them, without brackets, in UTF-8.
    count : int
        How many there are.
    last_key : str or None
        Key of the last one where more follow, else ``None``.
    last_values : tuple
        What that one holds in the fields sorted by.
    """

    body: bytes
    count: int
    last_key: str | None
    last_values: tuple[Any, ...] = ()

    @property
    def features(self) -> str:
        """Return the features as text."""
        return self.body.decode()
