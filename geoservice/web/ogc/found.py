"""A page of features with what is said of it, before it takes a format."""

from __future__ import annotations

from dataclasses import dataclass

from geoservice.registry.features import Page


@dataclass(frozen=True)
class Found:
    """A page with what is said of it.

    Attributes
    ----------
    page : Page
        The features.
    matched : int or None
        How many there are in all, where they were counted.
    following : str or None
        Cursor of the next page.
    """

    page: Page
    matched: int | None
    following: str | None
