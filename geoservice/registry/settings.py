"""Settings kept in the database: the city it is about, and the key its cursors are signed with."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, insert, select, update

from geoservice.db.spatial import BBox
from geoservice.model import setting


@dataclass(frozen=True)
class City:
    """The city a database is about.

    Attributes
    ----------
    name, name_en : str
        What it is called.
    county : str or None
        Default county code of rows that carry none.
    default_crs : str or None
        CRS assumed for files of this office that declare none and allow no other reading.
    extent : tuple of float or None
        ``(minx, miny, maxx, maxy)`` in degrees; what lies outside is questioned.
    approval_number : str or None
        审图号; without one maps are stamped 内部资料 不得公开.
    """

    name: str = "未命名城市"
    name_en: str = "Unnamed city"
    county: str | None = None
    default_crs: str | None = None
    extent: BBox | None = None
    approval_number: str | None = None


def read_city(connection: Connection) -> City:
    """Return the city of this database, an unnamed one where none was set."""
    document = read_setting(connection, "city")
    if document is None:
        return City()
    extent = document.get("extent")
    return City(**{**document, "extent": tuple(extent) if extent else None})


def write_city(connection: Connection, city: City, at: datetime) -> None:
    """Record the city."""
    write_setting(connection, "city", asdict(city), at)


def signing_key(connection: Connection) -> bytes | None:
    """Return the key cursors are signed with, ``None`` before the first start; read once, since it never changes."""
    held = _KEYS.get(connection.engine)
    if held is None:
        document = read_setting(connection, "signing_key")
        if document is None:
            return None
        held = _KEYS[connection.engine] = bytes.fromhex(document)
    return held


_KEYS: Final[WeakKeyDictionary[Engine, bytes]] = WeakKeyDictionary()


def ensure_signing_key(connection: Connection, at: datetime) -> None:
    """Make a signing key where there is none."""
    if signing_key(connection) is None:
        write_setting(connection, "signing_key", secrets.token_hex(32), at)


def read_setting(connection: Connection, name: str) -> Any:
    """Return a setting, ``None`` where it was never written."""
    return connection.scalar(select(setting.c.value).where(setting.c.name == name))


def write_setting(connection: Connection, name: str, value: Any, at: datetime) -> None:
    """Write a setting."""
    changed = connection.execute(
        update(setting).where(setting.c.name == name).values(value=value, changed_at=at)
    )
    if changed.rowcount == 0:
        connection.execute(insert(setting).values(name=name, value=value, changed_at=at))
