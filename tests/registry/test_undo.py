"""Import, then undo: the same answers as before, in whatever order; refused while something later depends on it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import orjson
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from geoservice import clock
from geoservice.access.policy import read_policy
from geoservice.access.principals import OPERATOR
from geoservice.errors import Conflict, InvalidInput
from geoservice.intake.check import check_file
from geoservice.intake.load import LoadResult, load
from geoservice.intake.mapping_file import parse_mapping
from geoservice.intake.settings import IntakeSettings
from geoservice.model import alias, audit, import_run, parcel, verdict
from geoservice.registry.audit_check import check as check_audit
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.end import end
from geoservice.registry.features import FeatureQuery, pages
from geoservice.registry.known import Known
from geoservice.registry.lineage import lineage_of
from geoservice.registry.moment import Moment
from geoservice.registry.put import put
from geoservice.registry.undo import dependents, undo_import
from geoservice.service import Service
from tests.fixtures.city import ago, ahead, number_of, square
from tests.fixtures.services import Filled

MAPPING = parse_mapping({"noun": "parcel", "fields": {"parcel_number": "DKBH", "name": "DKMC"}})
POLICY = read_policy()


def write(path: Path, rows: dict[str, tuple[str, Any]]) -> Path:
    """Write parcels, number → (name, shape), as a GeoPackage an office might send."""
    path.unlink(missing_ok=True)
    columns = {"DKBH": list(rows), "DKMC": [name for name, _ in rows.values()]}
    frame = gpd.GeoDataFrame(columns, geometry=[shape for _, shape in rows.values()], crs=4490)
    frame.to_file(path, driver="GPKG", layer="DK", engine="pyogrio")
    return path


def publish(service: Service, path: Path, day: date, *, mapping: Any = MAPPING, **named: Any) -> LoadResult:
    with service.work().begin("tester", f"import {path.name}") as unit:
        known = Known(unit.connection, Moment(day))
        checked = check_file(path, mapping=mapping, known=known, settings=IntakeSettings())
        return load(checked, unit, known=known, accept="good", valid_from=day, **named)


def undo(service: Service, run: int) -> dict[str, int]:
    with service.work().begin("tester", f"undo import {run}", "wrong file") as unit:
        return undo_import(unit, run, "wrong file")


def answers(service: Service) -> dict[str, Any]:
    """Return everything an administrator reads on three days, without the number and time of recording."""
    said: dict[str, Any] = {}
    with service.database.read() as connection:
        for name, collection in COLLECTIONS.items():
            view = POLICY.view(OPERATOR, name)
            for day in (ago(400), clock.today(), ahead(400)):
                query = FeatureQuery(collection, Moment(day), OPERATOR, view)
                found = [f for page in pages(connection, query) for f in orjson.loads(f"[{page.features}]")]
                for feature in found:
                    for told_when in ("version", "recorded_at"):
                        feature["properties"].pop(told_when, None)
                said[f"{name} {day}"] = found
        names = select(alias.c.noun, alias.c.scheme, alias.c.value, alias.c.key)
        said["alias"] = sorted(
            tuple(r) for r in connection.execute(names.where(alias.c.superseded_at.is_(None)))
        )
        columns = [c for c in verdict.c if c.name not in {"id", "recorded_at", "superseded_at"}]
        held = select(*columns).where(verdict.c.superseded_at.is_(None))
        said["verdict"] = sorted(repr(tuple(r)) for r in connection.execute(held))
    return said


def count(service: Service, table: Any) -> int:
    with service.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def test_undone_it_reads_as_before_and_nothing_is_destroyed(city: Filled, tmp_path: Path) -> None:
    service = city.service
    before = answers(service)
    rows = {
        number_of(0, 0): ("改名", square(0, 0)),
        number_of(1, 0): ("改界", square(1, 0, 1.1)),
        "X-1": ("新地", square(7, 7)),
    }
    done = publish(service, write(tmp_path / "a.gpkg", rows), ago(5))
    assert (done.new, done.changed) == (1, 2)
    assert answers(service) != before
    written, logged = count(service, parcel), count(service, audit)
    assert undo(service, done.run)["parcel"] > 0
    assert answers(service) == before
    assert count(service, parcel) >= written
    assert count(service, audit) == logged + 1
    with service.database.read() as connection:
        assert check_audit(connection).broken is None
        run = connection.execute(select(import_run).where(import_run.c.id == done.run)).one()
        assert (run.state, run.undone_by, run.undo_reason) == ("undone", "tester", "wrong file")
        known = Moment(clock.today(), run.at)
        query = FeatureQuery(COLLECTIONS["parcels"], known, OPERATOR, POLICY.view(OPERATOR, "parcels"))
        assert "新地" in "".join(page.features for page in pages(connection, query)), "it was believed then"
    with pytest.raises(Conflict):
        undo(service, done.run)
    again = publish(service, tmp_path / "a.gpkg", ago(5))
    assert not again.repeated
    assert (again.new, again.changed) == (1, 2)


def test_imports_are_undone_one_after_the_other_from_the_newest(city: Filled, tmp_path: Path) -> None:
    service = city.service
    states = [answers(service)]
    runs = []
    for n in range(3):
        rows = {number_of(0, 0): (f"名 {n}", square(0, 0)), "X-1": (f"新 {n}", square(7, 7))}
        runs.append(publish(service, write(tmp_path / f"{n}.gpkg", rows), ago(5)).run)
        states.append(answers(service))
    with service.database.read() as connection:
        found = dependents(connection, runs[0])
        assert {(d.noun, d.what) for d in found} == {("parcel", "changed")}
    with pytest.raises(Conflict, match="was changed later"):
        undo(service, runs[0])
    for run, state in zip(reversed(runs), reversed(states[:-1]), strict=True):
        undo(service, run)
        assert answers(service) == state


def test_what_came_later_and_names_a_new_thing_keeps_it(city: Filled, tmp_path: Path) -> None:
    import pandas as pd

    service = city.service
    run = publish(service, write(tmp_path / "a.gpkg", {"X-1": ("新地", square(7, 7))}), ago(5)).run
    with service.database.read() as connection:
        key = Known(connection, Moment.today()).resolve("parcel", ["X-1"])[0]
    with service.work().begin("tester", "link") as unit:
        frame = pd.DataFrame({"project": [city.built.projects["XM-A"]], "parcel": [key]})
        link = put(unit, "project_parcel", frame, valid_from=ago(3)).keys[0]
    with service.database.read() as connection:
        found = dependents(connection, run)
    assert [(d.noun, d.key, d.table, d.what) for d in found] == [("parcel", key, "project_parcel", "named")]
    with pytest.raises(Conflict, match="named by a later project_parcel"):
        undo(service, run)
    with service.work().begin("tester", "unlink") as unit:
        end(unit, "project_parcel", [link], on=ago(3))
    undo(service, run)


def test_what_is_gone_is_ended_only_when_asked_and_comes_back(city: Filled, tmp_path: Path) -> None:
    service = city.service
    shapes = {f"X-{n}": (f"地 {n}", square(7 + n, 7)) for n in range(4)}
    publish(service, write(tmp_path / "宗地_202610.gpkg", shapes), ago(9))
    fewer = {number: row for number, row in shapes.items() if number != "X-2"}
    kept = publish(service, write(tmp_path / "宗地_202611.gpkg", fewer), ago(5))
    assert (kept.unchanged, kept.ended) == (3, 0)
    before = answers(service)
    fewer["X-0"] = ("改名", shapes["X-0"][1])
    done = publish(service, write(tmp_path / "宗地_202612.gpkg", fewer), ago(2), end_missing=True)
    assert (done.changed, done.ended) == (1, 1)
    with service.database.read() as connection:
        key = Known(connection, Moment.today()).resolve("parcel", ["X-2"])[0]
        query = FeatureQuery(
            COLLECTIONS["parcels"], Moment(ago(3)), OPERATOR, POLICY.view(OPERATOR, "parcels")
        )
        assert str(key) in "".join(page.features for page in pages(connection, query))
        now = FeatureQuery(COLLECTIONS["parcels"], Moment.today(), OPERATOR, POLICY.view(OPERATOR, "parcels"))
        assert str(key) not in "".join(page.features for page in pages(connection, now))
    undo(service, done.run)
    assert answers(service) == before


def test_a_rejected_row_without_a_number_leaves_open_what_is_missing(city: Filled, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame = gpd.GeoDataFrame(
        {"DKBH": ["X-1", None], "DKMC": ["a", "b"]}, geometry=[square(7, 7), None], crs=4490
    )
    frame.to_file(path, driver="GPKG", layer="DK", engine="pyogrio")
    before = answers(city.service)
    with pytest.raises(InvalidInput, match="carries no number"):
        publish(city.service, path, ago(5), end_missing=True)
    assert answers(city.service) == before


def test_a_split_is_recorded_with_the_import_and_read_both_ways(city: Filled, tmp_path: Path) -> None:
    service = city.service
    key = city.built.parcels[number_of(2, 2)]
    west, south, east, north = square(2, 2).bounds
    middle = round((west + east) / 2, 9)
    halves = {
        number_of(2, 2): ("西半", shapely.box(west, south, middle, north)),
        "X-E": ("东半", shapely.box(middle, south, east, north)),
    }
    done = publish(service, write(tmp_path / "split.gpkg", halves), ago(4))
    view = POLICY.view(OPERATOR, "parcels")
    with service.database.read() as connection:
        other = Known(connection, Moment.today()).resolve("parcel", ["X-E"])[0]
        became = lineage_of(connection, key, view)["became"]
        assert [(x["successor"], x["kind"]) for x in became] == [(key, "split"), (other, "split")]
        assert {x["changed_on"] for x in became} == {ago(4).isoformat()}
        assert sum(x["share_of_predecessor"] for x in became) == pytest.approx(1, abs=1e-4)
        came = lineage_of(connection, str(other), view)["came_from"]
        assert [(x["predecessor"], x["predecessor_number"]) for x in came] == [(key, number_of(2, 2))]
        assert came[0]["import_run"] == done.run
    undo(service, done.run)
    with service.database.read() as connection:
        assert lineage_of(connection, key, view) == {"key": key, "came_from": [], "became": []}


def test_a_merge_into_a_new_number_by_two_imports_is_recognised(city: Filled, tmp_path: Path) -> None:
    """The old numbers go with one delivery, the new one comes with the next."""
    service = city.service
    both = {
        "X-1": ("a", square(7, 7, fill=1.0)),
        "X-2": ("b", square(8, 7, fill=1.0)),
        "X-9": ("c", square(9, 9)),
    }
    publish(service, write(tmp_path / "d1.gpkg", both), ago(9))
    publish(service, write(tmp_path / "d2.gpkg", {"X-9": both["X-9"]}), ago(5), end_missing=True)
    merged = {"X-3": ("ab", square(7, 7, 2, fill=1.0)), "X-9": both["X-9"]}
    publish(service, write(tmp_path / "d3.gpkg", merged), ago(4))
    with service.database.read() as connection:
        key = Known(connection, Moment.today()).resolve("parcel", ["X-3"])[0]
        came = lineage_of(connection, str(key), POLICY.view(OPERATOR, "parcels"))["came_from"]
    assert [(x["predecessor_number"], x["kind"]) for x in came] == [("X-1", "merge"), ("X-2", "merge")]


@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(0, 3), st.integers(0, 2), st.sampled_from([0.6, 0.8])),
            min_size=1,
            max_size=4,
        ),
        min_size=1,
        max_size=3,
    ),
    st.booleans(),
)
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_imports_undone_in_reverse_read_as_before(
    city: Filled, tmp_path: Path, files: list[list[tuple[int, int, float]]], ending: bool
) -> None:
    service = city.service
    states, runs = [answers(service)], []
    for n, cells in enumerate(files):
        rows = {
            number_of(column, row) if column < 2 else f"X-{column}{row}": (
                f"名{n}",
                square(column if column < 2 else column + 6, row, fill=fill),
            )
            for column, row, fill in cells
        }
        done = publish(service, write(tmp_path / f"批{n}.gpkg", rows), ago(9 - n), end_missing=ending)
        if not done.repeated:
            runs.append(done.run)
            states.append(answers(service))
    for run, state in zip(reversed(runs), reversed(states[:-1]), strict=True):
        undo(service, run)
        assert answers(service) == state
