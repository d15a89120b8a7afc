"""Handing a page to Typst: a folder with the template, its data and its drawings, and the first typeface there is."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import typst

from geoservice.cartography.paper.drawing import FONTS
from geoservice.errors import Unavailable

Form = Literal["pdf", "png"]


class NoTypeface(Unavailable):
    """No typeface with Chinese letters is on this machine."""

    code = "no_typeface"


@lru_cache(maxsize=1)
def typeface() -> str:
    """Return the first typeface of :data:`FONTS` that is installed.

    Raises
    ------
    NoTypeface
        If there is none: a sheet of empty boxes would be worse than no sheet.
    """
    held = set(typst.Fonts(include_system_fonts=True).families())
    found = next((name for name in FONTS if name in held), None)
    if found is None:
        raise NoTypeface(
            "No typeface with Chinese letters is installed",
            ", ".join(FONTS),
            "Install one (Debian: apt-get install fonts-noto-cjk) and try again.",
        )
    return found


def typeset(
    template: str,
    data: Mapping[str, Any],
    drawings: Mapping[str, str],
    form: Form = "pdf",
    pixels_per_inch: float = 144.0,
) -> bytes:
    """Return a page set from a template of ``assets/paper``.

    Parameters
    ----------
    template : str
        Name of the template without ending.
    data : mapping
        What the template shows; text is set as text and never read as markup.
    drawings : mapping of str to str
        File name → SVG.
    form : {"pdf", "png"}
        A picture is the first page.
    pixels_per_inch : float
        Resolution of a picture.
    """
    with tempfile.TemporaryDirectory(prefix="geoservice-paper-") as name:
        folder = Path(name)
        source = files("geoservice.cartography") / "assets" / "paper"
        for part in ("parts", template):
            (folder / f"{part}.typ").write_bytes((source / f"{part}.typ").read_bytes())
        (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        for file, svg in drawings.items():
            (folder / file).write_text(svg, encoding="utf-8")
        made: Any = typst.compile(
            str(folder / f"{template}.typ"), root=str(folder), format=form, ppi=pixels_per_inch
        )
    # A document of several pages gives a list of pictures.
    return bytes(made[0]) if isinstance(made, list) else bytes(made)
