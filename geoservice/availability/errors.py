"""What can be wrong with the rules and with the facts they judge."""

from __future__ import annotations

from geoservice.errors import InvalidInput


class RulesInvalid(InvalidInput):
    """A rule file does not say what a rule must say; names rule and key."""

    code = "rules_invalid"


class FactsInvalid(InvalidInput):
    """The facts contradict themselves or lack what a verdict needs."""

    code = "facts_invalid"
