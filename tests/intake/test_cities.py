"""Whole cities by their manifests: the demo city as it is committed, and a real one where its data lie."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from geoservice.db import Work, open_database
from geoservice.db.migrate import upgrade
from geoservice.intake.check import Checked, check_file
from geoservice.intake.errors import IntakeRefused
from geoservice.intake.load import LoadResult, load
from geoservice.intake.manifest import CityManifest, read_manifest
from geoservice.registry.known import Known
from geoservice.registry.moment import Moment

ROOT = Path(__file__).resolve().parents[2]
Loaded = dict[str, tuple[Checked, LoadResult]]


def import_all(manifest: CityManifest, folder: Path, database: Path, accept: str) -> Loaded:
    """Load every file of a manifest in one unit of work and return what came of each."""
    opened = open_database(f"gpkg:///{database}")
    upgrade(opened)
    done: Loaded = {}
    with Work(opened).begin("tester", "import") as unit:
        known = Known(unit.connection, Moment(date(2026, 11, 23)))
        for entry in manifest.imports:
            checked = check_file(
                folder / entry.file, mapping=entry.mapping, known=known, settings=manifest.settings()
            )
            result = load(checked, unit, known=known, accept=accept, valid_from=date(2026, 1, 1))  # type: ignore[arg-type]
            done[entry.title] = (checked, result)
    opened.close()
    return done


@pytest.fixture(scope="module")
def cambridge(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    folder = ROOT.parent / "shared" / "data" / "cambridge"
    if not folder.is_dir():
        pytest.skip("no real data at ../shared/data/cambridge")
    manifest = read_manifest(ROOT / "docs" / "examples" / "cambridge" / "city.toml")
    return import_all(manifest, folder, tmp_path_factory.mktemp("city") / "cambridge.gpkg", "good")


def findings(checked: Checked) -> Counter[str]:
    return Counter(f.code for f in checked.report.findings)


@pytest.mark.slow
def test_every_lot_is_loaded_but_those_without_a_certain_shape(cambridge: Loaded) -> None:
    checked, result = cambridge["parcels_fy2014.gpkg · parcels_fy2014"]
    assert checked.report.counts.rows == 13_116
    reasons = Counter(code for codes in checked.rejects["codes"] for code in codes)
    assert reasons["geometry_empty"] == 1
    assert set(reasons) == {"geometry_empty", "geometry_invalid"}
    # 37 lots are invalid: each is either mended with a report or rejected with its place.
    assert findings(checked)["geometry_repaired"] + reasons["geometry_invalid"] == 37
    assert result.new == 13_116 - sum(reasons.values()) >= 13_100


@pytest.mark.slow
def test_marks_that_are_no_lot_numbers_do_not_become_keys(cambridge: Loaded) -> None:
    main = cambridge["parcels_fy2014.gpkg · parcels_fy2014"][0].main
    assert main["parcel_number"].is_unique
    assert main["parcel_number"].notna().all()
    assert not set(main["parcel_number"]) & {"---", "--MD", "--R", "-", "ROAD", "RR"}


@pytest.mark.slow
def test_assessed_square_feet_become_certified_square_metres(cambridge: Loaded) -> None:
    main = cambridge["parcels_fy2014.gpkg · parcels_fy2014"][0].main.set_index("parcel_number")
    assert main.loc["7-18", "certified_area_m2"] == pytest.approx(12_478.9999752 * 0.09290304, abs=1e-3)
    # Six flats of one condominium: the land is stated on one row and zero on the others.
    assert main.loc["100-30", "certified_area_m2"] == pytest.approx(5412.999953 * 0.09290304, abs=1e-3)


@pytest.mark.slow
def test_permit_areas_are_projects_with_stage_and_end(cambridge: Loaded) -> None:
    checked, result = cambridge["special_permit_areas.geojson"]
    assert result.new == 355
    sides = Counter(checked.main["side_state"])
    assert sides == {"normal": 328, "terminated": 27}  # 13 withdrawn, 12 expired, 2 denied
    stages = Counter(checked.clean["stage_event"]["stage"])
    assert stages["completed"] == 281
    assert stages["started"] == 19
    assert sum(stages.values()) == 355


@pytest.mark.slow
def test_declared_and_drawn_lots_are_linked_and_their_differences_said(cambridge: Loaded) -> None:
    checked, result = cambridge["special_permit_areas.geojson"]
    bases = Counter(checked.clean["project_parcel"]["basis"])
    assert set(bases) == {"declared", "geometry", "both"}
    assert result.children["project_parcel"] == sum(bases.values())
    said = findings(checked)
    assert said["link_undeclared"] == bases["geometry"]
    assert said["link_apart"] == bases["declared"]
    unknown = {f.value for f in checked.report.findings if f.code == "link_parcel_unknown"}
    assert "189-102" in unknown


@pytest.mark.slow
def test_zoning_is_a_layer_of_planning_zones(cambridge: Loaded) -> None:
    checked, result = cambridge["zoning_districts.geojson"]
    assert result.new == 261
    assert set(checked.main["kind"]) == {"planning"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    folder = ROOT / "data" / "parcels"
    manifest = read_manifest(folder / "city.toml")
    return import_all(manifest, folder, tmp_path_factory.mktemp("demo") / "demo.gpkg", "all")


@pytest.mark.slow
def test_the_demo_city_loads_without_an_error(demo: Loaded) -> None:
    assert sum(result.rejected for _, result in demo.values()) == 0
    parcels = demo["parcels.shp"][0].report
    assert (parcels.file.format, parcels.file.crs) == ("Shapefile", "EPSG:4528")
    assert parcels.counts.to_load > 5000


@pytest.mark.slow
def test_no_personal_column_of_the_demo_city_is_read(demo: Loaded) -> None:
    report = demo["demolition_units.csv"][0].report
    dropped = {f.value for f in report.findings if f.code == "personal_column"}
    assert dropped == {"户主姓名", "联系电话"}
    assert "住户0001" not in str(report.to_json())


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[city]\nname = 'x'\n", "[[import]]"),
        ("[city]\nextent = [2, 1, 1, 2]\n[[import]]\nfile = 'a'\nmapping = 'm.toml'\n", "extent"),
        ("[city]\n[[import]]\nfile = 'a'\n", "mapping"),
        ("[city]\n[[import]]\nfile = 'a'\nmapping = 'none.toml'\n", "none.toml"),
        ("[city]\n[[import]]\nfile = 'a'\nmapping = 'm.toml'\nnoun = 'park'\n", "park"),
        ("[city]\n[[import]]\nfile = 'a'\nmapping = 'm.toml'\ncolour = 'red'\n", "colour"),
        (
            "[city]\n[[import]]\nfile = 'a'\nmapping = 'm.toml'\ncode = 'L'\nname = 'l'\nkind = 'forest'\n",
            "constraint",
        ),
        ("[city\n", "city.toml"),
    ],
)
def test_a_wrong_manifest_says_what_is_wrong(tmp_path: Path, text: str, word: str) -> None:
    (tmp_path / "m.toml").write_text('noun = "layer_feature"\n')
    path = tmp_path / "city.toml"
    path.write_text(text)
    with pytest.raises(IntakeRefused) as refused:
        read_manifest(path)
    assert word in str(refused.value)


def test_layer_metadata_may_stand_in_the_entry_or_in_a_table_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text('noun = "layer_feature"\n')
    (tmp_path / "city.toml").write_text(
        "[city]\nname = '甲'\n"
        "[[import]]\nfile = 'a'\nmapping = 'm.toml'\nlayer = 'x'\ncode = 'L1'\nname = '水'\nkind = 'base'\n"
        "[[import]]\nfile = 'b'\nmapping = 'm.toml'\n"
        "[import.layer_meta]\ncode = 'L2'\nname = '路'\nkind = 'base'\n"
    )
    one, other = read_manifest(tmp_path / "city.toml").imports
    assert (one.title, one.mapping.layer["code"]) == ("a · x", "L1")
    assert other.mapping.layer == {"code": "L2", "name": "路", "kind": "base"}
