/* How the features of a layer are painted: areas by class, lines between two outlines, dots, marks, plans hatched. */
(function (geoservice) {
  "use strict";

  const DOT_BELOW = 18;
  const MARK_FROM = 20;
  const SPECK_BELOW = 2.5;
  const FINE_BELOW = 7;
  const HAIRLINE = 0.3;

  /* Sort features into one group per class: {areas, fine, specks, lines, dots, planned}. */
  geoservice.groupsOf = (layer, features, view) => {
    const groups = geoservice.emptyGroups(layer);
    for (const one of features) {
      const number = view.numberOf ? view.numberOf(one) : one.number;
      if (number === null || !geoservice.inView(one.shape, view, 16)) continue;
      const group = groups[Math.max(0, number)];
      const part = geoservice.partOf(layer, one.shape.kind, geoservice.extentOf(one.shape, view));
      group[part].push(one.shape);
      if (part === "areas" && (view.numberOf ? one.otherPlanned : one.planned)) group.planned.push(one.shape);
    }
    return groups;
  };

  geoservice.emptyGroups = (layer) =>
    (layer.classes.length ? layer.classes : [null]).map(() => ({ areas: [], fine: [], specks: [], lines: [], dots: [], planned: [] }));

  /* How a shape of a kind and a size in pixels is painted: areas too small to show a form are specks, those too small
     for an outline of their own are fine. */
  geoservice.partOf = (layer, kind, size) => {
    if (kind === "point" || (layer.definition.dots && size < DOT_BELOW)) return "dots";
    if (kind !== "area") return "lines";
    if (size < SPECK_BELOW) return "specks";
    return size < FINE_BELOW ? "fine" : "areas";
  };

  geoservice.hasRoom = (width, height) => Math.min(width, height) >= MARK_FROM;

  /* Paint features; where two days are compared, those of the other day right of the divider. */
  geoservice.paintSides = (brush, view, layer, features, others) => {
    if (view.split === null || view.split === undefined || layer.otherDay === null) {
      geoservice.paintGroups(brush, view, layer, geoservice.groupsOf(layer, features, view));
      return;
    }
    side(brush, [0, view.split], () => geoservice.paintGroups(brush, view, layer, geoservice.groupsOf(layer, features, view)));
    const right = { ...view, numberOf: (one) => one.otherNumber };
    side(brush, [view.split, view.width], () => geoservice.paintGroups(brush, right, layer, geoservice.groupsOf(layer, others, right)));
  };

  function side(brush, [from, to], paint) {
    brush.save();
    brush.beginPath();
    brush.rect(from, 0, Math.max(0, to - from), 1e5);
    brush.clip();
    paint();
    brush.restore();
  }

  geoservice.paintGroups = (brush, view, layer, groups) => {
    groups.forEach((group, number) => {
      if (!group) return; // nothing of this class is here
      paintSpecks(brush, view, layer, group.specks, number);
      paintAreas(brush, view, layer, group.fine, number, 0.35);
      paintAreas(brush, view, layer, group.areas, number, 1);
      paintPlanned(brush, view, layer, group.planned);
      paintLines(brush, view, layer, group.lines, number);
    });
    if (!view.tile) paintPoints(brush, view, layer, groups);
    brush.globalAlpha = 1;
  };

  /* The marks of tiles are painted over all of them, so that no edge cuts them. */
  function paintPoints(brush, view, layer, groups) {
    groups.forEach(({ areas }, number) => paintMarks(brush, view, layer, areas, number));
    groups.forEach(({ dots }, number) => paintDots(brush, view, layer, dots, number));
  }

  /* Paint what stands at a point of the map rather than in a tile: dots, and the marks of areas. */
  geoservice.paintSpots = (brush, view, layer, spots) => {
    if (!spots.length) return;
    const groups = (layer.classes.length ? layer.classes : [null]).map(() => ({ areas: [], dots: [] }));
    for (const { piece, number, dot } of spots) {
      if (meets(piece.box, view.box)) groups[number][dot ? "dots" : "areas"].push(piece.shape);
    }
    paintPoints(brush, view, layer, groups);
  };

  function meets(a, b) {
    return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  }

  /* The radius of a dot in pixels: small over the whole city, large enough for a digit nearer by. On a wall nobody
     points at a dot to be told its class: each has room for its digit. */
  const SMALLEST = geoservice.isWall() ? 7.5 : 4.5;
  geoservice.dotRadius = (zoom) => Math.max(SMALLEST, Math.min(9, 4.5 + (zoom - 10.5) * 1.6));

  /* The longer side of a shape's box in pixels. */
  geoservice.extentOf = ({ box }, view) => Math.max(box[2] - box[0], box[3] - box[1]) * view.scale;

  geoservice.isSmall = (shape, view) => geoservice.extentOf(shape, view) < DOT_BELOW;

  /* Whether an area has room for the mark of its class: a ring around a lake has none. */
  geoservice.roomy = ({ box, stretch }, view) => geoservice.hasRoom(stretch * view.scale, (box[3] - box[1]) * view.scale);

  function paintSpecks(brush, view, layer, shapes, number) {
    const { fill_opacity: opacity } = layer.style;
    if (!shapes.length || !opacity) return;
    brush.globalAlpha = opacity;
    brush.fillStyle = layer.fillOf(brush, view, number);
    for (const { box } of shapes) {
      const [width, height] = [(box[2] - box[0]) * view.scale, (box[3] - box[1]) * view.scale];
      brush.fillRect(box[0] * view.scale - view.x, box[1] * view.scale - view.y, Math.max(0.8, width), Math.max(0.8, height));
    }
    brush.globalAlpha = 1;
  }

  function paintAreas(brush, view, layer, shapes, number, weight) {
    if (!shapes.length) return;
    const { style } = layer;
    const width = outlineWidth(style, view.zoom) * weight;
    // A line thinner than this is not seen, and costs more than all the rest.
    const outlined = width >= HAIRLINE || (!style.fill_opacity && width > 0);
    brush.fillStyle = aligned(layer.fillOf(brush, view, number), view);
    brush.strokeStyle = geoservice.outlined(style.outline);
    brush.lineWidth = width;
    brush.setLineDash(style.dashed ? [6, 4] : []);
    geoservice.inBatches(brush, shapes, view, () => {
      brush.globalAlpha = style.fill_opacity;
      if (style.fill_opacity) brush.fill();
      brush.globalAlpha = 1;
      if (outlined) brush.stroke();
    });
    brush.setLineDash([]);
  }

  /* Hatching goes on across the edges of tiles: it begins at the corner of the map, wherever the canvas does. */
  function aligned(fill, view) {
    if (fill instanceof CanvasPattern) {
      const shift = (origin) => -(origin % geoservice.HATCH_PX);
      fill.setTransform(new DOMMatrix().translate(shift(view.x), shift(view.y)).scale(1 / view.ratio));
    }
    return fill;
  }

  /* What rests on a plan is hatched white: it is not so yet. */
  function paintPlanned(brush, view, layer, shapes) {
    if (!shapes.length) return;
    brush.fillStyle = aligned(layer.planPattern(brush, view), view);
    geoservice.inBatches(brush, shapes, view, () => brush.fill());
  }

  /* A line is its class colour between two thin outlines. */
  function paintLines(brush, view, layer, lines, number) {
    if (!lines.length) return;
    const colours = [geoservice.outlined(layer.style.outline), layer.fillOf(brush, view, number)];
    [6, 4].forEach((width, i) => {
      brush.lineWidth = width;
      brush.strokeStyle = colours[i];
      geoservice.inBatches(brush, lines, view, () => brush.stroke());
    });
  }

  function paintDots(brush, view, layer, dots, number) {
    if (!dots.length) return;
    const radius = geoservice.dotRadius(view.zoom);
    const swatch = layer.classes[number];
    const fill = layer.fillOf(brush, view, number);
    for (const { at } of dots) {
      if (view.dots) view.dots.push([at[0] * view.scale - view.x, at[1] * view.scale - view.y, radius]);
      brush.beginPath();
      brush.arc(at[0] * view.scale - view.x, at[1] * view.scale - view.y, radius, 0, 2 * Math.PI);
      brush.lineWidth = 3;
      brush.strokeStyle = geoservice.LOOK.paper;
      brush.stroke();
      brush.fillStyle = fill;
      brush.fill();
      brush.lineWidth = 1;
      brush.strokeStyle = geoservice.outlined(layer.style.outline);
      brush.stroke();
    }
    if (swatch && swatch.mark && radius >= 7) marks(brush, view, dots, swatch, 10);
  }

  function paintMarks(brush, view, layer, areas, number) {
    const swatch = layer.classes[number];
    if (!swatch || !swatch.mark) return;
    marks(brush, view, areas.filter((one) => geoservice.roomy(one, view)), swatch, 12);
  }

  function marks(brush, view, shapes, swatch, size) {
    brush.font = `600 ${size}px ${geoservice.FONT}`;
    brush.textAlign = "center";
    brush.textBaseline = "middle";
    brush.fillStyle = swatch.ink;
    for (const { at } of shapes) {
      brush.fillText(swatch.mark, at[0] * view.scale - view.x, at[1] * view.scale - view.y + 0.5);
    }
  }

  function outlineWidth({ outline_width: width }, zoom) {
    return width * Math.max(0.4, Math.min(1.4, 0.4 + (zoom - 12) * 0.3));
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
