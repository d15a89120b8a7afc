"""Every setting is documented with its default, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from geoservice.errors import InvalidInput
from geoservice.settings import Settings, read_settings

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "settings.md").read_text(
    encoding="utf-8"
)
ROWS = dict(re.findall(r"^\| `GEOSERVICE_(\w+)` \| (.*?) \|", PAGE, re.M))


def test_every_setting_has_its_row() -> None:
    assert [name.lower() for name in ROWS] == list(Settings.__dataclass_fields__)


def test_the_defaults_are_the_documented_ones() -> None:
    settings = read_settings({})
    for name, documented in ROWS.items():
        value = getattr(settings, name.lower())
        if documented.startswith("`"):
            assert (
                documented == f"`{str(value).lower() if isinstance(value, bool) else format_number(value)}`"
            )


def format_number(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLOW_QUERY_MS", "-1"),
        ("SLOW_QUERY_MS", "quick"),
        ("QUERY_TIMEOUT_S", "nan"),
        ("DATABASE_CONNECTIONS", "0"),
        ("DATABASE_CONNECTIONS", "2.5"),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_value_that_cannot_mean_anything_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_settings({f"GEOSERVICE_{name}": value})
    assert f"GEOSERVICE_{name}" in str(refused.value)
    assert value in str(refused.value)
    assert refused.value.remedy


def test_values_are_read() -> None:
    settings = read_settings(
        {"GEOSERVICE_QUERY_TIMEOUT_S": "2.5", "GEOSERVICE_LOG_FORMAT": "JSON", "GEOSERVICE_UPLOAD_MB": "7"}
    )
    assert (settings.query_timeout_s, settings.log_format, settings.upload_mb) == (2.5, "json", 7)
