"""A vault of the test's own, and services to name its records in."""

from __future__ import annotations

from pathlib import Path

import pytest

from geoservice.vault import Vault, new_key_file, open_vault
from tests.fixtures.services import _gpkg_cities, _postgis_cities, city, empty, standing

__all__ = ["_gpkg_cities", "_postgis_cities", "city", "empty", "standing"]


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """Return an empty vault."""
    return open_vault(tmp_path / "vault", new_key_file(tmp_path / "keys"))
