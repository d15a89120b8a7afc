/* The ground: built land, green, water, roads with a hairline casing, boundaries and names. */
(function (geoservice) {
  "use strict";

  const { LOOK } = geoservice;
  const ORDER = ["built", "green", "water", "road", "boundary", "label"];

  geoservice.basemap = () => new geoservice.Basemap();

  geoservice.Basemap =
    globalThis.L &&
    L.Layer.extend({
      initialize() {
        this.order = -1;
        this.themes = {};
        this.hidden = new Set();
      },

      onAdd(map) {
        this._canvas = geoservice.canvasOf(map);
        this._canvas.addPainter(this);
      },

      onRemove() {
        this._canvas.removePainter(this);
      },

      /* Take the features of one theme. */
      take(theme, features) {
        this.themes[theme] = features
          .map(({ geometry, properties }) => ({
            shape: geoservice.toShape(geometry),
            name: (properties || {}).name || "",
            rank: geoservice.roadRank((properties || {}).class),
          }))
          .filter((one) => one.shape);
        this._canvas.redraw();
      },

      show(theme, shown) {
        if (shown) this.hidden.delete(theme);
        else this.hidden.add(theme);
        this._canvas.redraw();
      },

      /* Whether a base map of others lies beneath: then boundaries alone are drawn. */
      setCovered(covered) {
        this.covered = covered;
        this._canvas.redraw();
      },

      paint(brush, view) {
        brush.globalAlpha = 1;
        if (this.covered) return boundaries(brush, view, this._inView("boundary", view));
        inside(brush, view, this._inView("boundary", view));
        for (const theme of ORDER) {
          const features = this._inView(theme, view);
          if (features.length) PAINT[theme](brush, view, features);
        }
        return undefined;
      },

      labels(brush, view) {
        if (this.covered) return [];
        const water = this._inView("water", view).filter((one) => spans(one, view, 120));
        const places = view.zoom < 11.5 ? [] : once(this._inView("label", view));
        return [
          ...once(water).map((one) => waterName(brush, view, one)),
          ...once(this._inView("boundary", view)).map((one) => districtName(brush, view, one)),
          ...places.map((one) => placeName(brush, view, one)),
        ];
      },

      _inView(theme, view) {
        if (this.hidden.has(theme)) return [];
        return (this.themes[theme] || []).filter((one) => geoservice.inView(one.shape, view, 24));
      },
    });

  const PAINT = {
    built: (brush, view, features) => areas(brush, view, features, LOOK.built),
    green: (brush, view, features) => areas(brush, view, features, LOOK.green),
    water: (brush, view, features) => areas(brush, view, features, LOOK.water),
    road: roads,
    boundary: boundaries,
    label: () => {},
  };

  function areas(brush, view, features, colour) {
    brush.fillStyle = colour;
    geoservice.inBatches(brush, shapesOf(features, "area"), view, () => brush.fill());
    brush.strokeStyle = colour;
    brush.lineWidth = Math.max(1, 1.4 ** (view.zoom - 10));
    geoservice.inBatches(brush, shapesOf(features, "line"), view, () => brush.stroke());
  }

  /* All casings of a rank before its roads, low ranks first: crossings then join without seams. */
  function roads(brush, view, features) {
    for (const [extra, cased] of [[1, true], [0, false]]) {
      for (let rank = geoservice.ROAD_RANKS - 1; rank >= 0; rank--) {
        const width = geoservice.roadWidth(rank, view.zoom);
        const some = features.filter((one) => one.rank === rank);
        if (!width || !some.length || (cased && width < 1.5)) continue;
        brush.strokeStyle = cased ? LOOK.casing : rank === 0 ? LOOK.fast : LOOK.road;
        brush.lineWidth = width + extra * 1.4;
        geoservice.inBatches(brush, shapesOf(some), view, () => brush.stroke());
      }
    }
  }

  /* The city's own land is a shade lighter than the land around it. */
  function inside(brush, view, features) {
    brush.fillStyle = LOOK.inside;
    geoservice.inBatches(brush, shapesOf(features, "area"), view, () => brush.fill());
  }

  function boundaries(brush, view, features) {
    brush.setLineDash([6, 3, 1.5, 3]);
    brush.strokeStyle = LOOK.boundary;
    brush.lineWidth = 1;
    geoservice.inBatches(brush, shapesOf(features), view, () => brush.stroke());
    brush.setLineDash([]);
  }

  /* The shapes of features, of one kind alone where it is named. */
  function shapesOf(features, kind) {
    return features.map((one) => one.shape).filter((shape) => !kind || shape.kind === kind);
  }

  function spans({ shape: { box } }, view, pixels) {
    return Math.max(box[2] - box[0], box[3] - box[1]) * view.scale > pixels;
  }

  /* Each name once: of several features of one name the one with the largest box. */
  function once(features) {
    const byName = new Map();
    const size = ({ shape: { box } }) => box[2] - box[0] + box[3] - box[1];
    for (const one of features) {
      const known = byName.get(one.name);
      if (one.name && (!known || size(one) > size(known))) byName.set(one.name, one);
    }
    return [...byName.values()];
  }

  function waterName(brush, view, { name, shape }) {
    const look = { font: `italic 12px ${geoservice.FONT}`, size: 12, colour: LOOK.waterName, priority: 60, spacing: 2 };
    return geoservice.makeLabel(brush, name, shape.at, view, { ...look, halo: LOOK.waterHalo });
  }

  function districtName(brush, view, { name, shape }) {
    const size = view.zoom < 11 ? 13 : 15;
    const look = { font: `600 ${size}px ${geoservice.FONT}`, size, colour: LOOK.district, priority: 20, spacing: 4 };
    return geoservice.makeLabel(brush, name, shape.at, view, look);
  }

  function placeName(brush, view, { name, shape }) {
    const look = { font: `400 12px ${geoservice.FONT}`, size: 12, colour: LOOK.place, priority: 50, spacing: 1 };
    return geoservice.makeLabel(brush, name, shape.at, view, look);
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
