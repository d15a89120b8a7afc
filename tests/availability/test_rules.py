from __future__ import annotations

from pathlib import Path

import pytest

from geoservice.availability import RulesInvalid, assess, load_rules, parse_rules
from geoservice.availability.facts import STATES, UNKNOWN
from geoservice.availability.predicate import PREDICATES
from tests.availability.cities import TODAY, facts, parcel

RULE = """
version = "t1"
[[rule]]
code = "seized"
predicate = "flag_is"
params = { flag = "seized", value = true }
effect = "block"
unit = "登记中心"
text.zh = "查封至{until}"
text.en = "Seized until {until_en}"
public = "restricted"
"""


def test_the_default_rules_cover_the_ladder_and_use_every_predicate() -> None:
    rules = load_rules()
    told = [s for rule in rules.rules if rule.predicate.name == "state_in" for s in rule.params["states"]]
    assert sorted(told) == sorted({*STATES, UNKNOWN} - {"clear"})
    assert {rule.predicate.name for rule in rules.rules} == set(PREDICATES)
    assert rules.version


def test_public_texts_of_the_default_rules_name_nobody() -> None:
    for rule in load_rules().rules:
        assert rule.public is None or set(rule.public) <= {"code", "text", "text_en"}
        assert (rule.public is not None) or rule.effect == "note"
        if rule.predicate.name in {"occupied", "clearance_left"} and rule.public:
            assert rule.public == {"code": "restricted"}


def test_a_bureau_can_bring_its_own_rules(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(RULE.replace("block", "condition"), "utf-8")
    rules = load_rules(path)
    (row,) = assess(facts([parcel(seized=True, state="built")]), rules, today_day=TODAY).to_dict("records")
    assert (row["status"], row["rule_version"]) == ("conditional", "t1")
    assert row["reasons"][0]["text"] == "查封至未定"


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        ('version = "t1"', "", "no version"),
        ('version = "t1"', 'version = "t1"\nremnant_m2 = -1', "remnant_m2 .*-1"),
        ('version = "t1"', 'version = "t1"\ncolour = 1', "unknown keys: colour"),
        ('code = "seized"', "", "Rule 1: key code"),
        ('code = "seized"', 'code = "seized"\ncolor = "red"', r"Rule 1 \(seized\): unknown key: color"),
        ('"flag_is"', '"flag_was"', r"Rule 1 \(seized\): unknown predicate: flag_was.*state_in"),
        ("value = true", 'value = "yes"', "parameter value must be true or false: yes"),
        (", value = true", "", "parameter value is missing"),
        ('flag = "seized"', 'flag = "sold"', "parameter flag must be among: planning_set"),
        ("value = true", "value = true, days = 3", "unknown parameter: days.*flag, value, states"),
        ("value = true", "value = true, states = []", "parameter states must be a list"),
        ('effect = "block"', 'effect = "stop"', "unknown effect: stop.*block, condition, note"),
        ('unit = "登记中心"', "", "key unit must be a text"),
        ('text.en = "Seized until {until_en}"', "", "key text needs zh and en"),
        ("{until}", "{tilluntil}", "text.zh has a wrong placeholder.*{until}"),
        ("{until}", "{until:,.2f}", "text.zh has a wrong placeholder"),
        ('public = "restricted"', "", "public"),
        ('public = "restricted"', 'public = "omitted"', "public.*omitted"),
        (
            'public = "restricted"',
            'public = { zh = "有{until}", en = "a" }',
            "public.zh has a wrong placeholder",
        ),
        ("params = {", "params = [", "no valid TOML"),
    ],
)
def test_says_rule_key_and_value_of_what_is_wrong(wrong: str, right: str, words: str) -> None:
    assert wrong in RULE
    with pytest.raises(RulesInvalid, match=words) as refusal:
        parse_rules(RULE.replace(wrong, right))
    assert refusal.value.remedy


def test_refuses_twins_no_rules_and_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(RulesInvalid, match="one code: seized"):
        parse_rules(RULE + RULE.split("\n", 2)[2])
    with pytest.raises(RulesInvalid, match="no rule"):
        parse_rules('version = "1"')
    with pytest.raises(RulesInvalid, match="nowhere"):
        load_rules(tmp_path / "nowhere.toml")
