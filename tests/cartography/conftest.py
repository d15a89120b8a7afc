"""The surroundings maps are tested in."""

from __future__ import annotations

import pytest

from geoservice.cartography import MapDefinition, Page
from geoservice.cartography.assets import VENDOR_DIRECTORY
from geoservice.cartography.reading import parse_definition
from tests.cartography.small import CITY, DOCUMENT


@pytest.fixture(autouse=True)
def _vendored() -> None:
    if not VENDOR_DIRECTORY.is_dir():
        pytest.skip("the front-end libraries are not vendored: npm ci && python tools/vendor_assets.py")


@pytest.fixture
def definition() -> MapDefinition:
    """Return a map of one layer."""
    return parse_definition(DOCUMENT, "small.toml", name="small")


@pytest.fixture
def served() -> Page:
    """Return the surroundings of a served page."""
    return Page(city=CITY, mode="served", nonce="n0nce")


@pytest.fixture
def inline() -> Page:
    """Return the surroundings of a single file."""
    return Page(city=CITY, mode="inline")
