"""Layers (图层) and their features."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, and_, null, select

from geoservice.access.policy import View
from geoservice.db.types import Label
from geoservice.model import layer, layer_feature
from geoservice.model.vocabulary import LayerKind
from geoservice.registry.collections.relation import (
    Collection,
    Relation,
    named_alias,
    remembered,
    version_fields,
)
from geoservice.registry.moment import Moment
from geoservice.registry.versions import in_force

_LAYER: Final = (
    "key",
    "code",
    "name",
    "name_en",
    "kind",
    "effect",
    "theme",
    "allowed_uses",
    "unit",
    "sliver_m2",
    "source",
    "source_date",
    "licence",
)


@remembered
def _layers(moment: Moment, _: View) -> Relation:
    rows = named_alias(layer, "rows")
    return Relation(
        source=rows,
        key=rows.c.key,
        fields={**{name: rows.c[name] for name in _LAYER}, **version_fields(rows)},
        geojson=null().cast(Label),
        shapes=(),
        where=(in_force(rows, moment), rows.c.hidden.is_(False)),
        search=rows.c.name,
        rules={"base": rows.c.kind == LayerKind.BASE.value},
    )


@remembered
def _features(moment: Moment, _: View) -> Relation:
    rows = named_alias(layer_feature, "rows")
    home = named_alias(layer, "home")
    return Relation(
        source=rows.join(home, and_(home.c.key == rows.c.layer, in_force(home, moment))),
        key=rows.c.key,
        fields={
            "key": rows.c.key,
            "layer": home.c.code,
            "name": rows.c.name,
            "class": rows.c["class"],
            "code": rows.c.code,
            "area_m2": rows.c.area_m2,
            "extra": rows.c.extra,
            **version_fields(rows),
        },
        geojson=rows.c.geojson,
        shapes=((layer_feature, rows),),
        # What is hidden (military areas) shows as a neutral reason in verdicts, and nowhere as a shape.
        where=(in_force(rows, moment), home.c.hidden.is_(False)),
        search=rows.c.search,
        rules={"base": home.c.kind == LayerKind.BASE.value},
    )


def codes_of_kinds(connection: Connection, moment: Moment, kinds: Iterable[str]) -> frozenset[str]:
    """Return the codes of the layers of some kinds."""
    statement = select(layer.c.code).where(in_force(layer, moment), layer.c.kind.in_(list(kinds)))
    return frozenset(connection.scalars(statement))


LAYERS: Final = Collection("layers", "图层", ("layer",), _layers, equal=("kind", "theme", "code"), area=None)
LAYER_FEATURES: Final = Collection(
    "layer_features", "图层要素", ("layer", "layer_feature"), _features, equal=("layer", "class")
)
