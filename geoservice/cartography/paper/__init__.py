"""Maps on paper: the same definitions, features, colours and counts as on the screen, as PDF and PNG.

``typeset_sheet`` lays one map on a sheet (A4 to A0, or a slide's size), ``typeset_book`` gives each park or project a
page. The map is drawn as SVG to scale in the city's own Gauss-Krüger zone; Typst sets the page around it.
"""

from geoservice.cartography.paper.book import Entry, Fact, Line, typeset_book
from geoservice.cartography.paper.sheet import typeset_sheet
from geoservice.cartography.paper.sizes import PAPERS, Paper, paper_of, slide_of

__all__ = [
    "PAPERS",
    "Entry",
    "Fact",
    "Line",
    "Paper",
    "paper_of",
    "slide_of",
    "typeset_book",
    "typeset_sheet",
]
