"""How much may leave the house in one file: the limits of exports, read from the policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from geoservice.errors import InvalidInput
from geoservice.model.vocabulary import LayerKind, Role


@dataclass(frozen=True)
class ExportLimits:
    """Limits of exports (domain: 大于 1:5000 的全要素地形资料连片超过 25 km² 属涉密).

    Attributes
    ----------
    contiguous_km2 : float
        So much may be covered without a gap.
    topographic_kinds : frozenset of str
        Kinds of layers that count as full-feature topographic data: beyond the limit they are refused.
    exempt_layers : frozenset of str
        Codes of such layers that are published, or coarser than 1:5000.
    roles : frozenset of str
        Roles that may export topographic data beyond the limit nevertheless.
    warned : frozenset of str
        Collections for which the limit only warns; the warning stands in the audit log.
    file_days : int
        So long an internal map in one file may be opened at most, from the day it is made.
    """

    contiguous_km2: float = 25.0
    topographic_kinds: frozenset[str] = frozenset({"base"})
    exempt_layers: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    warned: frozenset[str] = frozenset({"parcels", "availability"})
    file_days: int = 90


_LISTS: Final[Mapping[str, tuple[str, ...] | None]] = {
    "topographic_kinds": tuple(LayerKind),
    "exempt_layers": None,
    "roles": tuple(Role),
    "warned": ("parks", "zones", "parcels", "availability", "projects", "demolition", "layer_features"),
}


def read_limits(document: Mapping[str, Any]) -> ExportLimits:
    """Read the ``[exports]`` table of a policy.

    Raises
    ------
    InvalidInput
        If a key is unknown or a value cannot be what it must be.
    """
    known = [one.name for one in fields(ExportLimits)]
    unknown = set(document) - set(known)
    if unknown:
        raise InvalidInput(
            "The policy's [exports] has unknown keys", ", ".join(sorted(unknown)), f"Use {', '.join(known)}."
        )
    area = document.get("contiguous_km2", ExportLimits.contiguous_km2)
    if isinstance(area, bool) or not isinstance(area, (int, float)) or not area > 0:
        raise InvalidInput("contiguous_km2 in [exports] must be a positive number", area, "Write 25.")
    days = document.get("file_days", ExportLimits.file_days)
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= 3660:
        raise InvalidInput("file_days in [exports] must be a number of days", days, "Write 90.")
    lists = {name: _list(name, document[name]) for name in _LISTS if name in document}
    return ExportLimits(contiguous_km2=float(area), file_days=days, **lists)


def _list(name: str, value: Any) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise InvalidInput(f"{name} in [exports] must be a list of texts", value, f'Write {name} = ["…"].')
    choices = _LISTS[name]
    wrong = [one for one in value if choices is not None and one not in choices]
    if choices is not None and wrong:
        raise InvalidInput(
            f"{name} in [exports] has no such value", ", ".join(wrong), f"Use some of: {', '.join(choices)}."
        )
    return frozenset(value)
