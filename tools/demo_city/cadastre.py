"""Numbers, codes and addresses: how the register names a piece of land."""

from __future__ import annotations

from dataclasses import dataclass, field

from shapely import Polygon, STRtree

from .roads import Road
from .zones import Zone

_PREFIX = {"329901": "LY", "329902": "QH", "329903": "DP", "329904": "YL"}


@dataclass
class Register:
    """Counts what has been numbered, per block and per cadastral sub-area."""

    blocks: dict[tuple[str, int], int] = field(default_factory=dict)
    lots: dict[tuple[str, int], int] = field(default_factory=dict)
    serials: dict[str, int] = field(default_factory=dict)

    def number(self, zone: Zone, block: int) -> str:
        """Return the next 地块编号 of a block: unit – block – lot."""
        key = (zone.code, block)
        if key not in self.blocks:
            self.blocks[key] = 1 + sum(1 for code, _ in self.blocks if code == zone.code)
        self.lots[key] = self.lots.get(key, 0) + 1
        unit = int(zone.code[6:]) % 100 + (10 if zone.code[6] == "1" else 0)
        return f"{_PREFIX[zone.county]}{unit:02d}-{self.blocks[key]:03d}-{self.lots[key]:02d}"

    def code(self, zone: Zone, block: int, rights: str) -> str:
        """Return the next 宗地代码 (19 digits and letters, TD/T 1001) with ``rights`` such as GB or JC."""
        area = f"{zone.county}{int(zone.code[6:]):03d}{1 + self.blocks[(zone.code, block)] // 8:03d}{rights}"
        self.serials[area] = self.serials.get(area, 0) + 1
        return f"{area}{self.serials[area]:05d}"


class Finder:
    """Finds the sub-district of a shape."""

    def __init__(self, zones: list[Zone]) -> None:
        self._zones = zones
        self._tree = STRtree([zone.shape for zone in zones])

    def zone(self, shape: Polygon) -> Zone:
        """Return the sub-district a shape lies in."""
        return self._zones[int(self._tree.nearest(shape.representative_point()))]


class Places:
    """Describes where a parcel lies by the named road beside it."""

    def __init__(self, roads: list[Road]) -> None:
        self._roads = [road for road in roads if road.name]
        self._tree = STRtree([road.line for road in self._roads])

    def describe(self, shape: Polygon) -> str:
        """Return road and side, such as 人民大道北侧."""
        road = self._roads[int(self._tree.nearest(shape))]
        middle = shape.representative_point()
        foot = road.line.interpolate(road.line.project(middle))
        east, north = middle.x - foot.x, middle.y - foot.y
        side = ("东" if east > 0 else "西") if abs(east) > abs(north) else ("北" if north > 0 else "南")
        return f"{road.name}{side}侧"
