"""Alembic's entry: migrations run on the connection that :mod:`geoservice.db.migrate` holds open."""

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=None)
with context.begin_transaction():
    context.run_migrations()
