"""What hangs on what: which projects and parcels the keys of a change concern."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import ColumnElement, Connection, Table, select

from geoservice.db.spatial import BBox, in_bbox, shapes, wkb_of
from geoservice.model import demolition_subject, layer, layer_feature, parcel, project_parcel
from geoservice.model.vocabulary import LayerEffect
from geoservice.registry.aliases import batches

SINGLE_BOXES: Final = 200
"""Up to so many features are looked up one by one; beyond, one box around them all is quicker."""


def projects_of_links(connection: Connection, links: Collection[str]) -> set[str]:
    """Return the projects that links, by key, ever joined to a parcel."""
    return _values(connection, project_parcel.c.project, project_parcel.c.key, links)


def projects_of_parcels(connection: Connection, parcels: Collection[str]) -> set[str]:
    """Return the projects that parcels were ever linked to."""
    return _values(connection, project_parcel.c.project, project_parcel.c.parcel, parcels)


def parcels_of_links(connection: Connection, links: Collection[str]) -> set[str]:
    """Return the parcels that links, by key, ever joined to a project."""
    return _values(connection, project_parcel.c.parcel, project_parcel.c.key, links)


def parcels_of_projects(connection: Connection, projects: Collection[str]) -> set[str]:
    """Return the parcels that projects were ever linked to."""
    return _values(connection, project_parcel.c.parcel, project_parcel.c.project, projects)


def parcels_of_tasks(connection: Connection, tasks: Collection[str]) -> set[str]:
    """Return the parcels that demolition tasks clear."""
    subject = demolition_subject
    return _values(connection, subject.c.subject, subject.c.task, tasks, subject.c.subject_noun == "parcel")


def parcels_of_subjects(connection: Connection, subjects: Collection[str]) -> set[str]:
    """Return the parcels that task–subject links, by key, name."""
    subject = demolition_subject
    return _values(connection, subject.c.subject, subject.c.key, subjects, subject.c.subject_noun == "parcel")


def parcels_of_records(connection: Connection, table: Table, records: Collection[str]) -> set[str]:
    """Return the parcels that records with a ``parcel`` field ever named."""
    return _values(connection, table.c.parcel, table.c.key, records)


def parcels_under_features(connection: Connection, features: Collection[str]) -> set[str]:
    """Return the parcels whose box meets that of layer features, in any of their versions.

    Features of a layer that prohibits what lies outside of it concern every parcel.
    """
    if not features:
        return set()
    outside = select(layer.c.key).where(layer.c.effect == LayerEffect.OUTSIDE_PROHIBIT.value)
    if _values(
        connection, layer_feature.c.key, layer_feature.c.key, features, layer_feature.c.layer.in_(outside)
    ):
        return _all_parcels(connection)
    return _under(connection, features)


def parcels_under_layers(connection: Connection, layers: Collection[str]) -> set[str]:
    """Return every parcel where layers changed: an effect or an outside rule concerns them all."""
    return _all_parcels(connection) if layers else set()


def lock_parcels(connection: Connection, parcels: Collection[str]) -> None:
    """Lock parcels in key order until the transaction ends; the GeoPackage has one writer anyway."""
    if connection.dialect.name != "postgresql":
        return
    for batch in batches(sorted(parcels)):
        statement = (
            select(parcel.c.id)
            .where(parcel.c.key.in_(batch), parcel.c.superseded_at.is_(None))
            .order_by(parcel.c.key, parcel.c.id)
            .with_for_update()
        )
        connection.execute(statement)


def _under(connection: Connection, features: Collection[str]) -> set[str]:
    bounds: list[BBox] = []
    for batch in batches(sorted(features)):
        statement = select(wkb_of(layer_feature.c.geom)).where(layer_feature.c.key.in_(batch))
        found = shapes(list(connection.scalars(statement)))
        bounds += [shape.bounds for shape in found if shape is not None and not shape.is_empty]
    if len(bounds) > SINGLE_BOXES:
        west, south, east, north = zip(*bounds, strict=True)
        bounds = [(min(west), min(south), max(east), max(north))]
    return set().union(*(_parcels_in(connection, box) for box in bounds))


def _parcels_in(connection: Connection, box: BBox) -> set[str]:
    statement = select(parcel.c.key).where(parcel.c.superseded_at.is_(None), in_bbox(parcel, parcel, box))
    return set(connection.scalars(statement))


def _all_parcels(connection: Connection) -> set[str]:
    return set(connection.scalars(select(parcel.c.key).where(parcel.c.superseded_at.is_(None)).distinct()))


def _values(
    connection: Connection,
    wanted: ColumnElement[str],
    by: ColumnElement[str],
    keys: Collection[str],
    *conditions: ColumnElement[bool],
) -> set[str]:
    found: set[str] = set()
    for batch in batches(sorted(keys)):
        found.update(connection.scalars(select(wanted).where(by.in_(batch), *conditions).distinct()))
    return found
