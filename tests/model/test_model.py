"""Vocabularies and nouns agree with the tables and with one another."""

from __future__ import annotations

import pytest

from geoservice.errors import NotFound
from geoservice.model import metadata
from geoservice.model.nouns import NOUNS, noun
from geoservice.model.vocabulary import Role, Stage, StageGroup, Vocabulary, vocabularies

WORDS = dict(vocabularies())


@pytest.mark.parametrize("name", sorted(WORDS))
def test_codes_and_labels_are_clear(name: str) -> None:
    words = WORDS[name]
    assert len(words) >= 2
    for labels in ([w.value for w in words], [w.zh for w in words], [w.en for w in words]):
        assert all(labels)
        assert len(set(labels)) == len(labels), "a label that names two codes"
    for word in words:
        assert {words.recognise(text) for text in (word.value, f" {word.zh} ", word.en.upper())} == {word}
    assert words.recognise("没有") is None
    assert words.labels()[next(iter(words)).value]["zh"] == next(iter(words)).zh


def test_the_api_names_every_vocabulary() -> None:
    assert len(WORDS) == len(Vocabulary.__subclasses__())
    assert {"stage", "stage_group", "verdict_status", "public_task_state", "role"} <= set(WORDS)


def test_stages_fall_into_the_seven_groups_in_order() -> None:
    groups = [stage.group for stage in Stage]
    assert [list(StageGroup).index(group) for group in groups] == [0, 0, 1, 2, 3, 4, 5, 6]
    assert [stage.rank for stage in Stage] == list(range(8))


@pytest.mark.parametrize("name", sorted(NOUNS))
def test_a_noun_speaks_of_columns_and_nouns_that_exist(name: str) -> None:
    kind = noun(name)
    columns = set(kind.table.c.keys()) | {"geometry"}
    for fields in (kind.identity, kind.required, kind.searched, kind.references, kind.vocabularies):
        assert set(fields) <= columns
    assert set(kind.references.values()) <= set(NOUNS)
    assert kind.zh
    assert set(kind.required) <= set(kind.fields)
    assert not {"id", "key", "recorded_at", "superseded_at", "geojson", "extra"} & set(kind.fields)


def test_prefixes_of_keys_differ() -> None:
    prefixes = [kind.prefix for kind in NOUNS.values() if kind.prefix]
    assert len(set(prefixes)) == len(prefixes)
    assert {"DK", "YQ", "QY", "XM", "ZC", "HU", "TC", "DD"} <= set(prefixes)


def test_an_unknown_noun_is_named() -> None:
    with pytest.raises(NotFound, match="no such noun") as refusal:
        noun("owner")
    assert "parcel" in refusal.value.remedy


def test_no_table_has_a_place_for_a_person() -> None:
    forbidden = {"owner_name", "id_number", "phone", "account", "bank_account", "compensation_fen"}
    for table in metadata.tables.values():
        assert not forbidden & set(table.c.keys())


def test_versioned_and_derived_tables_carry_both_times() -> None:
    for name, table in metadata.tables.items():
        if "valid_from" in table.c:
            assert {"valid_to", "recorded_at", "superseded_at"} <= set(table.c.keys()), name
            assert not table.c.valid_to.nullable


def test_roles_are_those_of_the_domain_guide() -> None:
    assert [role.value for role in Role] == [
        *("public", "promotion", "leader", "expropriation", "land", "supervision", "admin"),
    ]
