/* What the pointer is over and what is selected, on a canvas of its own: the map below is not redrawn. */
(function (geoservice) {
  "use strict";

  const ACCENT = "#1D5FE0";

  /* A painter over the map; `hover` and `select` take a feature or null. */
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
    return { hover: mark("hover"), select: mark("selected"), selected: () => marked.selected };
  };

  function ring(brush, view, feature, width) {
    if (!feature.shape) return;
    brush.beginPath();
    if (feature.layer.isDot(feature, view)) dot(brush, view, feature.shape.at);
    else geoservice.trace(brush, feature.shape, view);
    brush.lineWidth = width + 4;
    brush.strokeStyle = "rgba(255,255,255,0.95)";
    brush.stroke();
    brush.lineWidth = width;
    brush.strokeStyle = ACCENT;
    brush.stroke();
  }

  /* The name of what is selected is written whatever else is written there. */
  function name(brush, view, feature) {
    if (!feature.shape) return;
    const { size, colour } = geoservice.labelLook(feature.layer, view);
    const look = { font: `600 ${size}px ${geoservice.FONT}`, size, colour, halo: "#FFFFFF" };
    const shift = feature.layer.labelShift(feature, view);
    const text = geoservice.nameOf(feature.properties);
    geoservice.writeLabel(brush, geoservice.makeLabel(brush, text, feature.shape.at, view, { ...look, shift }));
  }

  function dot(brush, view, [x, y]) {
    const radius = geoservice.dotRadius(view.zoom) + 3;
    brush.arc(x * view.scale - view.x, y * view.scale - view.y, radius, 0, 2 * Math.PI);
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
