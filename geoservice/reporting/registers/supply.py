"""批而未供 and 供而未用: what was approved and not supplied, and what was supplied and not begun."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection

from geoservice.access.policy import Policy
from geoservice.model import batch_parcel, supply_contract
from geoservice.model.vocabulary import SupplyMethod
from geoservice.registry.facts import registers as facts
from geoservice.registry.facts.narrowed import Feature, narrowed, read_features
from geoservice.registry.features import FeatureQuery
from geoservice.reporting.land import mu
from geoservice.reporting.registers.register import PARCEL_COLUMNS, Column, Listing, Register, place_of, row


def approved_not_supplied(connection: Connection, _: Policy, query: FeatureQuery) -> Listing:
    """List batches whose approved area is not all under contract (批而未供), with figures by year.

    Notes
    -----
    The approved area of a batch is what was converted, else what was acquired. A contract or allocation signed by
    the day counts with its own area, at the most what the parcel has in the batch; a parcel is counted once.
    O(batches + parcels in batches).
    """
    day = query.moment.day
    seen = read_features(connection, narrowed(query, facts.parcels_in(batch_parcel, query.moment)))
    signed = {
        one["parcel"]: one
        for one in facts.contracts(connection, query.moment)
        if _happened(one, "signed_on", day)
    }
    inside: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for link in facts.batch_parcels(connection, query.moment):
        if link["parcel"] in seen:
            inside[link["batch"]].append(link)
    rows = [
        _batch_row(batch, inside[batch["key"]], seen, signed)
        for batch in facts.batches(connection, query.moment)
        if _happened(batch, "approved_on", day) and (inside[batch["key"]] or not query.filters.equal)
    ]
    return Listing(
        [one for one in rows if one["properties"]["remaining_area_m2"] > 0], {"years": _years(rows)}
    )


def _batch_row(
    batch: Mapping[str, Any],
    links: list[Mapping[str, Any]],
    seen: dict[str, Feature],
    signed: Mapping[str, Mapping[str, Any]],
) -> Feature:
    approved = batch["converted_area_m2"] or batch["acquired_area_m2"] or 0.0
    areas = {
        one["parcel"]: one["batch_area_m2"] or seen[one["parcel"]]["properties"]["area_m2"] for one in links
    }
    supplied = sum(
        min(areas[key], signed[key]["supplied_area_m2"] or areas[key]) for key in areas if key in signed
    )
    waiting = sorted(key for key in areas if key not in signed)
    remaining = max(0.0, round(approved - supplied, 2))
    properties = {
        **{
            name: batch[name] for name in ("batch_number", "document_number", "name", "authority", "district")
        },
        "approved_on": batch["approved_on"].isoformat(),
        "year": batch["approved_on"].year,
        "approved_area_m2": approved,
        "approved_area_mu": mu(approved),
        "supplied_area_m2": round(supplied, 2),
        "supplied_area_mu": mu(supplied),
        "remaining_area_m2": remaining,
        "remaining_area_mu": mu(remaining),
        "supply_rate": None if not approved else min(1.0, supplied / approved),
        "parcels": list(areas),
        "parcels_waiting": waiting,
        "parcels_waiting_numbers": [seen[key]["properties"].get("parcel_number") or key for key in waiting],
    }
    return row(batch["key"], _collected(seen[key]["geometry"] for key in waiting), properties)


def _years(rows: Iterable[Feature]) -> list[dict[str, Any]]:
    years: dict[int, dict[str, Any]] = {}
    for one in rows:
        shown = one["properties"]
        year = years.setdefault(
            shown["year"],
            {
                "year": shown["year"],
                "batches": 0,
                "approved_mu": 0.0,
                "supplied_mu": 0.0,
                "remaining_mu": 0.0,
            },
        )
        year["batches"] += 1
        for name in ("approved", "supplied", "remaining"):
            year[f"{name}_mu"] = round(year[f"{name}_mu"] + shown[f"{name}_area_mu"], 4)
    for year in years.values():
        year["supply_rate"] = None if not year["approved_mu"] else year["supplied_mu"] / year["approved_mu"]
    return [years[year] for year in sorted(years)]


def supplied_not_used(connection: Connection, _: Policy, query: FeatureQuery) -> Listing:
    """List contracts signed and not legally begun (供而未用, 动工 of the contract), the longest waiting first."""
    day = query.moment.day
    seen = read_features(connection, narrowed(query, facts.parcels_in(supply_contract, query.moment)))
    rows = [
        _contract_row(one, seen[one["parcel"]], day)
        for one in facts.contracts(connection, query.moment)
        if one["parcel"] in seen
        and _happened(one, "signed_on", day)
        and not _happened(one, "started_on", day)
    ]
    rows.sort(key=lambda one: (-one["properties"]["days_since_signed"], one["id"]))
    area = sum(one["properties"]["supplied_area_m2"] or 0.0 for one in rows)
    return Listing(rows, {"count": len(rows), "area_mu": mu(area)})


def _contract_row(contract: Mapping[str, Any], parcel: Feature, day: date) -> Feature:
    due = contract["extended_start_on"] or contract["agreed_start_on"]
    area = contract["supplied_area_m2"]
    properties = place_of(parcel) | {
        **{
            n: contract[n]
            for n in ("contract_number", "document_number", "project", "holder", "extension_reason")
        },
        "method": contract["method"],
        "method_zh": SupplyMethod(contract["method"]).zh,
        "supplied_area_m2": area,
        "supplied_area_mu": None if area is None else mu(area),
        "signed_on": contract["signed_on"].isoformat(),
        "delivered_on": _iso(contract["delivered_on"] if _happened(contract, "delivered_on", day) else None),
        "start_due_on": _iso(due),
        "days_since_signed": (day - contract["signed_on"]).days,
        "days_past_start": None if due is None else (day - due).days,
    }
    return row(contract["key"], parcel["geometry"], properties)


def _collected(geometries: Iterable[Any]) -> Any:
    """Join polygons of several parcels into one multipolygon, as they are."""
    parts: list[Any] = []
    for geometry in geometries:
        if geometry is not None:
            parts += (
                geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
            )
    return {"type": "MultiPolygon", "coordinates": parts} if parts else None


def _happened(record: Mapping[str, Any], name: str, day: date) -> bool:
    return record[name] is not None and record[name] <= day


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


APPROVED_NOT_SUPPLIED: Final = Register(
    "approved-not-supplied",
    "批而未供",
    "Approved, not supplied",
    "已批准转用、征收而未签订出让合同或未核发划拨决定书的面积，按批次和年度。",
    "Area approved for conversion or acquisition without contract or allocation, by batch and year.",
    "availability",
    (
        Column("year", "年度", "Year"),
        Column("batch_number", "批次编号", "Batch"),
        Column("document_number", "批文号", "Document"),
        Column("name", "批次名称", "Name"),
        Column("approved_on", "批准日期", "Approved on", "day"),
        Column("approved_area_mu", "批准面积", "Approved area", "mu", total=True),
        Column("supplied_area_mu", "已供面积", "Supplied area", "mu", total=True),
        Column("remaining_area_mu", "未供面积", "Remaining area", "mu", total=True),
        Column("supply_rate", "供地率", "Supply rate", "ratio"),
        Column("parcels_waiting_numbers", "未供地块", "Parcels waiting", "list"),
    ),
    (*facts.SOURCES, "parcel"),
    approved_not_supplied,
)
SUPPLIED_NOT_USED: Final = Register(
    "supplied-not-used",
    "供而未用",
    "Supplied, not used",
    "已签订合同、尚未依法动工的土地；动工指合同所称动工开发，与项目开工不同。",
    "Land under contract on which the construction the contract speaks of has not begun.",
    "availability",
    (
        *PARCEL_COLUMNS,
        Column("contract_number", "电子监管号", "Contract"),
        Column("method_zh", "供应方式", "Method"),
        Column("holder", "受让人", "Holder"),
        Column("supplied_area_mu", "供应面积", "Supplied area", "mu", total=True),
        Column("signed_on", "签订日期", "Signed on", "day"),
        Column("delivered_on", "交地日期", "Delivered on", "day"),
        Column("start_due_on", "应动工日期", "Start due on", "day"),
        Column("days_since_signed", "签订天数", "Days since signed", "count"),
        Column("days_past_start", "逾期天数", "Days past start", "count"),
    ),
    (*facts.SOURCES, "parcel"),
    supplied_not_used,
)
