"""The policy file: complete, strict, and never generous to the public by accident."""

from __future__ import annotations

from pathlib import Path

import pytest

from geoservice.access.policy import DEFAULT_POLICY, Policy, View, read_policy
from geoservice.access.principals import ANONYMOUS, Principal
from geoservice.errors import Forbidden, InvalidInput
from geoservice.model.vocabulary import Role
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.moment import Moment

POLICY = read_policy()
MINIMAL = "\n".join(["[permissions]", *(f"{role.value} = []" for role in Role)])


def _written(tmp_path: Path, text: str) -> Policy:
    file = tmp_path / "policy.toml"
    file.write_text(text, encoding="utf-8")
    return read_policy(file)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("collection", sorted(COLLECTIONS))
def test_every_role_has_a_view_of_every_collection_that_exists(role: Role, collection: str) -> None:
    view = POLICY.view(Principal("x", role), collection)
    relation = COLLECTIONS[collection].relation(Moment.today(), view)
    assert set(view.fields or ()) <= set(relation.fields), "the policy names fields that do not exist"
    assert set(view.hide) <= set(relation.fields)
    assert view.rows in {"all", "scope", *relation.rules}
    if view.rows == "scope":
        assert relation.districts is not None


def test_the_public_is_never_shown_everything() -> None:
    for (role, collection), view in POLICY.views.items():
        if role == Role.PUBLIC:
            assert view.fields, collection
            assert view.rows in {"all", "promotable", "published", "announced", "base"}
    for collection in ("parcels", "projects", "availability", "demolition", "layers", "layer_features"):
        assert POLICY.view(ANONYMOUS, collection).rows != "all"


@pytest.mark.parametrize(
    ("role", "collection", "hidden"),
    [
        (
            "public",
            "projects",
            "late lead_official invested_fen annual_plan_fen stage_next side_state plan extra",
        ),
        (
            "public",
            "projects",
            "stage_next_planned_on published investment_month land_area_m2",
        ),
        ("public", "parcels", "mortgaged seized note state extra cleared_plan_on original_crs"),
        ("public", "availability", "usable_area_m2 available_from plan rule_version state"),
        (
            "public",
            "demolition",
            "households_total signed_rate planned_clear_on state unit extra",
        ),
        ("promotion", "projects", "late lead_official"),
        ("promotion", "parcels", "mortgaged seized note"),
        ("promotion", "demolition", "households_remaining state delivered_on extra target_households"),
        ("expropriation", "parcels", "mortgaged seized"),
        ("expropriation", "projects", "late lead_official investment_total_fen invested_fen annual_plan_fen"),
        ("land", "projects", "late"),
    ],
)
def test_what_the_domain_guide_hides_is_hidden(role: str, collection: str, hidden: str) -> None:
    view = POLICY.views[(role, collection)]
    assert [field for field in hidden.split() if view.shows(field)] == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[nobody.parks]\nrows = "all"', "unknown role"),
        ('[leader.parks]\nrows = "some"', "rows is unknown"),
        ('[leader.parks]\nrows = "all"\ngeometry = "half"', "geometry is unknown"),
        ('[leader.parks]\nrows = "all"\nfeilds = ["key"]', "unknown keys"),
        ('[public.parks]\nrows = "all"\nfields = "*"', "every field to the public"),
        ('[public.parks]\nrows = "all"', "every field to the public"),
        ('[leader.demolition]\nrows = "all"\ncounts = "some"', "counts is unknown"),
        ('[leader.availability]\nrows = "all"\nreasons = "half"', "reasons is unknown"),
    ],
)
def test_a_mistake_in_the_file_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(InvalidInput, match=complaint):
        _written(tmp_path, f"{MINIMAL}\n{text}")


def test_a_role_without_permissions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no permissions"):
        _written(tmp_path, '[permissions]\npublic = ["map:read"]')


def test_what_is_not_listed_is_not_shown(tmp_path: Path) -> None:
    policy = _written(tmp_path, f'{MINIMAL}\n[leader.parks]\nfields = "*"\n[land.parks]\nrows = "none"')
    for role in (Role.LEADER, Role.LAND, Role.PUBLIC):
        with pytest.raises(Forbidden, match=role.zh):
            policy.view(Principal("x", role), "parks")


def test_permissions_include_those_of_another_role() -> None:
    leader, public = POLICY.permissions["leader"], POLICY.permissions["public"]
    assert public < leader
    assert "audit:read" in leader - public
    assert POLICY.allows(Principal("x", Role.ADMIN), "anything:at-all")
    assert not POLICY.allows(ANONYMOUS, "imports:write")
    with pytest.raises(Forbidden, match="公众"):
        POLICY.require(ANONYMOUS, "imports:write")


def test_only_the_administrator_may_do_everything() -> None:
    assert [role for role, granted in POLICY.permissions.items() if "*" in granted] == ["admin"]


def test_the_version_is_the_content(tmp_path: Path) -> None:
    text = DEFAULT_POLICY.read_text(encoding="utf-8")
    version = _written(tmp_path, text).version
    assert _written(tmp_path, text).version == version
    assert _written(tmp_path, text + "\n# changed").version != version


def test_hiding_beats_showing() -> None:
    view = View("all", fields=("key", "name"), hide=frozenset({"name"}))
    assert [field for field in ("key", "name", "other") if view.shows(field)] == ["key"]
