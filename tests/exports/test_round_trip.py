"""What is written is read again by our own intake, recognised by itself: the same rows, fields and shapes.

Allowances are made by the losses that the table of formats publishes, and by no others.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from geoservice.access.policy import View
from geoservice.exports.fields import NOUN_OF
from geoservice.exports.formats import FORMATS
from geoservice.exports.losses import LOSSES
from geoservice.intake.check import Checked, check_file
from geoservice.intake.clean.text import clean_code, clean_text
from geoservice.intake.nouns import kind_of
from geoservice.intake.privacy import find_personal
from geoservice.model.nouns import NOUNS, Noun
from geoservice.registry.collections import COLLECTIONS
from geoservice.registry.filters import Filters
from geoservice.registry.known import Known
from geoservice.registry.moment import Moment
from geoservice.registry.put import put
from tests.exports.conftest import File, write_file
from tests.fixtures.city import FOUNDED, ago
from tests.fixtures.services import Filled

ALL = View("all")
WEST, SOUTH, STEP = 119.6, 33.05, 0.003
READ_BACK = ("parcels", "parks", "zones", "projects", "demolition", "layer_features")
ROUND = [name for name in FORMATS if name != "txt"]
NASTY = (
    "=cmd|' /C calc'!A0", "@SUM(1+1)", "+1", "-1+2", "'=1", "''+2", '说"引号",逗号', "一\n二", "名 称", "😀🏭", "𠮷䶮㐂",
    "a,b;c|d\te", "100%_甲", "<b>&amp;</b>", "\\n", "{}", "＝1", "NULL值", "0012", "1e5", "2026-01-02", "真", "TRUE",
    "甲" * 300,
)  # fmt: skip


def lossy(name: str, code: str) -> bool:
    return any(loss.code == code for loss in LOSSES[name])


ODD = tuple(ord(sign) for sign in "甲乙；、“”\u3000\u00a0é🏭𠮷ßЖ①㎡")


def text_kept(text: str) -> str | None:
    kept = clean_text(text)
    return None if kept is None or find_personal(kept) else kept


class Office:
    """Draws rows as an office might hold them; one seed, one file."""

    def __init__(self, seed: int, references: dict[str, list[str]]) -> None:
        self.seed = seed
        self.chance = random.Random(seed)
        self.references = references
        self.makers: dict[str, Callable[[], Any]] = {
            "code": lambda: self.code() or None,
            "number": lambda: self.chance.randrange(10**6) / 100,
            "count": lambda: self.chance.randrange(10**6),
            "area": lambda: round(self.chance.uniform(0.01, 1e7), 2),
            "money": lambda: self.chance.randrange(10**14),
            "date": lambda: ago(self.chance.randrange(100, 9000)),
            "list": lambda: self.chance.sample(["装备制造", "新材料", "A=B", "=1"], self.chance.randrange(4)),
            "text": self.text,
        }

    def rows(self, noun: Noun, count: int) -> pd.DataFrame:
        return pd.DataFrame([self.row(noun, at) for at in range(count)]).astype(object)

    def row(self, noun: Noun, at: int) -> dict[str, Any]:
        said = {name: self.cell(noun, name, at) for name in noun.fields if name != "geometry"}
        if "name" in noun.required:
            said["name"] = f"名{at}{said.get('name') or ''}"
        for low in (name for name in said if name.endswith("_min")):
            high = low.replace("_min", "_max")
            if said[low] is not None and said.get(high) is not None:
                said[low], said[high] = sorted((said[low], said[high]))
        said["extra"] = self.chance.choice([{}, {"甲": "=1", "面积": 1.5, "备 注": "“x”, y"}])
        return {**said, "geometry": self.shape(at)}

    def cell(self, noun: Noun, name: str, at: int) -> Any:
        if name in noun.references:
            held = self.references[noun.references[name]]
            return self.chance.choice(held if name == "layer" else [*held, None])
        if name in noun.identity:
            return f"{self.code()}~{self.seed}-{at}" if name == noun.identity[0] else None
        if name == "county":
            return self.chance.choice(["320100", "010203"])
        kind = kind_of(noun, name)
        if kind == "flag":
            return self.chance.random() < 0.5
        if kind == "term":
            terms = [term.value for term in noun.vocabularies[name]]
            return self.chance.choice(terms if name in (*noun.required, "side_state") else [*terms, None])
        return None if self.chance.random() < 0.2 else self.makers[kind]()

    def code(self) -> str:
        return (clean_code(self.chance.choice([*NASTY, "GX-1", "００１"])) or "")[:20]

    def text(self) -> str | None:
        if self.chance.random() < 0.5:
            return text_kept(self.chance.choice(NASTY))
        signs = (chr(self.chance.choice((self.chance.randrange(32, 127), *ODD))) for _ in range(30))
        return text_kept("".join(signs))

    def shape(self, at: int) -> Any:
        """Draw a multipolygon of one to three parts, some with a hole, within a grid cell of its own."""
        west, south = WEST + (at % 40) * STEP, SOUTH + (at // 40) * STEP
        parts = []
        for part in range(self.chance.randint(1, 3)):
            x, y = west + part * STEP / 3, south
            size = self.chance.randint(200_000, 900_000) * 1e-9
            hole = [(x + size * f, y + size * g) for f, g in ((0.2, 0.2), (0.2, 0.7), (0.6, 0.6))]
            ring = [(x, y), (x + size, y), (x + size, y + size), (x, y + size * 0.9)]
            parts.append(shapely.Polygon(ring, [hole] if self.chance.random() < 0.5 else []))
        return shapely.transform(shapely.MultiPolygon(parts), lambda c: np.round(c, 9))


def known_check(filled: Filled, path: Path) -> Checked:
    with filled.service.database.read() as connection:
        return check_file(path, known=Known(connection, Moment.today()))


@pytest.mark.parametrize("collection", READ_BACK)
def test_what_is_written_is_read_again(city: Filled, tmp_path: Path, collection: str) -> None:
    """One fixture's database holds the rows of all examples, each with numbers of its own."""
    noun = NOUNS[NOUN_OF[collection]]
    references = {
        "zone": list(city.built.zones.values()),
        "park": list(city.built.parks.values()),
        "layer": [city.built.layers["JBNT"]],
    }

    # A Shapefile holds one kind of shape: the layer of areas is asked for, not the rivers too.
    filters = Filters(equal={"layer": ("JBNT",)} if collection == "layer_features" else {})

    @settings(max_examples=2, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None)
    @given(st.integers(0, 2**32))
    def run(seed: int) -> None:
        frame = Office(seed, references).rows(noun, 30)
        with city.service.work().begin("tester", "rows") as unit:
            keys = put(unit, noun.name, frame, valid_from=FOUNDED + timedelta(days=1)).keys
        for name in ROUND:
            path = tmp_path / f"{collection}{FORMATS[name].suffix}"
            path.unlink(missing_ok=True)
            file = write_file(city.service, path, collection, name, wkt=True, filters=filters)
            compare(city, file, name, collection, frame.assign(key=keys))

    run()


