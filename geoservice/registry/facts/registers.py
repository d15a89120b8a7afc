"""The land registers as rows in force: batches with their parcels, contracts, cases. One statement each."""

from __future__ import annotations

from typing import Any, Final

from geoalchemy2 import Geometry
from sqlalchemy import Connection, LargeBinary, Select, Table, select

from geoservice.model import approval_batch, batch_parcel, land_case, supply_contract
from geoservice.registry.moment import Moment
from geoservice.registry.versions import in_force

SOURCES: Final = ("approval_batch", "batch_parcel", "supply_contract", "land_case")
"""What the registers draw on beyond parcels and projects."""
Row = dict[str, Any]


def batches(connection: Connection, moment: Moment) -> list[Row]:
    """Return approval batches, oldest approval first; those without a date last."""
    rows = _rows(connection, approval_batch, moment)
    return sorted(rows, key=lambda row: (row["approved_on"] is None, row["approved_on"], row["batch_number"]))


def batch_parcels(connection: Connection, moment: Moment) -> list[Row]:
    """Return which parcel lies in which batch, by batch and parcel."""
    return sorted(_rows(connection, batch_parcel, moment), key=lambda row: (row["batch"], row["parcel"]))


def contracts(connection: Connection, moment: Moment) -> list[Row]:
    """Return supply contracts by number."""
    return sorted(_rows(connection, supply_contract, moment), key=lambda row: row["contract_number"])


def cases(connection: Connection, moment: Moment, kind: str) -> list[Row]:
    """Return cases of a kind opened by the day, by parcel and day of opening."""
    rows = _rows(connection, land_case, moment)
    mine = [row for row in rows if row["kind"] == kind and row["opened_on"] <= moment.day]
    return sorted(mine, key=lambda row: (row["parcel"], row["opened_on"]))


def parcels_in(table: Table, moment: Moment) -> Select[Any]:
    """Return the subquery of the parcels a register speaks of."""
    return select(table.c.parcel).where(in_force(table, moment))


def _rows(connection: Connection, table: Table, moment: Moment) -> list[Row]:
    columns = [c for c in table.c if not isinstance(c.type, (Geometry, LargeBinary))]
    found = connection.execute(select(*columns).where(in_force(table, moment)))
    return [{str(name): value for name, value in row._mapping.items()} for row in found]
