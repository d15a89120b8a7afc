"""Which columns of a sheet hold boundary points: 点号, 圈号, X/纵坐标, Y/横坐标, longitude and latitude."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from geoservice.intake.headings import fold, split_unit

Role: TypeAlias = Literal["name", "ring", "north", "east"]

_NAMES: Final = frozenset(
    {
        "点号",
        "界址点号",
        "界址点",
        "界址点编号",
        "点名",
        "点位",
        "点编号",
        "点序号",
        "拐点",
        "拐点号",
        "拐点编号",
        "角点",
        "角点号",
        "桩号",
        "界桩号",
        "坐标点号",
        "jzdh",
        "jzd",
        "pointno",
        "pointid",
        "point",
    }
)
_WEAK_NAMES: Final = frozenset({"序号", "编号", "no", "id"})
_RINGS: Final = frozenset({"圈号", "环号", "所在圈号", "圈", "地块圈号", "qh", "ring", "ringno"})
_NORTH: Final = frozenset(
    {
        "x",
        "纵",
        "北",
        "x纵",
        "纵x",
        "北x",
        "x北",
        "纬度",
        "n",
        "北纬",
        "lat",
        "latitude",
        "纬",
        "b",
        "纵轴",
        "y纬度",
        "纬度y",
        "northing",
        "north",
    }
)
_EAST: Final = frozenset(
    {
        "y",
        "横",
        "东",
        "y横",
        "横y",
        "东y",
        "y东",
        "经度",
        "e",
        "东经",
        "lon",
        "lng",
        "long",
        "longitude",
        "经",
        "l",
        "横轴",
        "x经度",
        "经度x",
        "easting",
        "east",
    }
)
_MARKS: Final = re.compile(r"坐标|值|[()（）]|(?<=.)(米|m|度|°)$")


@dataclass(frozen=True, slots=True)
class Group:
    """One set of point columns; sheets that save paper have several side by side.

    Attributes
    ----------
    name, ring : int, optional
        Column of the point's name and of its ring number.
    north, east : int
    """

    north: int
    east: int
    name: int | None = None
    ring: int | None = None


def role_of(heading: Any) -> Role | None:
    """Return what a heading says about the points below it.

    >>> role_of("X坐标（m）"), role_of("横坐标(Y)"), role_of("界址点号"), role_of("备注")
    ('north', 'east', 'name', None)
    """
    if not isinstance(heading, str):
        return None
    word = fold(split_unit(heading)[0])
    if word in _NAMES:
        return "name"
    if word in _RINGS:
        return "ring"
    plain = _MARKS.sub("", word)
    if plain in _NORTH:
        return "north"
    return "east" if plain in _EAST else None


def is_weak_name(heading: Any) -> bool:
    """Tell whether a heading may name points when the rest of the table is nothing but coordinates."""
    return isinstance(heading, str) and fold(heading) in _WEAK_NAMES


def groups_of(headings: list[Any]) -> list[Group]:
    """Return the sets of point columns a heading row names, left to right; empty where it names none.

    A pair of coordinates belongs to the name and ring number before it. Without a name of points the row must
    hold nothing but coordinates, running numbers and what names the parcel: houses with coordinates are no
    boundary.

    >>> groups_of(["点号", "X", "Y", "点号", "X", "Y"])
    [Group(north=1, east=2, name=0, ring=None), Group(north=4, east=5, name=3, ring=None)]
    """
    said = [role_of(h) for h in headings]
    groups: list[Group] = []
    part: dict[str, int] = {}
    for i, role in enumerate(said):
        if role is None:
            if is_weak_name(headings[i]) and "name" not in part:
                part["name"] = i
            continue
        if role in part and not (role == "name" and is_weak_name(headings[part["name"]])):
            part = {}
        part[role] = i
        if {"north", "east"} <= set(part):
            groups.append(Group(part["north"], part["east"], part.get("name"), part.get("ring")))
            part = {}
    named = any(role in {"name", "ring"} for role in said)
    bare = all(h is None or r is not None or is_weak_name(h) for h, r in zip(headings, said, strict=True))
    return groups if named or bare else []
