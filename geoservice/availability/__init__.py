"""Is this parcel free? Rules as data, facts as frames, verdicts as intervals; pure, no database."""

from geoservice.availability.assess import VERDICT, assess
from geoservice.availability.errors import FactsInvalid, RulesInvalid
from geoservice.availability.facts import Facts
from geoservice.availability.rules import Rule, RuleSet, load_rules, parse_rules

__all__ = [
    "VERDICT",
    "Facts",
    "FactsInvalid",
    "Rule",
    "RuleSet",
    "RulesInvalid",
    "assess",
    "load_rules",
    "parse_rules",
]
