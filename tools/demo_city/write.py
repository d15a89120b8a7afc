"""Hand the city over: one file per bureau and subject."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shapely import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry

from .base import Shape
from .city import City
from .geofiles import write_geojson, write_geopackage, write_shapefile
from .land_registers import (
    batch_parcel_rows,
    batch_row,
    case_rows,
    contract_row,
    draw_batches,
    draw_contracts,
)
from .ledger_files import write_csv, write_excel
from .ledgers import monthly, troubles
from .place import EPSG
from .projects import Project
from .readiness import checklists, gates, holds
from .readme import refresh_counts
from .rows import (
    gate_row,
    hold_row,
    item_row,
    link_rows,
    parcel_row,
    project_row,
    task_row,
    trouble_row,
    unit_row,
)
from .task_books import book_rows, procedure_rows, target_rows
from .zones import DISTRICTS, Zone

_DEGREES = 4490


def write_city(city: City, folder: Path) -> None:
    """Write all data files into ``folder``, replacing those of an earlier run."""
    folder.mkdir(parents=True, exist_ok=True)
    write_geopackage(
        folder / "zones.gpkg", [_zones("xzq", city.districts), _zones("jd", city.subdistricts)], _DEGREES
    )
    write_geopackage(
        folder / "base.gpkg", [_shapes(name, rows) for name, rows in city.base.items()], _DEGREES
    )
    write_geopackage(
        folder / "constraints.gpkg",
        [_controls(name, rows) for name, rows in city.constraints.items()],
        _DEGREES,
    )
    _write_land(city, folder)
    _write_projects(city, folder)
    _write_registers(city, folder)
    _write_demolition(city, folder)
    _write_readiness(city, folder)
    refresh_counts(folder / "README.md", _counts(city))


def _counts(city: City) -> dict[str, int]:
    """Return how many rows there are, by the words that follow the number in the README."""
    return {
        "parcels with state": len(city.parcels),
        "projects; sheet": len(city.projects),
        "difficulties": len(list(troubles(city.projects))),
        "links of projects": len(list(link_rows(city))),
        "monthly figures": len(list(monthly(city.projects))),
        "expropriation tasks": len(city.tasks),
        "households, businesses": len(city.units),
        "milestones of procedures": len(list(procedure_rows(city.tasks))),
        "checklist items": len(list(checklists(city.parcels))),
        "surveys before supply": len(list(gates(city.parcels))),
        "intentions of investors": len(list(holds(city.parcels, city.projects))),
    }


def _write_land(city: City, folder: Path) -> None:
    parks = [
        {
            "园区代码": park.code,
            "园区名称": park.name,
            "园区级别": park.level,
            "主导产业": "、".join(park.industries),
            "核准面积（公顷）": park.approved_area_ha,
            "所属区县": DISTRICTS[park.county],
        }
        for park in city.parks
    ]
    write_geojson(folder / "parks.geojson", parks, [park.shape for park in city.parks])
    write_shapefile(
        folder / "parcels.shp",
        [parcel_row(parcel) for parcel in city.parcels],
        [parcel.shape for parcel in city.parcels],
    )


def _write_projects(city: City, folder: Path) -> None:
    write_excel(
        folder / "projects.xlsx",
        [
            (
                "项目台账",
                "清澜市重点项目台账（截至2026年11月23日）",
                [project_row(project) for project in city.projects],
            ),
            (
                "三难问题",
                "清澜市重点项目三难问题清单",
                [trouble_row(trouble) for trouble in troubles(city.projects)],
            ),
        ],
    )
    write_csv(
        folder / "investment.csv",
        [
            {"项目编号": number, "月份": f"{month:%Y-%m}", "完成投资（万元）": amount}
            for number, month, amount in monthly(city.projects)
        ],
    )
    write_csv(folder / "project_parcels.csv", list(link_rows(city)))
    own = [project for project in city.projects if project.site is not None]
    write_geopackage(
        folder / "project_sites.gpkg",
        [
            _sites("线状项目", [project for project in own if _is_line(project.site)]),
            _sites("面状项目", [project for project in own if not _is_line(project.site)]),
        ],
        EPSG,
    )


def _write_registers(city: City, folder: Path) -> None:
    batches = draw_batches(city.parcels)
    contracts = draw_contracts(city.parcels, city.projects)
    write_excel(
        folder / "land_registers.xlsx",
        [
            ("用地批次", "清澜市建设用地批次台账", [batch_row(batch) for batch in batches]),
            ("批次地块", "清澜市用地批次与地块对应表", list(batch_parcel_rows(batches))),
            (
                "供地合同",
                "清澜市国有建设用地供应合同台账",
                [contract_row(contract) for contract in contracts],
            ),
            ("处置案件", "清澜市闲置低效用地处置台账", list(case_rows(contracts, city.parcels))),
        ],
    )


def _write_demolition(city: City, folder: Path) -> None:
    tasks = ("征拆任务", [task_row(task) for task in city.tasks], [task.shape for task in city.tasks])
    write_geopackage(folder / "demolition_tasks.gpkg", [tasks], EPSG)
    write_task_books(city, folder)
    write_csv(folder / "demolition_units.csv", [unit_row(unit, i) for i, unit in enumerate(city.units, 1)])


def write_task_books(city: City, folder: Path) -> None:
    """Write the task books: what each says, its procedure, its targets."""
    write_excel(
        folder / "task_books.xlsx",
        [
            ("任务书", "清澜市征拆任务书（2026年）", list(book_rows(city.tasks, city.units))),
            ("程序节点", "征收程序节点", list(procedure_rows(city.tasks))),
            ("目标", "2026年度征拆目标", list(target_rows(city.tasks, city.units))),
        ],
    )


def _write_readiness(city: City, folder: Path) -> None:
    write_excel(
        folder / "readiness.xlsx",
        [
            ("净地清单", "清澜市净地清单（五项）", [item_row(item) for item in checklists(city.parcels)]),
            ("供应前置", "清澜市供地前置事项", [gate_row(gate) for gate in gates(city.parcels)]),
        ],
    )
    write_csv(folder / "holds.csv", [hold_row(held) for held in holds(city.parcels, city.projects)])


def _zones(name: str, zones: list[Zone]) -> tuple[str, list[dict[str, Any]], list[BaseGeometry]]:
    column = "XZQDM", "XZQMC"
    rows = [{column[0]: zone.code, column[1]: zone.name, "SSQDM": zone.county} for zone in zones]
    return name, rows, [zone.shape for zone in zones]


def _shapes(name: str, shapes: list[Shape]) -> tuple[str, list[dict[str, Any]], list[BaseGeometry]]:
    return (
        name,
        [{"class": shape.kind, "name": shape.name} for shape in shapes],
        [shape.geometry for shape in shapes],
    )


def _controls(name: str, shapes: list[Shape]) -> tuple[str, list[dict[str, Any]], list[BaseGeometry]]:
    rows = [{"编号": f"{i:04d}", "类型": shape.kind, "名称": shape.name} for i, shape in enumerate(shapes, 1)]
    return name, rows, [shape.geometry for shape in shapes]


def _sites(name: str, projects: list[Project]) -> tuple[str, list[dict[str, Any]], list[BaseGeometry]]:
    rows = [{"项目编号": project.number, "项目名称": project.name} for project in projects]
    return name, rows, [project.site for project in projects if project.site is not None]


def _is_line(site: BaseGeometry | None) -> bool:
    return isinstance(site, (LineString, MultiLineString))
