"""How far is clearance? Unit states and task figures from dated facts; pure, no personal field, no database."""

from geoservice.demolition.checks import check_facts
from geoservice.demolition.errors import FactsInvalid
from geoservice.demolition.facts import BRANCH, FACTS, KINDS, STEPS, with_days
from geoservice.demolition.rollup import roll_up
from geoservice.demolition.states import unit_states
from geoservice.demolition.suppress import public_view

__all__ = [
    "BRANCH",
    "FACTS",
    "KINDS",
    "STEPS",
    "FactsInvalid",
    "check_facts",
    "public_view",
    "roll_up",
    "unit_states",
    "with_days",
]
