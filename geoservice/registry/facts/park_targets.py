"""Yearly targets of parks (园区指标) and what is reached of them by a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from geoservice.model import investment_month, project, stage_event, target
from geoservice.model.vocabulary import Stage
from geoservice.registry.collections.relation import believed
from geoservice.registry.moment import Moment
from geoservice.registry.versions import in_force


def open_targets(connection: Connection, moment: Moment, visible: Select[Any]) -> list[dict[str, Any]]:
    """Return the targets of parks whose period holds the day, with what is reached.

    Parameters
    ----------
    connection : Connection
        Open transaction.
    moment : Moment
        The day.
    visible : Select
        Keys of the projects the reader sees: no others count.

    Notes
    -----
    A target called like a stage (``signed``, ``started`` …) counts the park's projects that reached it within the
    period; ``investment`` adds up the money of its months. What else offices set is listed without a figure.
    """
    statement = select(target).where(
        target.c.subject_noun == "park",
        believed(target, moment),
        target.c.period_from <= moment.day,
        target.c.period_to >= moment.day,
    )
    return [
        {
            "park": row.subject,
            "kind": row.kind,
            "amount": row.amount,
            "unit": row.unit,
            "period_from": row.period_from.isoformat(),
            "period_to": row.period_to.isoformat(),
            "reached": _reached(connection, moment, row, visible),
        }
        for row in connection.execute(statement.order_by(target.c.subject, target.c.kind, target.c.id))
    ]


def _reached(connection: Connection, moment: Moment, row: Any, visible: Select[Any]) -> float | None:
    own = and_(project.c.park == row.subject, in_force(project, moment), project.c.key.in_(visible))
    if row.kind in {stage.value for stage in Stage}:
        statement = (
            select(func.count(func.distinct(stage_event.c.project)))
            .join(project, project.c.key == stage_event.c.project)
            .where(
                own,
                believed(stage_event, moment),
                stage_event.c.stage == row.kind,
                *_within(stage_event.c.actual_on, row.period_from, moment.day),
            )
        )
    elif row.kind == "investment":
        statement = (
            select(func.coalesce(func.sum(investment_month.c.amount_fen), 0))
            .join(project, project.c.key == investment_month.c.project)
            .where(
                own,
                believed(investment_month, moment),
                *_within(investment_month.c.month, row.period_from, moment.day),
            )
        )
    else:
        return None
    return float(connection.scalar(statement) or 0)


def _within(column: Any, first: date, last: date) -> list[ColumnElement[bool]]:
    return [column >= first, column <= last]
