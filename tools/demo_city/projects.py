"""The projects: about three hundred, in all stages, most of them on parcels, some on lines of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from shapely.geometry.base import BaseGeometry

from .catalogue import DEPARTMENTS, Product, product_for
from .names import firm_names
from .parcels import Parcel, near_any
from .parks import Park
from .place import TODAY, chance
from .timeline import STAGES, Event, story

MU_M2 = 2000 / 3
_COUNTS = {
    "pipeline": 26,
    "negotiating": 26,
    "signed": 36,
    "approved": 40,
    "started": 66,
    "completed": 20,
    "producing": 34,
    "capacity_reached": 32,
}
_LAND = {
    "pipeline": ("planned", "to_acquire", "acquiring", "reserved"),
    "negotiating": ("clear", "reserved", "acquiring", "acquired"),
    "signed": ("clear", "supplying", "reserved", "acquired", "acquiring"),
    "approved": ("supplied", "supplying", "clear", "acquired"),
    "started": ("building",),
    "completed": ("built",),
    "producing": ("built",),
    "capacity_reached": ("built",),
}
_WITHOUT_LAND = {
    "pipeline": 0.6,
    "negotiating": 0.45,
    "signed": 0.14,
    "approved": 0.05,
    "started": 0.04,
    "producing": 0.06,
}
_COURSE = {
    "industry": STAGES,
    "urban": ("pipeline", "negotiating", "signed", "approved", "started", "completed"),
    "livelihood": ("pipeline", "approved", "started", "completed"),
    "infrastructure": ("pipeline", "approved", "started", "completed"),
    "rural": ("pipeline", "signed", "approved", "started", "completed", "producing"),
}
_USES = {
    "industry": ("10", "11", "0802"),
    "urban": ("07", "09"),
    "livelihood": ("08", "0702"),
    "rural": ("0704", "0602", "1001", "07"),
}


@dataclass(frozen=True)
class Link:
    """A parcel a project uses, wholly or by a share of its area."""

    parcel: Parcel
    role: str = "用地"
    share: float = 1.0


@dataclass(frozen=True)
class Project:
    """A row of the project ledger with what hangs on it; money in 万元."""

    number: str
    code: str
    name: str
    level: str
    category: str
    industry: str
    county: str
    park: str
    total_wan: int
    annual_wan: int
    demand_mu: float
    official: str
    department: str
    summary: str
    published: bool
    side: str
    reached: str
    late: bool
    events: list[Event]
    links: list[Link] = field(default_factory=list)
    site: BaseGeometry | None = None

    def day(self, stage: str) -> date | None:
        """Return the day on which ``stage`` was reached."""
        return next((event.actual_on for event in self.events if event.stage == stage), None)


def draw_projects(parcels: list[Parcel], parks: list[Park]) -> list[Project]:
    """Return the projects that stand on parcels or still look for land."""
    draft = _Draft(parcels, parks)
    order = [stage for stage, count in _COUNTS.items() for _ in range(count)]
    rng = chance("projects:order")
    return [draft.project(order[int(i)]) for i in rng.permutation(len(order))]


class _Draft:
    """Hands out land so that no two projects stand on the same ground unless they share it."""

    def __init__(self, parcels: list[Parcel], parks: list[Park]) -> None:
        self.rng = chance("projects")
        self.parcels, self.parks = parcels, parks
        self.near = near_any([parcel.shape for parcel in parcels], 1.0)
        self.free = set(range(len(parcels)))
        self.halves: list[tuple[Parcel, float, str]] = []
        self.firms = firm_names()
        self.order = [int(i) for i in self.rng.permutation(len(parcels))]
        self.count = 0

    def project(self, wanted: str) -> Project:
        rng = self.rng
        self.count += 1
        category = str(rng.choice(["industry", "urban", "livelihood", "rural"], p=[0.6, 0.21, 0.14, 0.05]))
        course = _COURSE[category]
        reached = wanted if wanted in course else _nearest(course, wanted)
        links = self._land(reached, category)
        park = self._park(category, links)
        product = product_for(park, category, rng)
        level = str(rng.choice(["省重大", "市重大", "区级"], p=[0.13, 0.42, 0.45]))
        late = bool(rng.random() < 0.24 and reached not in ("completed", "producing", "capacity_reached"))
        events = story(course, reached, late, rng)
        used_mu = sum(link.parcel.shape.area * link.share for link in links) / MU_M2
        total = _money(level, used_mu, rng)
        county = links[0].parcel.county if links else park.county if park else f"32990{rng.integers(1, 5)}"
        return Project(
            number=f"QL{events[0].actual_on or TODAY:%Y}-{self.count:03d}",
            code=_code(events, county, rng),
            name=self._name(product, links, category),
            level=level,
            category={"industry": "产业", "urban": "城市", "livelihood": "民生", "rural": "乡村"}[category],
            industry=product.industry,
            county=county,
            park=park.name if park else "",
            total_wan=total,
            annual_wan=_annual(total, reached, rng),
            demand_mu=_demand(used_mu, total, rng),
            official=f"联系领导{rng.integers(1, 19):02d}",
            department=DEPARTMENTS[category][int(rng.integers(len(DEPARTMENTS[category])))],
            summary=_summary(product, used_mu, links),
            published=bool(rng.random() < (0.55 if reached == "negotiating" else 0.9)),
            side=_side(reached, self.count),
            reached=reached,
            late=late,
            events=events,
            links=links,
        )

    def _land(self, reached: str, category: str) -> list[Link]:
        if self.rng.random() < _WITHOUT_LAND.get(reached, 0):
            return []
        if self.halves and self.rng.random() < 0.5:
            for i, (parcel, share, of) in enumerate(self.halves):
                if of == category and parcel.state in _LAND[reached]:
                    del self.halves[i]
                    return [Link(parcel, "用地", round(1 - share, 2))]
        first = next((i for i in self.order if self._fits(i, reached, category)), None)
        if first is None:
            return []
        return self._links(self._grown(first, reached, category), category)

    def _fits(self, i: int, reached: str, category: str) -> bool:
        parcel = self.parcels[i]
        if i not in self.free or parcel.state not in _LAND[reached]:
            return False
        if category == "rural":
            return parcel.kind in ("homestead", "town") and parcel.use.startswith(_USES[category])
        return (
            parcel.use.startswith(_USES[category])
            and parcel.kind not in ("homestead", "field")
            and parcel.shape.area > 4_000
        )

    def _grown(self, first: int, reached: str, category: str) -> list[int]:
        """Add neighbours until the project has one to six parcels."""
        wanted = int(self.rng.choice(6, p=[0.38, 0.27, 0.17, 0.1, 0.05, 0.03])) + 1
        chosen = [first]
        for i in chosen:
            for other in self.near[i]:
                if len(chosen) < wanted and other not in chosen and self._fits(other, reached, category):
                    chosen.append(other)
        return chosen

    def _links(self, chosen: list[int], category: str) -> list[Link]:
        self.free.difference_update(chosen)
        links = [Link(self.parcels[i]) for i in chosen]
        if len(chosen) == 1 and self.rng.random() < 0.2:
            share = float(self.rng.choice([0.35, 0.4, 0.5, 0.6]))
            self.halves.append((links[0].parcel, share, category))
            return [Link(links[0].parcel, "用地", share)]
        if len(chosen) > 2:
            role = str(self.rng.choice(["用地", "预留扩建", "临时用地"], p=[0.5, 0.35, 0.15]))
            links[-1] = Link(links[-1].parcel, role)
        return links

    def _park(self, category: str, links: list[Link]) -> Park | None:
        if links:
            return next((park for park in self.parks if park.name == links[0].parcel.park), None)
        if category == "industry":
            weights = np.array([3.0, 2.0, 1.6, 1.2, 1.2, 1.0, 1.0])
            return self.parks[int(self.rng.choice(len(self.parks), p=weights / weights.sum()))]
        return None

    def _name(self, product: Product, links: list[Link], category: str) -> str:
        if category == "industry":
            return f"{next(self.firms)}{product.firm}{product.title}项目"
        place = links[0].parcel.subdistrict if links else "清澜"
        street = links[0].parcel.address.removeprefix(place) if links else ""
        return f"{place.removesuffix('街道').removesuffix('镇')}{street}{product.title}项目"


def _nearest(course: tuple[str, ...], wanted: str) -> str:
    """Return the last stage of ``course`` that is not beyond ``wanted``."""
    return [stage for stage in course if STAGES.index(stage) <= STAGES.index(wanted)][-1]


def _code(events: list[Event], county: str, rng: np.random.Generator) -> str:
    """Return a 项目代码 (GB/T 40058) once the project is approved."""
    day = next((event.actual_on for event in events if event.stage == "approved"), None)
    if day is None:
        return ""
    office, serial = rng.choice(["04", "89"]), rng.integers(100000, 999999)
    return f"{day:%y%m}-{county}-{office}-{rng.integers(1, 6):02d}-{serial}"


def _money(level: str, used_mu: float, rng: np.random.Generator) -> int:
    """Return the total investment in 万元, by level and by the land it stands on."""
    low, high = {"省重大": (60_000, 420_000), "市重大": (18_000, 120_000), "区级": (3_000, 32_000)}[level]
    base = np.exp(rng.uniform(np.log(low), np.log(high)))
    by_land = used_mu * rng.uniform(220, 420)
    return round(float(max(base, 0.5 * (base + by_land))) / 500) * 500 or 500


def _annual(total: int, reached: str, rng: np.random.Generator) -> int:
    share = {"signed": 0.1, "approved": 0.22, "started": 0.42, "completed": 0.18, "producing": 0.05}.get(
        reached, 0
    )
    return round(total * share * float(rng.uniform(0.7, 1.25)) / 100) * 100


def _demand(used_mu: float, total: int, rng: np.random.Generator) -> float:
    return round(
        used_mu * float(rng.uniform(0.97, 1.06)) if used_mu else total / float(rng.uniform(320, 620)), 1
    )


def _summary(product: Product, used_mu: float, links: list[Link]) -> str:
    land = f"用地约{used_mu:.0f}亩" if links else "选址中" if product.firm else "不新增用地"
    return f"{land}，{product.summary}"


def _side(reached: str, count: int) -> str:
    if count % 17 == 7 and reached in ("approved", "started", "signed"):
        return "停缓建"
    return (
        "终止"
        if count % 23 == 11 and reached in ("pipeline", "negotiating", "signed", "approved")
        else "正常"
    )
