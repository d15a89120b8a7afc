"""CQL2 (OGC 21-065r2): text and JSON become predicates over the fields a reader may see."""

from __future__ import annotations

from geoservice.registry.cql.compile import compile_filter
from geoservice.registry.cql.errors import FilterInvalid
from geoservice.registry.cql.parse import parse_json, parse_text
from geoservice.registry.cql.scope import Scope

__all__ = ["FilterInvalid", "Scope", "compile_filter", "parse_json", "parse_text"]
