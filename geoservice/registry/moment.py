"""When a question is asked about: a day of validity, and what was known by an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from geoservice import clock


@dataclass(frozen=True)
class Moment:
    """A point in both times.

    Attributes
    ----------
    day : date
        Valid time: the Shanghai day the answer is about.
    known_at : datetime, optional
        Recorded time: answer as was known then; ``None`` for all that is known now.
    """

    day: date
    known_at: datetime | None = None

    @classmethod
    def today(cls) -> Moment:
        """Return the moment most questions mean."""
        return cls(clock.today())

    def pinned(self) -> Moment:
        """Return this moment with what is known pinned to now, so that later pages show the same state."""
        return self if self.known_at is not None else Moment(self.day, clock.now())
