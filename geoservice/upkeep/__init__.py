"""Keeping derived answers current: subscribers of the unit of work that join the register with the kernels.

Each subscriber looks at the touched keys, works out which subjects depend on them, gathers their facts, asks a
pure kernel, and stores what changed — inside the transaction of the change itself (ADR 0003).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from geoservice.availability.rules import RuleSet
from geoservice.db import Subscriber
from geoservice.registry import audit, revisions
from geoservice.upkeep.holds import guard_holds
from geoservice.upkeep.lineage import keep_lineage
from geoservice.upkeep.progress import keep_progress
from geoservice.upkeep.sites import keep_sites
from geoservice.upkeep.stages import keep_stages
from geoservice.upkeep.verdicts import keep_verdicts

Progress = Callable[[str, int, int], None]


def subscribers(rules: RuleSet, progress: Progress | None = None) -> Sequence[Subscriber]:
    """Return the subscribers in the order in which they depend on one another; revisions and audit come last."""
    return (
        guard_holds,
        keep_stages,
        keep_sites,
        keep_lineage,
        keep_progress,
        keep_verdicts(rules, progress),
        revisions.bump,
        audit.append,
    )
