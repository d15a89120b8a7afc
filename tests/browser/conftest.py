"""The served demo city, seen by whoever asks and by a signed-in administrator."""

from __future__ import annotations

from tests.fixtures.demo import demo, signed_in

__all__ = ["demo", "signed_in"]