def compare(filled: Filled, file: File, name: str, collection: str, frame: pd.DataFrame) -> None:
    noun = NOUNS[NOUN_OF[collection]]
    checked = known_check(filled, file.path)
    wrong = [f for f in checked.report.findings if f.severity == "error"]
    assert wrong == [], (name, wrong[:3])
    assert checked.report.noun == noun.name
    assert len(checked.main) == file.done.rows
    read = checked.main.set_index("held")
    shown = {"geometry", *COLLECTIONS[collection].relation(Moment.today(), ALL).fields}
    for _, row in frame.iterrows():
        back = read.loc[row["key"]]
        for field in sorted(shown & set(noun.fields)):
            expected = row[field]
            if field == "geometry":
                one = lossy(name, "single_parts") and back[field].geom_type == "Polygon"
                expected = expected.geoms[0] if one and len(expected.geoms) == 1 else expected
                assert same_shape(back[field], expected, 1e-9), (name, row["key"])
            else:
                found = back.get(field)
                assert same(name, found, expected), (name, field, found, expected)
        if "extra" in shown and collection != "demolition" and not lossy(name, "extra_unasked"):
            assert (back.get("extra") or {}) == (row["extra"] or {}), (name, row["key"])


def same_shape(found: Any, expected: Any, tolerance: float) -> bool:
    a, b = shapely.normalize(found), shapely.normalize(expected)
    return bool(shapely.equals_exact(a, b, tolerance=tolerance))


def same(name: str, found: Any, expected: Any) -> bool:
    if expected is None or expected == [] or (isinstance(expected, float) and np.isnan(expected)):
        return found is None or found == []
    if isinstance(expected, float):
        return bool(np.isclose(found, expected, rtol=1e-14, atol=1e-6))
    if isinstance(expected, str) and lossy(name, "text_254") and len(expected.encode()) > 254:
        return isinstance(found, str) and expected.startswith(found) and len(found.encode()) > 240
    if isinstance(expected, date):
        return bool(found == expected)
    return bool(found == expected)
