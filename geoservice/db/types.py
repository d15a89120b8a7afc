"""Column types that both engines store alike and that GeoPackage allows.

GeoPackage knows TEXT, INTEGER, REAL/DOUBLE, BOOLEAN, DATE, DATETIME and BLOB only (OGC 12-128, table 1);
text sorts by code point on both engines, so PostGIS columns carry the collation ``C``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, Boolean, Date, Dialect, Double, Integer, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

GEOPACKAGE = "geopackage"
STORED_SRID = 4490

Code = Text().with_variant(Text(collation="C"), "postgresql")
"""A key, code or label: compared and sorted by code point."""

Label = Code
Day = Date()
Flag = Boolean()
Count = Integer()
Number: Final[Double[float]] = Double()
Fen = BigInteger().with_variant(Integer(), GEOPACKAGE)
"""Money in 分."""

RowId = BigInteger().with_variant(Integer(), GEOPACKAGE)
Blob = LargeBinary()


class _GeoPackageDateTime(UserDefinedType[datetime]):
    """``DATETIME`` as GeoPackage writes it: ISO 8601 text in UTC ending in ``Z``."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the column type GeoPackage names."""
        return "DATETIME"


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, to the millisecond."""

    impl = TIMESTAMP(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose ``timestamptz`` or GeoPackage text."""
        if dialect.name == GEOPACKAGE:
            return dialect.type_descriptor(_GeoPackageDateTime())
        return dialect.type_descriptor(TIMESTAMP(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Write the instant; a naive one is refused, since nobody knows whose clock it is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {value!r}")
        return instant_text(value) if dialect.name == GEOPACKAGE else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Read the instant in UTC."""
        if value is None:
            return None
        return datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A JSON document: ``jsonb`` in PostGIS, text in GeoPackage."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose ``jsonb`` or text."""
        return dialect.type_descriptor(Text() if dialect.name == GEOPACKAGE else JSONB())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Write the document."""
        return json_text(value) if dialect.name == GEOPACKAGE and value is not None else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Read the document."""
        return json.loads(value) if isinstance(value, str) and dialect.name == GEOPACKAGE else value


def geometry(kind: str = "GEOMETRY") -> Geometry:
    """Return a geometry column type in EPSG:4490, indexed; GeoPackage indexing is our own (see ADR 0001)."""
    return Geometry(kind, srid=STORED_SRID, spatial_index=True)


def json_text(value: Any) -> str:
    """Write a document without spaces and with Chinese left readable."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def instant_text(value: datetime) -> str:
    """Write an instant as GeoPackage text.

    >>> instant_text(datetime(2026, 9, 30, 8, tzinfo=UTC))
    '2026-09-30T08:00:00.000Z'
    """
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
