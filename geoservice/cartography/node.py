"""A table of a TOML document that knows where it stands, so that refusals can say so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NoReturn

from geoservice.cartography.definition import Text
from geoservice.cartography.errors import InvalidDefinition


class Node:
    """One table of a definition: takes keys out one by one and refuses what nobody asked for.

    Parameters
    ----------
    origin : str
        The file the table comes from.
    path : str
        The keys that lead to the table, joined by dots.
    table : mapping
        The table itself.
    """

    def __init__(self, origin: str, path: str, table: Mapping[str, Any]) -> None:
        self._origin = origin
        self._path = path
        self._table = table
        self._asked: dict[str, None] = {}

    def refuse(self, key: str, value: object, remedy: str) -> NoReturn:
        """Raise :class:`InvalidDefinition` about one key."""
        raise InvalidDefinition(f"{self._origin}: {self._at(key)} is not usable", value, remedy)

    def refuse_the_rest(self) -> None:
        """Refuse keys that were never asked for: a misspelt key must not be silent."""
        for key, value in self._table.items():
            if key not in self._asked:
                known = ", ".join(self._asked)
                self.refuse(key, value, f"There is no such key; the keys here are: {known}")

    def has(self, key: str) -> bool:
        """Tell whether the key is there."""
        return key in self._table

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; without a default the key must be there and not be empty."""
        value = self._take(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.refuse(key, value, "Write a text in quotes")
        return value

    def matching(self, key: str, pattern: re.Pattern[str], remedy: str) -> str:
        """Return a text that has the form of ``pattern``."""
        value = self.text(key)
        if not pattern.fullmatch(value):
            self.refuse(key, value, remedy)
        return value

    def choice(self, key: str, choices: Sequence[str], default: str | None = None) -> str:
        """Return a text that is one of ``choices``."""
        value = self.text(key, default)
        if value not in choices:
            self.refuse(key, value, f"Use one of: {', '.join(choices)}")
        return value

    def choices(self, key: str, allowed: Sequence[str]) -> list[str]:
        """Return the chosen ones of ``allowed``, in its order."""
        values = self._take(key, [])
        if not isinstance(values, list):
            self.refuse(key, values, 'Write a list: ["…"]')
        for value in values:
            if value not in allowed:
                self.refuse(key, value, f"Use one of: {', '.join(allowed)}")
        return [value for value in allowed if value in values]

    def texts(self, key: str) -> list[str]:
        """Return a list of texts, empty where there is none."""
        values = self._take(key, [])
        if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
            self.refuse(key, values, 'Write a list: ["…"]')
        return list(values)

    def day(self, key: str) -> date | None:
        """Return a day, ``None`` where there is none."""
        value = self._take(key, None)
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                self.refuse(key, value, "Write a day: 2027-03-31")
        if value is not None and type(value) is not date:
            self.refuse(key, value, "Write a day: 2027-03-31")
        return value

    def number(self, key: str, default: float, low: float = 0, high: float = 1e6) -> float:
        """Return a number between ``low`` and ``high``."""
        value = self._take(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.refuse(key, value, f"Write a number from {low:g} to {high:g}")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """Return true or false."""
        value = self._take(key, default)
        if not isinstance(value, bool):
            self.refuse(key, value, "Write true or false, without quotes")
        return value

    def wording(self, key: str, default: Text | None = None) -> Text:
        """Return a text in two languages: a plain text serves both."""
        value = self._take(key, default)
        if isinstance(value, Text):
            return value
        if isinstance(value, str) and value:
            return Text(value, value)
        if isinstance(value, Mapping) and set(value) <= {"zh", "en"} and isinstance(value.get("zh"), str):
            return Text(value["zh"], str(value.get("en", value["zh"])))
        self.refuse(key, value, 'Write { zh = "…", en = "…" }')

    def table(self, key: str) -> Node | None:
        """Return a sub-table, ``None`` where there is none."""
        value = self._take(key, None)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.refuse(key, value, f"Write a table: [{self._at(key)}]")
        return Node(self._origin, self._at(key), value)

    def tables(self, key: str) -> list[Node]:
        """Return a list of sub-tables, empty where there is none."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
            self.refuse(key, value, f"Write a list of tables: [[{self._at(key)}]]")
        return [Node(self._origin, f"{self._at(key)}[{n}]", entry) for n, entry in enumerate(value, start=1)]

    def _take(self, key: str, default: object) -> Any:
        self._asked[key] = None
        return self._table.get(key, default)

    def _at(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key
