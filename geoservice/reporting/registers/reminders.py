"""到期提醒: what contracts agreed and what is coming due or overdue, ahead of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from geoservice.access.policy import Policy
from geoservice.model import supply_contract
from geoservice.registry.facts import registers as facts
from geoservice.registry.facts.narrowed import narrowed, read_features
from geoservice.registry.features import FeatureQuery
from geoservice.reporting.registers.register import PARCEL_COLUMNS, Column, Listing, Register, place_of, row

AHEAD_DAYS: Final = 90
"""How long before its day a duty is listed."""
_LAND_BUREAU: Final = "自然资源和规划局"
_DUTIES: Final = (
    ("payment", "缴清价款", "Pay the price", ("payment_due_on",), None, None),
    ("delivery", "交付土地", "Deliver the land", ("agreed_delivery_on",), "delivered_on", _LAND_BUREAU),
    ("start", "动工", "Begin", ("extended_start_on", "agreed_start_on"), "started_on", None),
    ("completion", "竣工", "Complete", ("agreed_completion_on",), "completed_on", None),
)
"""Code, words, fields of the day it is due (first one filled), fact that settles it, unit (else the holder)."""


def reminders(connection: Connection, _: Policy, query: FeatureQuery) -> Listing:
    """List duties of contracts due within the next days or overdue and not settled, the earliest first.

    O(contracts).
    """
    day = query.moment.day
    seen = read_features(connection, narrowed(query, facts.parcels_in(supply_contract, query.moment)))
    rows = [
        row(
            f"{one['key']}/{duty['duty']}",
            seen[one["parcel"]]["geometry"],
            place_of(seen[one["parcel"]]) | duty,
        )
        for one in facts.contracts(connection, query.moment)
        if one["parcel"] in seen and one["signed_on"] is not None and one["signed_on"] <= day
        for duty in duties_of(one, day)
    ]
    rows.sort(key=lambda one: (one["properties"]["due_on"], one["id"]))
    overdue = sum(one["properties"]["days_left"] < 0 for one in rows)
    return Listing(rows, {"count": len(rows), "overdue": overdue, "ahead_days": AHEAD_DAYS})


def duties_of(contract: Mapping[str, Any], day: date) -> Iterator[dict[str, Any]]:
    """Yield the duties of a contract that are due by :data:`AHEAD_DAYS` from the day and not settled."""
    for code, zh, en, fields, fact, unit in _DUTIES:
        due = next((contract[name] for name in fields if contract[name] is not None), None)
        if due is None or due > day + timedelta(AHEAD_DAYS) or _settled(contract, code, fact, day):
            continue
        yield {
            "duty": code,
            "duty_zh": zh,
            "duty_en": en,
            "due_on": due.isoformat(),
            "days_left": (due - day).days,
            "unit": unit or contract["holder"],
            **{name: contract[name] for name in ("contract_number", "holder", "project")},
        }


def _settled(contract: Mapping[str, Any], code: str, fact: str | None, day: date) -> bool:
    if code == "payment":
        price, paid = contract["price_fen"], contract["paid_fen"]
        return price is None or (paid is not None and paid >= price)
    happened = contract[fact] if fact else None
    return happened is not None and happened <= day


REMINDERS: Final = Register(
    "reminders",
    "合同到期提醒",
    "Duties coming due",
    f"合同约定的缴款、交地、动工、竣工，到期前 {AHEAD_DAYS} 天起列出，逾期未办的一直列出。",
    f"Payment, delivery, start and completion under contracts, from {AHEAD_DAYS} days ahead until settled.",
    "availability",
    (
        *PARCEL_COLUMNS,
        Column("contract_number", "电子监管号", "Contract"),
        Column("duty_zh", "事项", "Duty"),
        Column("due_on", "期限", "Due on", "day"),
        Column("days_left", "剩余天数", "Days left", "count"),
        Column("unit", "责任方", "Responsible"),
    ),
    (*facts.SOURCES, "parcel"),
    reminders,
)
