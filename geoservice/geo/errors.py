"""What can be wrong with coordinates, reference systems, boxes and units."""

from __future__ import annotations

from geoservice.errors import InvalidInput


class CrsUnknown(InvalidInput):
    """A text, number or WKT does not name a reference system this service can use."""

    code = "crs_unknown"


class DatumRefused(InvalidInput):
    """No trustworthy way leads from this datum to CGCS2000 (西安80, 北京54 and the like)."""

    code = "datum_refused"


class CoordinatesRefused(InvalidInput):
    """Coordinates are not numbers, do not transform or do not lie on the earth."""

    code = "coordinates_refused"


class BboxInvalid(InvalidInput):
    """A bounding box is not four (or six) numbers in range and order."""

    code = "bbox_invalid"


class GeometryUnreadable(InvalidInput):
    """A text, ring or value is not a geometry."""

    code = "geometry_unreadable"


class UnitUnknown(InvalidInput):
    """A unit of area or money is not one of those the service knows."""

    code = "unit_unknown"


class AmountUnreadable(InvalidInput):
    """A value is not an amount of area or money."""

    code = "amount_unreadable"
