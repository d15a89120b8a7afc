"""What can be wrong with a filter."""

from __future__ import annotations

from geoservice.errors import InvalidInput


class FilterInvalid(InvalidInput):
    """A filter cannot be read, compares what cannot be compared, or is too large."""

    code = "invalid_filter"
