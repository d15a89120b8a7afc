"""What can be wrong with the facts of a clearance."""

from __future__ import annotations

from geoservice.errors import InvalidInput


class FactsInvalid(InvalidInput):
    """A frame of units or tasks lacks what a figure needs."""

    code = "facts_invalid"
