"""The land bureau's registers: approval batches, supply contracts, idle and inefficient land."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from .landuse import USE_NAMES
from .parcels import Parcel
from .place import TODAY, chance
from .projects import Project
from .zones import DISTRICTS

Row = dict[str, Any]
_APPROVED = ("approved", "acquiring", "acquired", "reserved", "clear", "supplying", "supplied", "building")
_SUPPLIED = ("supplied", "building")
_METHODS = {
    "10": "挂牌",
    "11": "挂牌",
    "09": "拍卖",
    "07": "拍卖",
    "08": "划拨",
    "12": "划拨",
    "13": "划拨",
    "14": "划拨",
}
_YUAN_M2 = {"10": 380, "11": 420, "09": 3600, "07": 4200}
_IDLE_CAUSES = ("政府原因", "企业原因")
BATCH_SIZE = 24
"""Parcels a batch holds at the most."""


@dataclass(frozen=True)
class Batch:
    """An approval batch (用地批次) and its parcels."""

    number: str
    document: str
    county: str
    approved_on: date
    parcels: list[Parcel]
    converted_m2: float


@dataclass(frozen=True)
class Contract:
    """A supply contract of one parcel; money in 万元."""

    number: str
    parcel: Parcel
    row: Row


def draw_batches(parcels: list[Parcel]) -> list[Batch]:
    """Return batches of approved parcels, by district, the oldest for the land that has come furthest."""
    rng = chance("batches")
    groups: defaultdict[str, list[Parcel]] = defaultdict(list)
    for parcel in parcels:
        if parcel.state in _APPROVED:
            groups[parcel.county].append(parcel)
    batches: list[Batch] = []
    for county in sorted(groups):
        ripe = sorted(groups[county], key=lambda one: -_APPROVED.index(one.state))
        for start in range(0, len(ripe), BATCH_SIZE):
            batches.append(
                _batch(county, ripe[start : start + BATCH_SIZE], start / len(ripe), len(batches) + 1, rng)
            )
    return batches


def _batch(county: str, parcels: list[Parcel], place: float, serial: int, rng: np.random.Generator) -> Batch:
    approved = TODAY - timedelta(int(1560 * (1 - place)) + int(rng.integers(30, 120)))
    area = sum(parcel.shape.area for parcel in parcels)
    # A batch holds roads and green besides its parcels.
    return Batch(
        f"QLPC{approved.year}-{serial:02d}",
        f"苏政地〔{approved.year}〕{int(rng.integers(20, 900))}号",
        county,
        approved,
        parcels,
        round(area * float(rng.uniform(1.02, 1.14)), 2),
    )


def batch_row(batch: Batch) -> Row:
    """Return a row of 用地批次."""
    hectares = round(batch.converted_m2 / 10_000, 4)
    return {
        "批次编号": batch.number,
        "批文号": batch.document,
        "批次名称": f"{DISTRICTS[batch.county]}{batch.approved_on.year}年度{batch.number[-2:]}批次建设用地",
        "批准机关": "省人民政府",
        "批准日期": batch.approved_on,
        "所属区县": DISTRICTS[batch.county],
        "农用地转用面积（公顷）": hectares,
        "征收面积（公顷）": round(hectares * 0.97, 4),
        "用地指标（公顷）": hectares,
        "占补平衡编号": f"ZB{batch.approved_on.year}{batch.number[-2:]}",
    }


def batch_parcel_rows(batches: list[Batch]) -> Iterator[Row]:
    """Yield which parcel lies in which batch."""
    for batch in batches:
        for parcel in batch.parcels:
            yield {"批次编号": batch.number, "地块编号": parcel.number}


def draw_contracts(parcels: list[Parcel], projects: list[Project]) -> list[Contract]:
    """Return contracts of parcels supplied or being built on; a few of them were never begun, or came to a stop."""
    rng = chance("contracts")
    owners = {
        link.parcel.number: project for project in projects for link in project.links if link.role == "用地"
    }
    supplied = [parcel for parcel in parcels if parcel.state in _SUPPLIED]
    return [
        Contract(
            f"3299{parcel.county[-2:]}{2023 + n % 4}B{n:05d}",
            parcel,
            _terms(parcel, owners.get(parcel.number), rng),
        )
        for n, parcel in enumerate(supplied, 1)
    ]


def _terms(parcel: Parcel, project: Project | None, rng: np.random.Generator) -> Row:
    building = parcel.state == "building"
    signed = TODAY - timedelta(int(rng.integers(260, 1000) if building else rng.integers(20, 900)))
    started_project = project.day("started") if project else None
    if building and started_project is not None:
        signed = min(signed, started_project - timedelta(int(rng.integers(30, 150))))
    use, area = parcel.use[:2], round(parcel.shape.area, 2)
    price = round(area * _YUAN_M2.get(use, 0) / 10_000 * float(rng.uniform(0.85, 1.3)), 2)
    delivery, start = signed + timedelta(30), signed + timedelta(int(rng.choice([180, 270, 365])))
    extended = start + timedelta(180) if not building and rng.random() < 0.12 else None
    row: Row = {
        "项目编号": project.number if project else "",
        "供应方式": _METHODS.get(use, "协议"),
        "受让人": f"{project.name.split('项目')[0]}建设单位"
        if project
        else f"用地单位{int(rng.integers(100, 999))}",
        "土地用途": USE_NAMES[parcel.use],
        "供应面积（平方米）": area,
        "出让年限": 50 if use in ("10", "11") else 40 if use == "09" else 70 if use == "07" else "",
        "合同签订日期": signed,
        "成交价款（万元）": price or "",
        "已缴价款（万元）": (price if rng.random() < 0.88 else round(price / 2, 2)) or "",
        "价款缴清期限": signed + timedelta(60) if price else "",
        "约定交地日期": delivery,
        "实际交地日期": _past(delivery + timedelta(int(rng.integers(-10, 90))), rng.random() < 0.93),
        "约定动工日期": start,
        "延期动工日期": extended or "",
        "延期原因": "管线迁改滞后，经批准延期" if extended else "",
    }
    return row | _works(row, signed, start, area, building, rng)


def _works(row: Row, signed: date, start: date, area: float, building: bool, rng: np.random.Generator) -> Row:
    completion = start + timedelta(int(rng.integers(540, 900)))
    agreed = round(area / (2000 / 3) * float(rng.uniform(180, 420)), 1)
    told: Row = {
        "实际动工日期": "",
        "中止开发日期": "",
        "约定竣工日期": completion,
        "已开发面积（平方米）": "",
        "约定总投资（万元）": agreed,
        "已投资额（万元）": "",
    }
    if not building:
        return told
    begun = min(start + timedelta(int(rng.integers(-90, 60))), TODAY - timedelta(20))
    told["实际动工日期"] = max(begun, signed + timedelta(5))
    stopped = rng.random() < 0.05
    share = float(rng.uniform(0.05, 0.3) if stopped else rng.uniform(0.3, 0.95))
    told["已开发面积（平方米）"] = round(area * share, 1)
    told["已投资额（万元）"] = round(agreed * share * float(rng.uniform(0.7, 1.0)), 1)
    if stopped:
        told["中止开发日期"] = max(told["实际动工日期"], TODAY - timedelta(int(rng.integers(380, 700))))
    return told


def _past(day: date, happened: bool) -> date | str:
    return day if happened and day <= TODAY else ""


def contract_row(contract: Contract) -> Row:
    """Return a row of 供地合同."""
    return {"电子监管号": contract.number, "地块编号": contract.parcel.number, **contract.row}


def case_rows(contracts: list[Contract], parcels: list[Parcel]) -> Iterator[Row]:
    """Yield cases: what has been looked into of the idle contracts, and old industry used inefficiently."""
    rng = chance("cases")
    for contract in contracts:
        start = contract.row["延期动工日期"] or contract.row["约定动工日期"]
        late = not contract.row["实际动工日期"] and (TODAY - start).days > 400
        if late and rng.random() < 0.7:
            yield _idle_case(contract, start + timedelta(380), rng)
    old = [parcel for parcel in parcels if parcel.state == "built" and parcel.use.startswith("1001")]
    for i in rng.permutation(len(old))[:18]:
        yield _inefficient_case(old[int(i)], rng)


def _idle_case(contract: Contract, opened: date, rng: np.random.Generator) -> Row:
    opened = min(opened, TODAY - timedelta(30))
    step = int(rng.integers(0, 4))
    days = [min(opened + timedelta(n), TODAY - timedelta(1)) for n in (25, 70, 160)]
    return {
        "地块编号": contract.parcel.number,
        "处置类型": "闲置",
        "立案日期": opened,
        "电子监管号": contract.number,
        "闲置原因": str(rng.choice(_IDLE_CAUSES)) if step else "",
        "调查日期": days[0] if step >= 1 else "",
        "认定日期": days[1] if step >= 2 else "",
        "处置方式": str(rng.choice(["延长动工期限", "协议收回", "征缴土地闲置费"])) if step >= 2 else "",
        "处置日期": days[2] if step >= 3 else "",
        "依据文件": f"清自然资闲置〔{opened.year}〕{int(rng.integers(1, 60))}号",
        "责任单位": "市自然资源和规划局",
    }


def _inefficient_case(parcel: Parcel, rng: np.random.Generator) -> Row:
    opened = TODAY - timedelta(int(rng.integers(60, 700)))
    step = int(rng.integers(1, 4))
    return {
        "地块编号": parcel.number,
        "处置类型": "低效",
        "立案日期": opened,
        "电子监管号": "",
        "闲置原因": "",
        "调查日期": min(opened + timedelta(30), TODAY - timedelta(1)),
        "认定日期": min(opened + timedelta(80), TODAY - timedelta(1)) if step >= 2 else "",
        "处置方式": str(rng.choice(["政府收储", "腾笼换鸟", "零地技改"])) if step >= 2 else "",
        "处置日期": min(opened + timedelta(200), TODAY - timedelta(1)) if step >= 3 else "",
        "依据文件": f"清低效认定〔{opened.year}〕{int(rng.integers(1, 60))}号",
        "责任单位": "市自然资源和规划局",
    }
