"""Ending a thing: gone from a day on, on record before it, and everything that hung on it follows."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from geoservice.model import OPEN, parcel, project_parcel, verdict
from geoservice.registry.end import end
from geoservice.registry.moment import Moment
from geoservice.registry.versions import in_force
from tests.fixtures.city import FOUNDED, ago, ahead, number_of
from tests.fixtures.services import Filled


def test_an_ended_parcel_is_gone_from_that_day_on_and_was_there_before(city: Filled) -> None:
    key = city.built.parcels[number_of(0, 0)]
    with city.service.work().begin("tester", "end") as unit:
        assert end(unit, "parcel", [key, "DK99999999"], on=ago(10)) == [key]
    with city.service.database.read() as connection:
        for table, subject in ((parcel, parcel.c.key), (verdict, verdict.c.parcel)):
            for day, held in ((FOUNDED, 1), (ago(11), 1), (ago(10), 0), (ahead(400), 0)):
                rows = select(func.count()).select_from(table).where(subject == key)
                assert connection.scalar(rows.where(in_force(table, Moment(day)))) == held, (table.name, day)
        # What was believed yesterday is still to be read as it was known then.
        assert (
            connection.scalar(select(func.count()).where(parcel.c.key == key, parcel.c.valid_to == OPEN)) == 1
        )


def test_ending_twice_does_nothing_and_an_earlier_end_cuts_again(city: Filled) -> None:
    key = city.built.parcels[number_of(1, 0)]
    for on, ended in ((ago(10), [key]), (ago(10), []), (ago(5), []), (ago(20), [key]), (FOUNDED, [key])):
        with city.service.work().begin("tester", "end") as unit:
            assert end(unit, "parcel", [key], on=on) == ended
    with city.service.database.read() as connection:
        left = select(parcel.c.id).where(parcel.c.key == key, parcel.c.superseded_at.is_(None))
        assert connection.execute(left).all() == []


def test_a_parcel_is_free_again_when_its_link_ends(city: Filled) -> None:
    with city.service.database.read() as connection:
        links = connection.execute(
            select(project_parcel.c.key, project_parcel.c.parcel).where(
                project_parcel.c.superseded_at.is_(None)
            )
        ).all()
    with city.service.work().begin("tester", "release") as unit:
        end(unit, "project_parcel", [link.key for link in links], on=ago(1))
    with city.service.database.read() as connection:
        reasons = select(verdict.c.reasons).where(
            verdict.c.parcel.in_({link.parcel for link in links}), in_force(verdict, Moment(ago(0)))
        )
        found = [reason["code"] for reasons in connection.scalars(reasons) for reason in reasons]
        before = select(verdict.c.reasons).where(
            verdict.c.parcel.in_({link.parcel for link in links}),
            in_force(verdict, Moment(ago(1) - timedelta(1))),
        )
        assert "occupied" not in found
        assert "occupied" in [r["code"] for reasons in connection.scalars(before) for r in reasons]
