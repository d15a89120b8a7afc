"""Reading a filter: CQL2 text or JSON becomes one tree, within bounds that keep any filter cheap to read."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import cql2

from geoservice.registry.cql.errors import FilterInvalid

MAX_CHARACTERS: Final = 100_000
MAX_DEPTH: Final = 16
"""Operators within operators, connectives of one kind in a row counted once."""
MAX_NODES: Final = 2_000
MAX_VERTICES: Final = 10_000
"""Corners of all shapes a filter names."""
_PARSING_BUDGET: Final = 2**21
"""The library tries a parenthesis twice before it gives up, so that its time doubles with each level."""
_PREFIXES: Final = re.compile(r"(?:(?:not\b|[-+])\s*){20,}", re.IGNORECASE)
_QUOTED: Final = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
_SHAPES: Final = frozenset(
    {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"}
)


def parse_text(text: str) -> Any:
    """Read CQL2 text.

    Raises
    ------
    FilterInvalid
        If it is no CQL2 text, or too long or too deeply nested.
    """
    _require_readable(text)
    try:
        tree = cql2.parse_text(text).to_json()
    except cql2.ParseError as error:
        raise FilterInvalid("The filter is not CQL2 text", _place(text, error), _REMEDY) from None
    return _bounded(tree)


def parse_json(document: Any) -> Any:
    """Read CQL2 JSON, as text or as the document it is.

    Raises
    ------
    FilterInvalid
        If it is no JSON, or too large or too deeply nested.
    """
    if isinstance(document, str):
        if len(document) > MAX_CHARACTERS:
            raise _too("long", f"{len(document)} characters", f"at most {MAX_CHARACTERS}")
        try:
            document = json.loads(document)
        except (ValueError, RecursionError):
            raise FilterInvalid("The filter is not CQL2 JSON", document[:80], _REMEDY) from None
    return _bounded(document)


_REMEDY: Final = "Write it as status='available' AND area_m2>20000, or as JSON with filter-lang=cql2-json."


def _require_readable(text: str) -> None:
    if not text.strip():
        raise FilterInvalid("The filter is empty", None, _REMEDY)
    if len(text) > MAX_CHARACTERS:
        raise _too("long", f"{len(text)} characters", f"at most {MAX_CHARACTERS}")
    bare = _QUOTED.sub("''", text)
    deepest = depth = 0
    for sign in bare:
        depth += (sign == "(") - (sign == ")")
        deepest = max(deepest, depth)
        if depth < 0:
            break
    if depth:
        raise FilterInvalid("The parentheses of the filter do not match", text[:80], _REMEDY)
    if deepest > MAX_DEPTH or len(text) * 2**deepest > _PARSING_BUDGET or _PREFIXES.search(bare):
        raise _too("deeply nested", f"{deepest} levels", "fewer parentheses, or the same as cql2-json")
    if sum(bare.count(sign) for sign in "=<>") > MAX_NODES:
        raise _too("large", "too many comparisons", "one IN list instead of many comparisons")


def _bounded(tree: Any) -> Any:
    """Return the tree with chains of a connective made flat, or refuse it."""
    _require_text(tree)
    nodes = vertices = 0
    root: list[Any] = [tree]
    waiting: list[tuple[Any, Any, int]] = [(root, 0, 0)]
    while waiting:
        holder, place, depth = waiting.pop()
        node = holder[place]
        nodes += 1
        if nodes > MAX_NODES:
            raise _too("large", f"more than {MAX_NODES} parts", "one IN list instead of many comparisons")
        if depth > MAX_DEPTH:
            raise _too("deeply nested", f"more than {MAX_DEPTH} levels", "fewer levels")
        if isinstance(node, dict) and node.get("type") in _SHAPES:
            vertices += _vertices(node)
            if vertices > MAX_VERTICES:
                raise _too("large", f"shapes of more than {MAX_VERTICES} corners", "a simpler shape")
        elif isinstance(node, dict):
            if node.get("op") in ("and", "or"):
                node = holder[place] = {**node, "args": _flat(node["op"], node.get("args"))}
            waiting += [
                (node, name, depth) for name, inner in node.items() if isinstance(inner, (dict, list))
            ]
        elif isinstance(node, list):
            waiting += [
                (node, index, depth + 1)
                for index, inner in enumerate(node)
                if isinstance(inner, (dict, list))
            ]
            nodes += len(node)
    return root[0]


def _require_text(tree: Any) -> None:
    """Refuse halves of characters, which JSON can write and nothing can store or send."""
    try:
        json.dumps(tree, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError, ValueError):
        raise FilterInvalid("The filter holds what cannot be text", None, _REMEDY) from None


def _flat(connective: str, arguments: Any) -> Any:
    """Make ``a and (b and c)`` one level; a chain is no nesting."""
    if not isinstance(arguments, list):
        return arguments
    flat: list[Any] = []
    waiting = list(reversed(arguments))
    while waiting:
        argument = waiting.pop()
        if (
            isinstance(argument, dict)
            and argument.get("op") == connective
            and isinstance(argument.get("args"), list)
        ):
            waiting += reversed(argument["args"])
        else:
            flat.append(argument)
        if len(flat) > MAX_NODES:
            raise _too("large", f"more than {MAX_NODES} parts", "one IN list instead of many comparisons")
    return flat


def _vertices(shape: dict[str, Any]) -> int:
    """Count the numbers of a shape by pairs, without recursion: a filter may nest as deep as it likes."""
    numbers, waiting = 0, [shape.get("coordinates"), shape.get("geometries")]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            waiting += [part.get("coordinates"), part.get("geometries")]
        elif part is not None:
            numbers += 1
        if numbers > 3 * MAX_VERTICES:
            break
    return numbers // 2


def _too(what: str, value: str, remedy: str) -> FilterInvalid:
    return FilterInvalid(f"The filter is too {what}", value, f"Use {remedy}.")


def _place(text: str, error: Exception) -> str:
    found = re.search(r"-->\s*(\d+):(\d+)", str(error))
    if found is None:
        return text[:80]
    line, column = (int(number) for number in found.groups())
    rest = text.splitlines()[line - 1][column - 1 :] if line <= len(text.splitlines()) else ""
    return f"line {line}, column {column}: {rest[:60] or 'end of text'}"
