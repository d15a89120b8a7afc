"""``python -m tools.demo_city data/parcels``: draw the city and write its files."""

from __future__ import annotations

import argparse
from pathlib import Path

from .city import draw_city
from .write import write_city


def main() -> None:
    """Draw the city into the folder named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.demo_city", description=main.__doc__)
    parser.add_argument("folder", type=Path, help="where the files go, such as data/parcels")
    folder = parser.parse_args().folder
    city = draw_city()
    write_city(city, folder)
    print(
        f"{folder}: {len(city.parcels)} parcels, {len(city.projects)} projects, "
        f"{len(city.tasks)} tasks, {len(city.units)} units"
    )


if __name__ == "__main__":
    main()
