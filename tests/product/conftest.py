"""The demo city on both engines, served by the product's own commands."""

from __future__ import annotations

from tests.fixtures.demo import demo, demo_on_postgis

__all__ = ["demo", "demo_on_postgis"]
