"""Run by the system's Python, which has QGIS: open a collection and say what QGIS sees, as JSON.

Usage: ``/usr/bin/python3 qgis_reads.py ADDRESS COLLECTION EXPRESSION WEST SOUTH EAST NORTH``
"""

import json
import sys

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor


def main(address, collection, expression, *edges):
    application = QgsApplication([], False)
    application.initQgis()
    source = f"url='{address}/ogc' typename='{collection}'"
    layer = QgsVectorLayer(source, collection, "OAPIF")
    box = QgsFeatureRequest().setFilterRect(QgsRectangle(*map(float, edges)))
    near = QgsVectorLayer(f"{source} restrictToRequestBBOX='1'", collection, "OAPIF")
    found = QgsVectorLayer(source, collection, "OAPIF")
    found.setSubsetString(expression)
    tiles = f"{address}/ogc/collections/{collection}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"
    drawn = QgsVectorTileLayer(f"type=xyz&url={tiles}&zmin=0&zmax=16", collection)
    told = {
        "valid": layer.isValid(),
        "count": layer.featureCount(),
        "keys": sorted(feature["key"] for feature in near.getFeatures(box)),
        "filtered": sorted(feature["key"] for feature in found.getFeatures()),
        "all": sorted(feature["key"] for feature in layer.getFeatures()),
        "geometry": layer.wkbType(),
        "edits": bool(layer.dataProvider().capabilities() & layer.dataProvider().ChangeAttributeValues),
        "tiles": drawn.isValid(),
        "drawn": _draws(drawn, *map(float, edges)),
    }
    print("ANSWER " + json.dumps(told))
    del layer, near, found, drawn
    application.exitQgis()


def _draws(layer, *edges):
    """Draw the tiles and say whether anything is on the picture."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    settings.setExtent(QgsRectangle(*edges))
    settings.setOutputSize(QSize(256, 256))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    picture = job.renderedImage()
    return len({picture.pixel(x, y) for x in range(0, 256, 4) for y in range(0, 256, 4)}) > 1


main(*sys.argv[1:])
