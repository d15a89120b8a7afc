"""A search answers questions about the text it looks into, so that all of it must be shown."""

from __future__ import annotations

import pytest

from geoservice.access.policy import read_policy
from geoservice.model.nouns import noun

NOUNS = {
    "parks": "park",
    "zones": "zone",
    "parcels": "parcel",
    "availability": "parcel",
    "projects": "project",
    "demolition": "demolition_task",
}


@pytest.mark.parametrize(("role", "collection"), sorted(read_policy().views))
def test_a_role_that_may_search_sees_what_is_searched(role: str, collection: str) -> None:
    view = read_policy().views[role, collection]
    if collection in NOUNS and view.shows("search"):
        assert [name for name in noun(NOUNS[collection]).searched if not view.shows(name)] == []
