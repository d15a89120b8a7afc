/* What the pointer is over and what is selected, on a canvas of its own: the map below is not redrawn. */
(function (geoservice) {
  "use strict";

  const ACCENT = "#1D5FE0";

  /* A painter over the map; `hover` and `select` take a feature or null. Further painters may be added. */
  geoservice.createHighlight = (map) => {
    map.createPane("gs-highlight").style.zIndex = 450;
    const canvas = new geoservice.Canvas({ pane: "gs-highlight", padding: 0.25, writes: false });
    const marked = { hover: null, selected: null };
    canvas.addPainter({
      order: 0,
      paint(brush, view) {
        if (marked.hover && marked.hover !== marked.selected) ring(brush, view, marked.hover, 1.5);
        if (!marked.selected) return;
        ring(brush, view, marked.selected, 2.5);
        name(brush, view, marked.selected);
      },
    });
    map.addLayer(canvas);
    const mark = (what) => (feature) => {
      if (marked[what] === feature) return;
      marked[what] = feature;
      canvas.redraw();
    };
    return { hover: mark("hover"), select: mark("selected"), selected: () => marked.selected, canvas };
  };

  function ring(brush, view, feature, width) {
    if (feature.layer.summedAt(view.zoom)) return place(brush, view, feature, width);
    const outlines = feature.layer.outlinesOf(feature, view);
    if (!outlines.length) return place(brush, view, feature, width);
    for (const [extra, colour] of [[4, "rgba(255,255,255,0.95)"], [0, ACCENT]]) {
      for (const outline of outlines) line(brush, view, feature, outline, width + extra, colour);
    }
    return undefined;
  }

  function line(brush, view, feature, { shape, tile }, width, colour) {
    brush.save();
    if (tile) geoservice.clipTo(brush, tile, view);
    brush.beginPath();
    if (feature.layer.isDot({ ...feature, shape }, view)) dot(brush, view, shape.at);
    else geoservice.trace(brush, shape, view);
    brush.lineWidth = width;
    brush.strokeStyle = colour;
    brush.stroke();
    brush.restore();
  }

  /* Where the outline is not at hand, a ring tells the place. */
  function place(brush, view, feature, width) {
    if (!feature.shape) return;
    for (const [extra, colour] of [[4, "rgba(255,255,255,0.95)"], [0, ACCENT]]) {
      brush.beginPath();
      dot(brush, view, feature.shape.at);
      brush.lineWidth = width + extra;
      brush.strokeStyle = colour;
      brush.stroke();
    }
  }

  /* The name of what is selected is written whatever else is written there. */
  function name(brush, view, feature) {
    if (!feature.shape) return;
    const { size, colour } = geoservice.labelLook(feature.layer, view);
    const look = { font: `600 ${size}px ${geoservice.FONT}`, size, colour, halo: geoservice.LOOK.halo };
    const shift = feature.layer.labelShift(feature, view);
    const text = geoservice.nameOf(feature.properties);
    geoservice.writeLabel(brush, geoservice.makeLabel(brush, text, feature.shape.at, view, { ...look, shift }));
  }

  function dot(brush, view, [x, y]) {
    const radius = geoservice.dotRadius(view.zoom) + 3;
    brush.moveTo(x * view.scale - view.x + radius, y * view.scale - view.y);
    brush.arc(x * view.scale - view.x, y * view.scale - view.y, radius, 0, 2 * Math.PI);
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
