/* A layer of features on the shared canvas: its rows, what is shown of them, and their classes on a day. */
(function (geoservice) {
  "use strict";

  const SOME = 5000;

  geoservice.featureLayer = (id) => new geoservice.FeatureLayer(id);

  geoservice.FeatureLayer =
    globalThis.L &&
    L.Layer.extend({
      initialize(id) {
        this.id = id;
        this.everything = [];
        this.columns = new geoservice.Columns([]);
        this.features = [];
        this.shown = [];
        this.shownOther = [];
        this.passed = [];
        this.classes = [];
        this.vocabularies = {};
        this.track = null;
        this.covers = [null, null];
        this.day = null;
        this.otherDay = null;
        this.patterns = new Map();
        this.state = "waiting";
        this.stamp = 0;
        this.switchedOn = true;
      },

      /* Take the layer's part of the page's configuration. */
      define(definition, order, config) {
        Object.assign(this, { definition, order, filters: definition.filters, vocabularies: config.vocabularies });
        this.title = definition.title;
        this.baseDay = geoservice.dayOf(config.asOf || config.today || new Date().toISOString());
        this.switchedOn = definition.visible;
        this.themes = [definition.style, ...(definition.themes || [])];
        this.other = [config.other, geoservice.word("other")];
        this.setTheme(0);
      },

      onAdd(map) {
        this._canvas = geoservice.canvasOf(map);
        this._canvas.addPainter(this);
      },

      onRemove() {
        this._canvas.removePainter(this);
      },

      /* Colour by another of the layer's themes. */
      setTheme(number) {
        this.theme = this.themes[number] ? number : 0;
        this.style = this.themes[this.theme];
        this.classes = geoservice.classesOf(this.style, ...this.other);
        this.numberOfValue = geoservice.classNumbers(this.style);
        this.numberOf = geoservice.classifier(this.style);
        this.patterns.clear();
        this._judge();
      },

      /* Show the answers of a day; null is the day the features were asked for. */
      setDay(day) {
        this.day = day;
        this._judge();
      },

      /* Hold the answers of another day beside, for comparing; null ends that. */
      setOtherDay(day) {
        this.otherDay = day;
        this._judge();
      },

      /* Take loaded features: shapes are made once, here. Small areas end on top of large ones. */
      take(features) {
        this.takeRows(features.map((one) => this.read(one)));
      },

      takeRows(rows) {
        this.everything = this._arranged(rows);
        this.columns = new geoservice.Columns(this.everything);
        // Ranking names of many rows takes a second: those wait until somebody sorts by name.
        if (rows.length <= SOME) geoservice.rankNames(this.everything);
        this.state = "ready";
        this._judge();
        this.show(this.features);
      },

      _arranged(rows) {
        return rows.sort((a, b) => extent(b) - extent(a));
      },

      /* Take dated answers for features that are there already. */
      takeTracks({ rows, track, covers }) {
        const byKey = new Map(rows.map((one) => [one.key, one.track]));
        for (const one of this.everything) one.track = byKey.get(one.key) || null;
        Object.assign(this, { track, covers });
        this._judge();
      },

      /* One GeoJSON feature as the screen knows it. */
      read({ geometry, properties, id }) {
        const known = properties || {};
        const key = String(known.key || id || "");
        const one = { layer: this, key, properties: known, shape: geoservice.toShape(geometry), track: null };
        return Object.assign(one, { number: this.numberOf(one) });
      },

      /* Sift the features by the filters: what passes is listed and drawn, and so is the other day where one is compared. */
      sift(filters) {
        this.sifted = geoservice.sift(this, filters);
        this.lets = this.sifted.lets;
        this.siftedOther = this.otherDay === null ? null : geoservice.sift(this, filters, true);
        this.show(this.sifted.passed, this.siftedOther ? this.siftedOther.passed : []);
      },

      /* Draw these features and no others. */
      show(features, others = []) {
        this.passed = features;
        this.stamp += 1;
        this._show(features, others);
        this.redraw();
      },

      _show(features, others) {
        this.shown = features.filter((one) => one.shape);
        this.shownOther = others.filter((one) => one.shape);
      },

      /* What passes the filters, on the map or not. */
      listedRows() {
        return this.passed;
      },

      /* The classes features are in, whatever the filters. */
      carried() {
        if (this.carriedAt !== this.features) {
          this.carriedAt = this.features;
          this.carriedBy = new Set(this.features.map(({ number }) => number));
        }
        return this.carriedBy;
      },

      redraw() {
        if (this._canvas) this._canvas.redraw();
      },

      visibleAt(zoom) {
        return this.switchedOn && zoom >= this.definition.min_zoom && !this.summedAt(zoom);
      },

      /* Whether donuts stand for the features at a zoom. */
      summedAt(zoom) {
        return this.switchedOn && zoom < (this.definition.donuts_below || 0) && this.classes.length > 0;
      },

      paint(brush, view) {
        if (!this.visibleAt(view.zoom)) return;
        geoservice.paintSides(brush, view, this, this.shown, this.shownOther);
      },

      labels(brush, view) {
        const label = this.definition.label;
        if (!label || !this.visibleAt(view.zoom) || view.zoom < label.min_zoom) return [];
        const look = geoservice.labelLook(this, view);
        return this.labelled(view)
          .filter((one) => one.properties[label.property] && geoservice.inView(one.shape, view))
          .filter((one) => label.strong || this.isDot(one, view) || geoservice.extentOf(one.shape, view) > 40)
          .map((one) => geoservice.makeLabel(brush, String(one.properties[label.property]), one.shape.at, view, {
            ...look,
            weight: extent(one),
            shift: this.labelShift(one, view),
          }));
      },

      /* The features that may be labelled in a view. */
      labelled() {
        return this.shown;
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

      /* The outlines of a feature as {shape, tile}; `tile` limits a part to the tile it comes from. */
      outlinesOf(one) {
        return one.shape ? [{ shape: one.shape, tile: null }] : [];
      },

      isDot(one, view) {
        return one.shape.kind === "point" || (this.definition.dots && geoservice.isSmall(one.shape, view));
      },

      /* How far below its place a label stands: clear of the dot, or of the mark in an area. */
      labelShift(one, view) {
        if (this.isDot(one, view)) return geoservice.dotRadius(view.zoom) + 10;
        const swatch = this.classes[one.number];
        return swatch && swatch.mark && geoservice.roomy(one.shape, view) ? 15 : 0;
      },

      /* What an area of a class is filled with: its colour, hatched where colour alone must not tell. */
      fillOf(brush, view, number) {
        const swatch = this.classes[number];
        if (!swatch) return this.style.fill || "#FFFFFF";
        if (!swatch.hatch) return swatch.colour;
        return this._pattern(`class ${number}`, () => geoservice.hatching(brush, swatch.colour, "#FFFFFF", view.ratio));
      },

      planPattern(brush, view) {
        return this._pattern("plan", () => geoservice.hatching(brush, null, "#FFFFFF", view.ratio));
      },

      _pattern(name, make) {
        if (!this.patterns.has(name)) this.patterns.set(name, make());
        return this.patterns.get(name);
      },

      /* Judge every row on the day, and on the other day where one is compared. */
      _judge() {
        this.judge = geoservice.judgeOn(this, this.day);
        this.judgeOther = this.otherDay === null ? null : geoservice.judgeOn(this, this.otherDay);
        this.everything.forEach((one) => this._judgeOne(one));
        this.features = this.everything.filter((one) => one.number !== null);
        this.stamp += 1;
      },

      _judgeOne(one) {
        const { number, planned, side } = this.judge(one);
        one.number = number;
        one.planned = planned;
        one.side = side;
        const other = this.judgeOther ? this.judgeOther(one) : null;
        one.otherNumber = other && other.number;
        one.otherPlanned = Boolean(other && other.planned);
      },
    });

  geoservice.labelLook = ({ definition, style, order }, { zoom }) => {
    const { strong } = definition.label || {};
    const size = strong ? (zoom < 12 ? 12 : 14) : 12;
    return {
      size,
      font: `${strong ? 600 : 500} ${size}px ${geoservice.FONT}`,
      colour: strong ? geoservice.outlined(style.outline) : geoservice.LOOK.ink,
      priority: strong ? 10 : 30 - order,
    };
  };

  /* Number rows in the order of their names once: comparing Chinese names is too slow to do on every update. */
  geoservice.rankNames = (rows) => {
    const compare = new Intl.Collator("zh-CN", { numeric: true }).compare;
    const named = rows.map((one) => [geoservice.nameOf(one.properties), one]);
    named.sort((a, b) => compare(a[0], b[0])).forEach(([, one], rank) => (one.rank = rank));
    rows.ranked = true;
  };

  function extent({ shape }) {
    return shape ? (shape.box[2] - shape.box[0]) * (shape.box[3] - shape.box[1]) : -1;
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
