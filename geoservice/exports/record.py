"""The audit entry of an export: who took what, narrowed how, in which form, how many rows, and what was warned of."""

from __future__ import annotations

import hashlib
from typing import Any

from geoservice.db import Work
from geoservice.db.types import json_text
from geoservice.exports.export import Exported, Order
from geoservice.registry.filters import as_document


def record_export(work: Work, order: Order, exported: Exported, file_name: str) -> None:
    """Append the entry; an export that cannot be recorded is not handed over."""
    query = order.query
    about = json_text(_document(order, exported, file_name))
    action = f"export {query.collection.name} as {order.writer.name}"
    with work.begin(query.principal.name, action, about) as unit:
        # The audit log keeps what was touched by a hash over its keys: of an export, over what was asked.
        unit.touch("export", [hashlib.sha256(about.encode()).hexdigest()])


def _document(order: Order, exported: Exported, file_name: str) -> dict[str, Any]:
    query = order.query
    known = query.moment.known_at
    said = {
        "file": file_name,
        "role": query.principal.role.value,
        "rows": exported.rows,
        "datetime": query.moment.day.isoformat(),
        "known_at": None if known is None else known.isoformat(),
        "filters": {name: value for name, value in as_document(query.filters).items() if value},
        "fields": list(order.fields),
        "crs": exported.crs,
        "contiguous_km2": exported.contiguous_km2,
        "warnings": [note.code for note in exported.notes],
    }
    return {name: value for name, value in said.items() if value not in (None, [], {}, "")}
