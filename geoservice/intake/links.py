"""Projects and their parcels: what the ledger declares against what the shapes show."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from geoservice.geo.arrays import Geometries
from geoservice.geo.measure import area_m2
from geoservice.geo.overlay import overlay
from geoservice.intake.children import POSITION
from geoservice.intake.findings import Finding, finding
from geoservice.intake.geometry.stored import place_of
from geoservice.intake.known import Known
from geoservice.intake.table import Rows, is_missing
from geoservice.model.vocabulary import LinkBasis

_MOSTLY_WITHIN = 0.5


def link(
    declared: pd.DataFrame,
    geometry: Geometries | None,
    rows: Rows,
    known: Known,
    scheme: str | None,
    min_share: float,
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the links between projects and held parcels, and where ledger and shapes differ.

    A shape takes a parcel when it covers at least `min_share` of it, or when at least half of the shape lies
    in it (a building on a campus). The share of a link that rests on the ledger alone is unknown.

    Parameters
    ----------
    declared : DataFrame
        ``position, parcel, role``: numbers as the ledger writes them.
    geometry : ndarray of geometries or None
        Shapes of the projects, EPSG:4490; ``None`` where the file has none.
    rows : ndarray of int
        File rows by position.
    known : Known
    scheme : str, optional
        Which of a parcel's numbers the ledger uses.
    min_share : float

    Returns
    -------
    DataFrame
        ``position, parcel`` (key) ``, role, share`` (of the parcel, 0 to 1) ``, basis``.
    list of Finding
        Parcels not held, declared but apart, touched but not declared.
    """
    found: list[Finding] = []
    stated = _stated(declared, rows, known, scheme, found)
    shown = _shown(geometry, known, min_share)
    links = stated.merge(shown, how="outer", on=[POSITION, "parcel"], sort=True)
    links["role"] = links["role"].where(links["role"].notna(), _role(declared))
    both = links["number"].notna() & links["area_m2"].notna()
    links["basis"] = np.where(
        both,
        LinkBasis.BOTH.value,
        np.where(links["number"].notna(), LinkBasis.DECLARED.value, LinkBasis.GEOMETRY.value),
    )
    found += _differences(links, geometry, rows, bool(len(declared)))
    kept = links[links["number"].notna() | links["linked"].eq(True)]
    columns = [POSITION, "parcel", "role", "share", "basis"]
    return kept[columns].astype(object).where(kept[columns].notna(), None).reset_index(drop=True), found


def _stated(
    declared: pd.DataFrame, rows: Rows, known: Known, scheme: str | None, found: list[Finding]
) -> pd.DataFrame:
    numbers = declared["parcel"].tolist()
    keys = known.resolve("parcel", numbers, scheme)
    found += [
        finding("link_parcel_unknown", row=int(rows[position]), field="parcel", value=number)
        for position, number, key in zip(declared[POSITION], numbers, keys, strict=True)
        if key is None
    ]
    stated = declared.assign(number=numbers, parcel=pd.Series(keys, index=declared.index, dtype=object))
    stated = stated[stated["parcel"].notna()]
    return stated.drop_duplicates([POSITION, "parcel"]).astype({POSITION: "int64", "parcel": "object"})


def _shown(geometry: Geometries | None, known: Known, min_share: float) -> pd.DataFrame:
    names = [POSITION, "parcel", "held_number", "share", "area_m2", "linked"]
    none = pd.DataFrame({name: pd.Series(dtype="object") for name in names}).astype({POSITION: "int64"})
    if geometry is None:
        return none
    areal = np.flatnonzero(shapely.get_dimensions(geometry) == 2)
    held = known.overlapping("parcel", geometry[areal]) if len(areal) else pd.DataFrame()
    if not len(held):
        return none
    parcels = held["geometry"].to_numpy(dtype=object)
    pairs = overlay(parcels, geometry[areal])
    own = area_m2(geometry[areal])
    within = pairs["area_m2"].to_numpy() / own[pairs["right"].to_numpy()]
    return pd.DataFrame(
        {
            POSITION: areal[pairs["right"].to_numpy()],
            "parcel": held["key"].to_numpy()[pairs["left"].to_numpy()],
            "held_number": held["number"].to_numpy()[pairs["left"].to_numpy()],
            "share": pairs["share"].round(6).to_numpy(),
            "area_m2": pairs["area_m2"].to_numpy(),
            "linked": (pairs["share"].to_numpy() >= min_share) | (within >= _MOSTLY_WITHIN),
        }
    ).astype({POSITION: "int64", "parcel": "object"})


def _role(declared: pd.DataFrame) -> str:
    return str(declared["role"].iloc[0]) if len(declared) else "site"


def _differences(
    links: pd.DataFrame, geometry: Geometries | None, rows: Rows, declares: bool
) -> list[Finding]:
    if geometry is None:
        return []
    found = []
    for record in links.to_dict("records"):
        position = int(record[POSITION])
        row, shape = int(rows[position]), geometry[position]
        if shape is None:
            continue
        place = place_of(shape)
        if _is(record["number"]) and not _is(record["area_m2"]):
            found.append(finding("link_apart", row=row, field="parcel", value=record["number"], place=place))
        elif declares and not _is(record["number"]) and record["linked"] is True:
            number = record["held_number"] if _is(record["held_number"]) else record["parcel"]
            percent = f"{100 * record['share']:.0f}"
            found.append(
                finding(
                    "link_undeclared", row=row, field="parcel", value=number, percent=percent, place=place
                )
            )
    return found


def _is(value: Any) -> bool:
    return not is_missing(value)
