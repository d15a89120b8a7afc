/* A layer of features on the shared canvas: one path per class, dots where shapes are too small to see. */
(function (geoservice) {
  "use strict";

  const DOT_BELOW = 18;
  const MARK_FROM = 20;

  geoservice.featureLayer = (id) => new geoservice.FeatureLayer(id);

  geoservice.FeatureLayer =
    globalThis.L &&
    L.Layer.extend({
      initialize(id) {
        this.id = id;
        this.features = [];
        this.shown = [];
        this.classes = [];
        this.patterns = new Map();
        this.state = "waiting";
        this.switchedOn = true;
      },

      /* Take the layer's part of the page's configuration. */
      define(definition, order, config) {
        Object.assign(this, { definition, order, filters: definition.filters });
        this.title = definition.title;
        this.classes = geoservice.classesOf(definition, config.other, geoservice.word("other"));
        this.switchedOn = definition.visible;
        this._numberOf = geoservice.classifier(definition);
      },

      onAdd(map) {
        this._canvas = geoservice.canvasOf(map);
        this._canvas.addPainter(this);
      },

      onRemove() {
        this._canvas.removePainter(this);
      },

      /* Take loaded features: shapes are made once, here. Small areas end on top of large ones. */
      take(features) {
        this.features = features.map((one) => this.read(one));
        this.features.sort((a, b) => extent(b) - extent(a));
        this.state = "ready";
        this.show(this.features);
      },

      /* One GeoJSON feature as the screen knows it. */
      read({ geometry, properties, id }) {
        return {
          layer: this,
          key: String((properties || {}).key || id || ""),
          properties: properties || {},
          shape: geoservice.toShape(geometry),
          number: this._numberOf(properties || {}),
        };
      },

      /* Draw these features and no others: the list that passes the filters. */
      show(features) {
        this.shown = features.filter((one) => one.shape);
        if (this._canvas) this._canvas.redraw();
      },

      visibleAt(zoom) {
        return this.switchedOn && zoom >= this.definition.min_zoom;
      },

      paint(brush, view) {
        if (!this.visibleAt(view.zoom)) return;
        const groups = this._groups(view);
        groups.forEach(({ shapes }, number) => this._paintShapes(brush, view, shapes, number));
        groups.forEach(({ dots }, number) => this._paintDots(brush, view, dots, number));
        brush.globalAlpha = 1;
      },

      labels(brush, view) {
        const label = this.definition.label;
        if (!label || !this.visibleAt(view.zoom) || view.zoom < label.min_zoom) return [];
        const look = geoservice.labelLook(this, view);
        return this.shown
          .filter((one) => one.properties[label.property] && geoservice.inView(one.shape, view))
          .filter((one) => label.strong || this.isDot(one, view) || wide(one, view) > 40)
          .map((one) => geoservice.makeLabel(brush, String(one.properties[label.property]), one.shape.at, view, {
            ...look,
            weight: extent(one),
            shift: this.labelShift(one, view),
          }));
      },

      /* The topmost feature at a point of the unit square. */
      hit(x, y, view) {
        return this.hits(x, y, view, 1)[0] || null;
      },

      /* The features at a point of the unit square, the topmost first, no more than `most`. */
      hits(x, y, view, most = Infinity) {
        const found = [];
        if (!this.visibleAt(view.zoom)) return found;
        const near = 4 / view.scale;
        const dot = (geoservice.dotRadius(view.zoom) + 3) / view.scale;
        for (let i = this.shown.length - 1; i >= 0 && found.length < most; i--) {
          const one = this.shown[i];
          const { shape } = one;
          const struck = this.isDot(one, view)
            ? Math.hypot(shape.at[0] - x, shape.at[1] - y) <= dot
            : geoservice.hits(shape, x, y, near);
          if (struck) found.push(one);
        }
        return found;
      },

      isDot(one, view) {
        return one.shape.kind === "point" || (this.definition.dots && wide(one, view) < DOT_BELOW);
      },

      /* How far below its place a label stands: clear of the dot, or of the mark in an area. */
      labelShift(one, view) {
        if (this.isDot(one, view)) return geoservice.dotRadius(view.zoom) + 10;
        const swatch = this.classes[one.number];
        return swatch && swatch.mark && roomy(one.shape, view) ? 15 : 0;
      },

      _groups(view) {
        const groups = (this.classes.length ? this.classes : [null]).map(() => ({ shapes: [], dots: [] }));
        for (const one of this.shown) {
          if (!geoservice.inView(one.shape, view, 16)) continue;
          groups[Math.max(0, one.number)][this.isDot(one, view) ? "dots" : "shapes"].push(one.shape);
        }
        return groups;
      },

      _paintShapes(brush, view, shapes, number) {
        const { style } = this.definition;
        this._paintLines(brush, view, shapes.filter(({ kind }) => kind === "line"), number);
        const areas = shapes.filter(({ kind }) => kind === "area");
        if (!areas.length) return;
        brush.fillStyle = this._fill(brush, view, number);
        brush.strokeStyle = style.outline;
        brush.lineWidth = outlineWidth(style, view.zoom);
        brush.setLineDash(style.dashed ? [6, 4] : []);
        geoservice.inBatches(brush, areas, view, () => {
          brush.globalAlpha = style.fill_opacity;
          if (style.fill_opacity) brush.fill();
          brush.globalAlpha = 1;
          if (style.outline_width) brush.stroke();
        });
        brush.setLineDash([]);
        const swatch = this.classes[number];
        if (swatch && swatch.mark && view.zoom >= 13) marks(brush, view, areas.filter((one) => roomy(one, view)), swatch, 12);
      },

      /* A line is its class colour between two thin outlines. */
      _paintLines(brush, view, lines, number) {
        if (!lines.length) return;
        const colours = [this.definition.style.outline, this._fill(brush, view, number)];
        [6, 4].forEach((width, i) => {
          brush.lineWidth = width;
          brush.strokeStyle = colours[i];
          geoservice.inBatches(brush, lines, view, () => brush.stroke());
        });
      },

      _paintDots(brush, view, dots, number) {
        if (!dots.length) return;
        const radius = geoservice.dotRadius(view.zoom);
        const swatch = this.classes[number];
        const fill = this._fill(brush, view, number);
        for (const { at } of dots) {
          brush.beginPath();
          brush.arc(at[0] * view.scale - view.x, at[1] * view.scale - view.y, radius, 0, 2 * Math.PI);
          brush.lineWidth = 3;
          brush.strokeStyle = "#FFFFFF";
          brush.stroke();
          brush.fillStyle = fill;
          brush.fill();
          brush.lineWidth = 1;
          brush.strokeStyle = this.definition.style.outline;
          brush.stroke();
        }
        if (swatch && swatch.mark && radius >= 7) marks(brush, view, dots, swatch, 10);
      },

      _fill(brush, view, number) {
        const swatch = this.classes[number];
        if (!swatch) return this.definition.style.fill || "#FFFFFF";
        if (!swatch.hatch) return swatch.colour;
        if (!this.patterns.has(number)) {
          this.patterns.set(number, geoservice.hatching(brush, swatch.colour, "#FFFFFF", view.ratio));
        }
        return this.patterns.get(number);
      },
    });

  /* The radius of a dot in pixels: small over the whole city, large enough for a digit nearer by. */
  geoservice.dotRadius = (zoom) => Math.max(4.5, Math.min(9, 4.5 + (zoom - 10.5) * 1.6));

  geoservice.labelLook = ({ definition, order }, { zoom }) => {
    const { strong } = definition.label || {};
    const size = strong ? (zoom < 12 ? 12 : 14) : 12;
    return {
      size,
      font: `${strong ? 600 : 500} ${size}px ${geoservice.FONT}`,
      colour: strong ? definition.style.outline : "#1F2937",
      priority: strong ? 10 : 30 - order,
    };
  };

  function marks(brush, view, shapes, swatch, size) {
    brush.font = `600 ${size}px ${geoservice.FONT}`;
    brush.textAlign = "center";
    brush.textBaseline = "middle";
    brush.fillStyle = swatch.ink;
    for (const { at } of shapes) {
      brush.fillText(swatch.mark, at[0] * view.scale - view.x, at[1] * view.scale - view.y + 0.5);
    }
  }

  function roomy({ box }, view) {
    return Math.min(box[2] - box[0], box[3] - box[1]) * view.scale >= MARK_FROM;
  }

  function outlineWidth({ outline_width: width }, zoom) {
    return width * Math.max(0.4, Math.min(1.4, 0.4 + (zoom - 12) * 0.3));
  }

  function wide(one, view) {
    const { box } = one.shape;
    return Math.max(box[2] - box[0], box[3] - box[1]) * view.scale;
  }

  function extent({ shape }) {
    return shape ? (shape.box[2] - shape.box[0]) * (shape.box[3] - shape.box[1]) : -1;
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
