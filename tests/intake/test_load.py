"""Loading into the register, on both engines: all or nothing, good rows, repetition, additions, location."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from sqlalchemy import select

from geoservice.db import Database, UnitOfWork, Work
from geoservice.intake.check import Checked, check_file
from geoservice.intake.errors import ImportRefused
from geoservice.intake.load import LoadResult, load
from geoservice.intake.mapping_file import parse_mapping
from geoservice.intake.settings import IntakeSettings
from geoservice.model import import_run, parcel, project, project_parcel, stage_event, zone
from geoservice.registry.known import Known
from geoservice.registry.moment import Moment
from tests.intake.conftest import TODAY, Corpus, square

SINCE = date(2026, 1, 1)
Run = Callable[..., tuple[Checked, LoadResult]]


@pytest.fixture
def run(database: Database, settings: IntakeSettings) -> Run:
    """Return check and load of a file in one unit of work."""

    def do(path: Path, accept: Any = "all", **named: Any) -> tuple[Checked, LoadResult]:
        with Work(database).begin("tester", "import") as unit:
            known = Known(unit.connection, Moment(TODAY))
            checked = check_file(path, known=known, settings=settings, **named)
            return checked, load(checked, unit, known=known, accept=accept, valid_from=SINCE)

    return do


@pytest.fixture
def rows(database: Database) -> Callable[..., list[Any]]:
    """Return the believed rows of a table, as tuples of the named columns."""

    def read(table: Any, *names: str) -> list[Any]:
        statement = select(*(table.c[n] for n in names)).where(table.c.superseded_at.is_(None))
        with database.read() as connection:
            return [tuple(r) for r in connection.execute(statement.order_by(table.c.id))]

    return read


def districts(corpus: Corpus) -> Path:
    """Write two districts: the west holds columns 0 to 4 of the grid, the east the others."""
    x, y = square(0).bounds[:2]
    shapes = [
        shapely.box(x - 500, y - 500, x + 950, y + 900),
        shapely.box(x + 950, y - 500, x + 3000, y + 900),
    ]
    columns = {"区划代码": ["329901", "329902"], "名称": ["西区", "东区"], "类型": ["区县", "区县"]}
    return corpus.geopackage("zones.gpkg", columns, shapes)


def test_rows_arrive_with_shape_original_and_located_district(
    corpus: Corpus, run: Run, rows: Callable[..., list[Any]]
) -> None:
    run(districts(corpus))
    keys = dict(rows(zone, "name", "key"))
    _, result = run(corpus.shapefile(shapes=[square(0), square(6), square(2)]))
    assert (result.new, result.rejected) == (3, 0)
    got = rows(parcel, "parcel_number", "district", "county", "original_crs", "area_m2", "import_run")
    assert [(r[0], r[1]) for r in got] == [
        ("A-0", keys["西区"]),
        ("A-1", keys["东区"]),
        ("A-2", keys["西区"]),
    ]
    assert {r[2:4] for r in got} == {("329901", "EPSG:4528")}
    assert got[0][4] == pytest.approx(10_000, rel=1e-3)
    assert {r[5] for r in got} == {result.run}
    original = shapely.from_wkb(rows(parcel, "original_wkb")[0][0])
    assert original.equals(square(0))


def test_one_bad_row_keeps_the_whole_file_out(
    corpus: Corpus, run: Run, rows: Callable[..., list[Any]], database: Database
) -> None:
    path = corpus.shapefile(columns={"DKBH": ["A", "A", "B"]})
    with pytest.raises(ImportRefused, match="1 行有错误") as refused:
        run(path)
    assert "accept good" in refused.value.remedy
    assert rows(parcel, "key") == []
    with database.read() as connection:
        assert connection.execute(select(import_run.c.id)).all() == []


def test_good_rows_load_and_rejects_are_recorded(
    corpus: Corpus, run: Run, rows: Callable[..., list[Any]], database: Database
) -> None:
    _, result = run(corpus.shapefile(columns={"DKBH": ["A", "A", "B"]}), accept="good")
    assert (result.new, result.rejected) == (2, 1)
    assert [r[0] for r in rows(parcel, "parcel_number")] == ["A", "B"]
    with database.read() as connection:
        record = connection.execute(select(import_run)).one()
    assert [(r["row"], r["codes"]) for r in record.rejects] == [(2, ["key_duplicate"])]
    assert record.counts["to_load"] == 2
    assert record.file_name == "parcels.shp"


def test_a_file_that_cannot_be_read_is_refused_even_for_good_rows(corpus: Corpus, run: Run) -> None:
    path = corpus.shapefile()
    path.with_suffix(".dbf").unlink()
    with pytest.raises(ImportRefused, match="缺少配套文件"):
        run(path, accept="good", noun="parcel")


def test_a_check_without_the_register_cannot_be_loaded(corpus: Corpus, database: Database) -> None:
    checked = check_file(corpus.shapefile())
    with (
        Work(database).begin("tester", "import") as unit,
        pytest.raises(ImportRefused, match="没有连接数据库"),
    ):
        load(checked, unit, known=Known(unit.connection, Moment(TODAY)), valid_from=SINCE)


def test_the_same_file_again_does_nothing_and_says_so(
    corpus: Corpus, run: Run, rows: Callable[..., list[Any]]
) -> None:
    path = corpus.shapefile()
    _, first = run(path)
    _, again = run(path)
    assert again.repeated
    assert again.run == first.run
    assert len(rows(parcel, "id")) == 3


def test_another_mapping_of_the_same_file_is_another_import(corpus: Corpus, run: Run) -> None:
    path = corpus.shapefile()
    run(path)
    mapping = parse_mapping({"noun": "parcel", "fields": {"parcel_number": "DKBH", "name": "ZL"}})
    _, result = run(path, mapping=mapping)
    assert (result.repeated, result.new, result.changed) == (False, 0, 3)


def test_rejects_load_once_what_they_name_is_held(corpus: Corpus, run: Run) -> None:
    links = corpus.text("links.csv", "项目编号,地块编号\nP1,A-0\n")
    run(corpus.text("p.csv", "项目编号,项目名称\nP1,甲\n"), noun="project")
    _, first = run(links, accept="good", noun="project_parcel")
    assert (first.new, first.rejected) == (0, 1)
    run(corpus.shapefile())
    _, second = run(links, accept="good", noun="project_parcel")
    assert (second.repeated, second.new, second.rejected) == (False, 1, 0)


def test_a_ledger_adds_fields_and_leaves_the_others_alone(
    corpus: Corpus, run: Run, rows: Callable[..., list[Any]]
) -> None:
    run(corpus.shapefile())
    before = rows(parcel, "key", "address", "geojson")
    _, result = run(corpus.text("m.csv", "地块编号,抵押\nA-1,是\n"), noun="parcel")
    assert (result.new, result.changed) == (0, 1)
    now = sorted(rows(parcel, "parcel_number", "valid_to", "mortgaged", "address", "geojson", "county"))
    current = [r for r in now if r[1] == date.max]
    assert [(r[0], r[2]) for r in current] == [("A-0", False), ("A-1", True), ("A-2", False)]
    assert [(r[3], r[4]) for r in current] == [(b[1], b[2]) for b in before]


def test_a_site_is_added_to_a_project_of_the_ledger(
    corpus: Corpus, run: Run, rows: Callable[..., list[Any]]
) -> None:
    run(corpus.text("p.csv", "项目编号,项目名称,所属区县\nP1,甲,\nP2,乙,\n"), noun="project")
    path = corpus.geopackage("s.gpkg", {"项目编号": ["P2"]}, [square(0)])
    _, result = run(path, noun="project")
    assert (result.new, result.changed) == (0, 1)
    current = [r for r in rows(project, "project_number", "name", "geojson", "valid_to") if r[3] == date.max]
    assert [(r[0], r[1], r[2] is not None) for r in current] == [("P1", "甲", False), ("P2", "乙", True)]


def test_stages_and_links_hang_on_their_projects(
    corpus: Corpus, run: Run, rows: Callable[..., list[Any]]
) -> None:
    run(corpus.shapefile())
    text = (
        "项目编号,项目名称,涉及地块,计划开工时间,开工时间\n"
        "P1,甲,A-0、A-2,2026-03-31,2026-03-09\n"
        "P2,乙,A-9,2026-05-31,\n"
    )
    _, result = run(corpus.text("p.csv", text), noun="project")
    assert result.children == {"stage_event": 2, "project_parcel": 2}
    projects = dict(rows(project, "project_number", "key"))
    parcels = dict(rows(parcel, "parcel_number", "key"))
    assert rows(stage_event, "project", "stage", "actual_on") == [
        (projects["P1"], "started", date(2026, 3, 9)),
        (projects["P2"], "started", None),
    ]
    assert rows(project_parcel, "project", "parcel", "basis") == [
        (projects["P1"], parcels["A-0"], "declared"),
        (projects["P1"], parcels["A-2"], "declared"),
    ]


def test_shapes_are_stored_on_the_grid_and_back_within_a_tenth_of_a_millimetre(
    corpus: Corpus, run: Run, database: Database
) -> None:
    run(corpus.shapefile())
    with database.read() as connection:
        held = Known(connection, Moment(TODAY)).overlapping(
            "parcel", gpd.GeoSeries([square(0)], crs=4528).to_crs(4490).values
        )
    shape = held.loc[held["number"] == "A-0", "geometry"].iloc[0]
    back = gpd.GeoSeries([shape], crs=4490).to_crs(4528).iloc[0]
    assert shapely.hausdorff_distance(back, square(0)) < 2e-4


def test_layers_come_with_their_metadata(corpus: Corpus, run: Run, rows: Callable[..., list[Any]]) -> None:
    from geoservice.model import layer, layer_feature

    path = corpus.geopackage("l.gpkg", {"编号": ["1", "2"]}, [square(0), square(1)])
    said = {
        "code": "STBHHX",
        "name": "生态保护红线",
        "kind": "constraint",
        "effect": "prohibit",
        "sliver_m2": 50,
    }
    mapping = parse_mapping({"noun": "layer_feature", "fields": {"code": "编号"}, "layer": said})
    run(path, mapping=mapping)
    ((key, effect, sliver),) = rows(layer, "key", "effect", "sliver_m2")
    assert (effect, sliver) == ("prohibit", 50.0)
    assert rows(layer_feature, "layer", "code") == [(key, "STBHHX-1"), (key, "STBHHX-2")]


def test_a_unit_that_fails_later_leaves_nothing(
    corpus: Corpus, database: Database, settings: IntakeSettings, rows: Callable[..., list[Any]]
) -> None:
    def fail(unit: UnitOfWork) -> None:
        raise RuntimeError("a subscriber failed")

    path = corpus.shapefile()
    with pytest.raises(RuntimeError), Work(database, (fail,)).begin("tester", "import") as unit:
        known = Known(unit.connection, Moment(TODAY))
        load(check_file(path, known=known, settings=settings), unit, known=known, valid_from=SINCE)
    assert rows(parcel, "key") == []
    with database.read() as connection:
        assert connection.execute(select(import_run.c.id)).all() == []


def test_a_number_that_is_another_things_name_is_a_new_thing(
    corpus: Corpus, run: Run, rows: Callable[..., list[Any]]
) -> None:
    run(corpus.text("p.csv", "项目编号,项目名称\nP1,甲\n"), noun="project")
    _, result = run(corpus.text("q.csv", "项目编号,项目名称\n甲,乙\n"), noun="project")
    assert (result.new, result.changed) == (1, 0)
    assert rows(project, "project_number", "name") == [("P1", "甲"), ("甲", "乙")]


def test_a_name_is_no_number_to_add_fields_by(
    corpus: Corpus, run: Run, rows: Callable[..., list[Any]]
) -> None:
    run(corpus.text("p.csv", "项目编号,项目名称\nP1,甲\n"), noun="project")
    mapping = parse_mapping({"noun": "project", "fields": {"project_number": "编号", "summary": "内容"}})
    with pytest.raises(ImportRefused, match="名称"):
        run(corpus.text("q.csv", "编号,内容\n甲,建设\n"), mapping=mapping)
    assert rows(project, "project_number", "summary") == [("P1", None)]


def test_a_later_boundary_makes_a_version_and_keeps_the_earlier_one(
    corpus: Corpus, run: Run, rows: Callable[..., list[Any]]
) -> None:
    run(corpus.shapefile())
    _, result = run(corpus.shapefile("later.shp", shapes=[square(0), square(1, size=80), square(2)]))
    assert (result.new, result.changed, result.unchanged) == (0, 1, 2)
    current = [r for r in rows(parcel, "parcel_number", "area_m2", "valid_to") if r[2] == date.max]
    assert {n: round(a, -2) for n, a, _ in current} == {"A-0": 10_000, "A-1": 6_400, "A-2": 10_000}
