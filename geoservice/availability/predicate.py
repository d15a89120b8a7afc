"""What a predicate is: a named function from ground and parameters to hits, with its parameters declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from geoservice.availability.ground import Ground
from geoservice.availability.hits import Hits

Params: TypeAlias = Mapping[str, Any]
Judge: TypeAlias = Callable[[Ground, Params], Hits]

REQUIRED: Final = object()


@dataclass(frozen=True)
class Param:
    """A parameter of a predicate.

    Parameters
    ----------
    kind : type
        ``bool``, ``float``, ``str``, or ``list`` for a list of texts.
    default : object
        ``REQUIRED`` where a rule must say it.
    choices : tuple of str
        The texts allowed, empty for any.
    """

    kind: type
    default: Any = REQUIRED
    choices: tuple[str, ...] = ()

    def problem(self, value: Any) -> str:
        """Say what is wrong with a value, nothing where it is right.

        >>> Param(list, choices=("a",)).problem(["b"])
        'must be among: a'
        """
        if self.kind is float:
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            return "" if number and value >= 0 else "must be a number, 0 or more"
        if not isinstance(value, self.kind):
            names = {bool: "true or false", str: "a text", list: "a list of texts"}
            return f"must be {names[self.kind]}"
        texts = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        if not all(isinstance(text, str) for text in texts) or value == []:
            return "must be a list of texts, not empty"
        strange = self.choices and [text for text in texts if text not in self.choices]
        return f"must be among: {', '.join(self.choices)}" if strange else ""


@dataclass(frozen=True)
class Predicate:
    """A predicate as rules name it; ``placeholders`` maps what its texts may use to a specimen value."""

    name: str
    judge: Judge
    params: Mapping[str, Param]
    placeholders: Mapping[str, Any]


PREDICATES: Final[dict[str, Predicate]] = {}
"""All predicates by name."""


def predicate(params: Mapping[str, Param], placeholders: Mapping[str, Any]) -> Callable[[Judge], Judge]:
    """Register the decorated function under its name."""

    def register(judge: Judge) -> Judge:
        PREDICATES[judge.__name__] = Predicate(judge.__name__, judge, params, placeholders)
        return judge

    return register
