"""Values of a filter: fields, literals, arithmetic and text functions, each with the kind of what it holds."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, Date, Double, Text, cast, func, literal

from geoservice.db.predicates import (
    case_folded,
    fold_case,
    number_power,
    power,
    strip_accents,
    truncated,
    unaccented,
)
from geoservice.db.types import Instant
from geoservice.registry.cql.errors import FilterInvalid
from geoservice.registry.cql.scope import Scope, kind_of

_TYPES: Final[dict[str, Any]] = {
    "text": Text(),
    "number": Double(),
    "boolean": Boolean(),
    "day": Date(),
    "instant": Instant(),
}
ARITHMETIC: Final = ("+", "-", "*", "/", "%", "div", "^")
TEXT_FUNCTIONS: Final[dict[str, tuple[Callable[[str], str], type[Any]]]] = {
    "casei": (fold_case, case_folded),
    "accenti": (strip_accents, unaccented),
}


@dataclass(frozen=True)
class Term:
    """A value.

    Attributes
    ----------
    kind : str
        ``text``, ``number``, ``boolean``, ``day``, ``instant`` or ``document``.
    column : ColumnElement or None
        What it is in SQL; ``None`` for a constant.
    value : object
        What it is in Python, where it is a constant.
    """

    kind: str
    column: ColumnElement[Any] | None = None
    value: Any = None

    @property
    def constant(self) -> bool:
        """Say whether this is known without looking at a feature."""
        return self.column is None

    @property
    def sql(self) -> ColumnElement[Any]:
        """Return it as SQL."""
        return literal(self.value, _TYPES[self.kind]) if self.column is None else self.column


def term(scope: Scope, node: Any) -> Term:
    """Compile a value.

    Raises
    ------
    FilterInvalid
        If it is none, or an operand has the wrong kind.
    """
    if isinstance(node, bool):
        return Term("boolean", value=node)
    if isinstance(node, (int, float)):
        return Term("number", value=_finite(float(node)))
    if isinstance(node, str):
        return Term("text", value=_clean(node))
    if isinstance(node, dict):
        return _structured(scope, node)
    raise FilterInvalid("This is no value a filter can compare", _shown(node), "Name a field or a literal.")


def _structured(scope: Scope, node: dict[str, Any]) -> Term:
    if "property" in node:
        column = scope.field(node["property"])
        return Term(kind_of(column), column)
    if "date" in node:
        return Term("day", value=read_day(node["date"]))
    if "timestamp" in node:
        return Term("instant", value=read_instant(node["timestamp"]))
    operation = node.get("op")
    if operation in ARITHMETIC:
        return _arithmetic(scope, operation, node.get("args"))
    if isinstance(operation, str) and operation in TEXT_FUNCTIONS:
        return _text_function(scope, operation, node.get("args"))
    raise FilterInvalid("There is no such function or value here", _shown(operation or node), _FUNCTIONS)


_FUNCTIONS: Final = (
    "Use CASEI and ACCENTI on text, + - * / % DIV ^ on numbers, S_… on the shape and T_… on dates."
)


def read_day(text: Any) -> date:
    """Read a day.

    Raises
    ------
    FilterInvalid
        If it is none.
    """
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise FilterInvalid("This is no date", _shown(text), "Write DATE('2026-09-30').") from None


def read_instant(text: Any) -> datetime:
    """Read an instant; one without a zone is UTC, as the standard has it.

    Raises
    ------
    FilterInvalid
        If it is none.
    """
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise FilterInvalid(
            "This is no instant", _shown(text), "Write TIMESTAMP('2026-09-30T08:00:00Z')."
        ) from None


def alike(left: Term, right: Term, operation: str) -> tuple[Term, Term]:
    """Return both terms as one kind: text that stands where a date is compared is read as one.

    Raises
    ------
    FilterInvalid
        If they cannot be compared.
    """
    left, right = _as(left, right.kind), _as(right, left.kind)
    if left.kind != right.kind or left.kind == "document":
        raise FilterInvalid(
            "These two cannot be compared", f"{left.kind} {operation} {right.kind}", "Compare like with like."
        )
    return left, right


def _as(given: Term, kind: str) -> Term:
    if given.constant and given.kind == "text" and kind == "day":
        return Term("day", value=read_day(given.value))
    if given.constant and given.kind == "text" and kind == "instant":
        return Term("instant", value=read_instant(given.value))
    return given


def _arithmetic(scope: Scope, sign: str, arguments: Any) -> Term:
    left, right = (_of_kind(term(scope, argument), "number", sign) for argument in pair(sign, arguments))
    if left.constant and right.constant:
        return Term("number", value=_computed(sign, left.value, right.value))
    one, other = (_double(operand) for operand in (left, right))
    return Term("number", _OPERATIONS[sign](one, other))


_OPERATIONS: Final[dict[str, Callable[[Any, Any], ColumnElement[Any]]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    # What is divided by nothing is unknown, and does not stop the whole question.
    "/": lambda one, other: one / func.nullif(other, 0.0, type_=Double()),
    "div": lambda one, other: truncated(one / func.nullif(other, 0.0, type_=Double())),
    "%": lambda one, other: one - other * truncated(one / func.nullif(other, 0.0, type_=Double())),
    "^": power,
}
_COMPUTED: Final[dict[str, Callable[[float, float], float | None]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "div": lambda one, other: float(math.trunc(one / other)),
    "%": math.fmod,
    "^": number_power,
}


def _computed(sign: str, one: float, other: float) -> float:
    try:
        result = _COMPUTED[sign](one, other)
    except (ArithmeticError, ValueError):
        result = None
    if result is None:
        raise FilterInvalid("This has no value", f"{one:g} {sign} {other:g}", "Correct the arithmetic.")
    return _finite(result)


def _double(operand: Term) -> ColumnElement[Any]:
    return operand.sql if operand.constant else cast(operand.sql, Double())


def _text_function(scope: Scope, name: str, arguments: Any) -> Term:
    if not isinstance(arguments, list) or len(arguments) != 1:
        raise FilterInvalid(f"{name.upper()} takes one text", _shown(arguments), _FUNCTIONS)
    of_value, of_column = TEXT_FUNCTIONS[name]
    inner = _of_kind(term(scope, arguments[0]), "text", name)
    return Term("text", value=of_value(inner.value)) if inner.constant else Term("text", of_column(inner.sql))


def _of_kind(found: Term, kind: str, operation: str) -> Term:
    if found.kind != kind:
        raise FilterInvalid(f"{operation.upper()} takes a {kind}", found.kind, _FUNCTIONS)
    return found


def pair(operation: str, arguments: Any) -> list[Any]:
    """Return the two arguments of an operation.

    Raises
    ------
    FilterInvalid
        If there are more or fewer.
    """
    if not isinstance(arguments, list) or len(arguments) != 2:
        raise FilterInvalid(f"{operation.upper()} takes two operands", _shown(arguments), "Give it two.")
    return arguments


def _finite(number: float) -> float:
    if not math.isfinite(number) or abs(number) > 1e100:
        raise FilterInvalid("This number is too large", f"{number:g}", "Use a smaller one.")
    return number


def _clean(text: str) -> str:
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise FilterInvalid("This text holds what no text may hold", _shown(text), "Remove it.")
    return text


def _shown(node: Any) -> str:
    return ascii(node)[:80] if isinstance(node, str) and not node.isprintable() else str(node)[:80]
