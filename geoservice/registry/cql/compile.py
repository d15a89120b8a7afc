"""Compiling a filter: the tree becomes one SQL predicate; nothing of the filter is ever written as SQL text."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false, not_, or_, true

from geoservice.db.predicates import like
from geoservice.registry.cql.errors import FilterInvalid
from geoservice.registry.cql.scope import Scope
from geoservice.registry.cql.space import SPATIAL, spatial
from geoservice.registry.cql.terms import Term, alike, pair, term
from geoservice.registry.cql.time import TEMPORAL, temporal

_COMPARISONS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MAX_WILDCARDS: Final = 12
"""Patterns with many wildcards make both engines search for long."""
_BOOLEANS: Final = "Write a comparison such as area_m2>20000, joined by AND, OR and NOT."


def compile_filter(scope: Scope, tree: Any) -> ColumnElement[bool]:
    """Return the predicate of a filter.

    Raises
    ------
    FilterInvalid
        If it compares what cannot be compared, or names a field, function or shape there is not.
    Forbidden
        If it names a field the reader does not see.
    """
    return _boolean(scope, tree, True)


def _boolean(scope: Scope, node: Any, plain: bool) -> ColumnElement[bool]:
    """Compile what is true or false; `plain` says that no NOT stands above."""
    if isinstance(node, bool):
        return true() if node else false()
    if not isinstance(node, dict):
        raise FilterInvalid("This is neither true nor false", str(node)[:80], _BOOLEANS)
    if "property" in node:
        return _comparison(scope, "=", [node, True])
    operation, arguments = node.get("op"), node.get("args")
    if operation in ("and", "or"):
        return _connective(scope, operation, arguments, plain)
    if operation == "not":
        return not_(_boolean(scope, _one(operation, arguments), False))
    return _predicate(scope, operation, arguments, plain)


def _predicate(scope: Scope, operation: Any, arguments: Any, plain: bool) -> ColumnElement[bool]:
    if not isinstance(operation, str):
        raise FilterInvalid("This is neither true nor false", str(operation)[:80], _BOOLEANS)
    if operation in _COMPARISONS:
        return _comparison(scope, operation, arguments)
    if operation in SPATIAL:
        return spatial(scope, operation, pair(operation, arguments), narrowed=plain)
    if operation in TEMPORAL:
        return temporal(scope, operation, pair(operation, arguments))
    if operation in _OTHERS:
        return _OTHERS[operation](scope, arguments)
    raise FilterInvalid("There is no such function or operator here", operation[:80], _BOOLEANS)


def _connective(scope: Scope, operation: str, arguments: Any, plain: bool) -> ColumnElement[bool]:
    if not isinstance(arguments, list) or len(arguments) < 2:
        raise FilterInvalid(f"{operation.upper()} joins two or more", str(arguments)[:80], _BOOLEANS)
    parts = [_boolean(scope, argument, plain) for argument in arguments]
    return and_(*parts) if operation == "and" else or_(*parts)


def _comparison(scope: Scope, operation: str, arguments: Any) -> ColumnElement[bool]:
    nodes = pair(operation, arguments)
    if None in nodes:
        raise FilterInvalid("Nothing compares with NULL", operation, "Write IS NULL or IS NOT NULL.")
    left, right = alike(term(scope, nodes[0]), term(scope, nodes[1]), operation)
    if left.kind == "boolean" and operation not in ("=", "<>"):
        raise FilterInvalid("True and false have no order", operation, "Use = or <>.")
    return _compared(operation, left, right)


def _compared(operation: str, left: Term, right: Term) -> ColumnElement[bool]:
    if left.constant and right.constant:
        return true() if _COMPARISONS[operation](left.value, right.value) else false()
    found: ColumnElement[bool] = _COMPARISONS[operation](left.sql, right.sql)
    return found


def _like(scope: Scope, arguments: Any) -> ColumnElement[bool]:
    text, pattern = (term(scope, node) for node in pair("like", arguments))
    if text.kind != "text" or pattern.kind != "text" or not pattern.constant:
        raise FilterInvalid(
            "LIKE takes a text and a pattern in quotes", f"{text.kind} LIKE {pattern.kind}", _BOOLEANS
        )
    body = re.sub(r"\\.", "", pattern.value, flags=re.DOTALL)
    if body.endswith("\\") or body.count("%") + body.count("_") > _MAX_WILDCARDS:
        raise FilterInvalid(
            "This pattern is not usable",
            pattern.value[:80],
            rf"Use at most {_MAX_WILDCARDS} wildcards and write \\ for a backslash.",
        )
    return like(text.sql, pattern.value)


def _between(scope: Scope, arguments: Any) -> ColumnElement[bool]:
    if not isinstance(arguments, list) or len(arguments) != 3:
        raise FilterInvalid("BETWEEN takes a value and two bounds", str(arguments)[:80], _BOOLEANS)
    value, low, high = (term(scope, node) for node in arguments)
    if {value.kind, low.kind, high.kind} - {"number", "day", "instant", "text"}:
        raise FilterInvalid("BETWEEN takes what has an order", value.kind, "Use = or <>.")
    return and_(
        _compared(">=", *alike(value, low, "BETWEEN")), _compared("<=", *alike(value, high, "BETWEEN"))
    )


def _in(scope: Scope, arguments: Any) -> ColumnElement[bool]:
    node, members = pair("in", arguments)
    if not isinstance(members, list) or not members:
        raise FilterInvalid("IN takes a list of values", str(members)[:80], "Write name IN ('a','b').")
    value = term(scope, node)
    pairs = [alike(value, term(scope, member), "IN") for member in members]
    if value.constant or not all(member.constant for _, member in pairs):
        return or_(*(_compared("=", one, other) for one, other in pairs))
    return value.sql.in_([member.sql for _, member in pairs])


def _is_null(scope: Scope, arguments: Any) -> ColumnElement[bool]:
    node = _one("isNull", arguments)
    if scope.is_geometry(node):
        return and_(true(), *(rows.c.geom.is_(None) for _, rows in scope.shapes))
    found = term(scope, node)
    return false() if found.constant else found.sql.is_(None)


def _one(operation: str, arguments: Any) -> Any:
    if not isinstance(arguments, list) or len(arguments) != 1:
        raise FilterInvalid(f"{operation} takes one operand", str(arguments)[:80], _BOOLEANS)
    return arguments[0]


_OTHERS: Final[dict[Any, Callable[[Scope, Any], ColumnElement[bool]]]] = {
    "like": _like,
    "between": _between,
    "in": _in,
    "isNull": _is_null,
}
