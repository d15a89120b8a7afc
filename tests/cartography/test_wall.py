"""``maps/wall.toml``: what it says is shown, what it cannot mean is refused with its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from geoservice.cartography import InvalidDefinition, Wall, read_definitions, read_wall
from geoservice.reporting.headlines import HEADLINES

MAPS = read_definitions()
TODAY = date(2026, 11, 27)


def read(folder: Path, text: str) -> Wall:
    (folder / "wall.toml").write_text(text, encoding="utf-8")
    return read_wall(folder, MAPS, tuple(HEADLINES))


def test_the_shipped_wall_can_be_read() -> None:
    wall = read_wall(Path("maps"), MAPS, tuple(HEADLINES))
    assert {slide.map for slide in wall.slides} <= set(MAPS)
    assert list(wall.figures) == list(HEADLINES)


def test_without_a_file_every_map_is_shown(tmp_path: Path) -> None:
    wall = read_wall(tmp_path, MAPS, tuple(HEADLINES))
    assert [slide.map for slide in wall.slides] == list(MAPS)


def test_days_are_fixed_or_counted_from_today(tmp_path: Path) -> None:
    wall = read(
        tmp_path,
        """
        figures = ["clear_land", "projects"]
        dwell_seconds = 5
        [[slides]]
        map = "projects"
        theme = 1
        title = { zh = "级别", en = "Level" }
        [[slides]]
        map = "availability"
        date = 2027-03-31
        [[slides]]
        map = "availability"
        in_days = 90
        """,
    )
    assert [slide.day(TODAY) for slide in wall.slides] == [None, date(2027, 3, 31), date(2027, 2, 25)]
    assert (wall.dwell_s, wall.figures) == (5, ("clear_land", "projects"))
    assert wall.slides[0].title.zh == "级别"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "slides"),
        ("slides = 3", "slides"),
        ('[[slides]]\nmap = "nowhere"', "nowhere"),
        ('[[slides]]\nmap = "projects"\ntheme = 9', "theme"),
        ('[[slides]]\nmap = "projects"\ndate = "soon"', "soon"),
        ('[[slides]]\nmap = "projects"\ndate = 2027-03-31\nin_days = 3', "in_days"),
        ('[[slides]]\nmap = "projects"\nin_day = 3', "in_day"),
        ('figures = ["weather"]\n[[slides]]\nmap = "projects"', "weather"),
        ('dwell_seconds = 0\n[[slides]]\nmap = "projects"', "dwell_seconds"),
        ("[[slides", "TOML"),
    ],
)
def test_what_it_cannot_mean_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InvalidDefinition, match=said):
        read(tmp_path, text)
