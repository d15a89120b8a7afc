"""What can be wrong with a map definition, a source or an asset."""

from __future__ import annotations

from geoservice.errors import GeoserviceError, InvalidInput, NotFound


class InvalidDefinition(InvalidInput):
    """A map definition does not say what it must say."""

    code = "invalid_definition"


class UnknownMap(NotFound):
    """No definition carries this name."""

    code = "unknown_map"


class InvalidSource(InvalidInput):
    """A layer's features are neither an address nor a feature collection."""

    code = "invalid_source"


class UnknownAsset(GeoserviceError):
    """The page wants a script or style sheet that is not vendored."""

    code = "unknown_asset"
