"""The queue of long work: what was asked, by whom, and what came of it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Table

from geoservice.db.types import Code, Count, Flag, Instant, Json, Label
from geoservice.model.columns import metadata, row_id

job: Final = Table(
    "job",
    metadata,
    row_id(),
    Column("kind", Code, nullable=False),
    Column("subject", Code),
    Column("asked", Json(), nullable=False),
    Column("state", Code, nullable=False),
    Column("attempts", Count, nullable=False, default=0),
    Column("created_at", Instant(), nullable=False),
    Column("created_by", Label, nullable=False),
    Column("started_at", Instant()),
    Column("finished_at", Instant()),
    Column("progress", Json()),
    Column("cancel_asked", Flag, nullable=False, default=False),
    Column("result", Json()),
    Column("error", Json()),
)
"""``progress`` is written while the work runs where the engine lets a second writer in; see ``db.live``."""

Index("ix_job_state", job.c.state, job.c.id)
Index("ix_job_subject", job.c.kind, job.c.subject)
