"""Statements composed once for a question and run many times: composing one takes as long as running it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final, TypeVar

from sqlalchemy import Executable

from geoservice.registry.filters import Filters
from geoservice.registry.moment import Moment
from geoservice.registry.query import FeatureQuery

S = TypeVar("S", bound=Executable)


class Statements:
    """A bounded store of composed statements; safe between threads.

    Parameters
    ----------
    most : int
        How many it holds; the least recently used leaves first.
    """

    def __init__(self, most: int = 256) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def of(self, query: FeatureQuery, kind: Hashable, compose: Callable[[], S]) -> S:
        """Return the statement of a question, composing it where it is not held or filters make it one of its own."""
        if query.filters != _UNFILTERED:
            return compose()
        key = (kind, _asked(query))
        with self._lock:
            held: S | None = self._held.get(key)
            if held is not None:
                self._held.move_to_end(key)
                return held
        made = compose()
        with self._lock:
            self._held[key] = made
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return made


def _asked(query: FeatureQuery) -> Hashable:
    """Return all of an unfiltered question that a statement depends on."""
    # Who asks is part of it only where rows are chosen by scope; what may be shown is judged as of today, so that
    # yesterday's statement must not serve today.
    principal = query.principal if query.view.rows == "scope" else None
    return (query.collection, query.moment, Moment.today().day, principal, query.view, query.rendition)


_UNFILTERED: Final = Filters()
