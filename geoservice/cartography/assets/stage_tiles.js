/* StageTiles: a layer whose outlines come in vector tiles and whose list is the roll, for any number of features.
   A tile carries the dated answers of its features, so that it can be drawn before the roll is here. */
(function (geoservice) {
  "use strict";

  const LAST_ZOOM = 16;

  geoservice.stageTiles = (id) => new geoservice.StageTiles(id);

  geoservice.StageTiles =
    globalThis.L &&
    geoservice.FeatureLayer.extend({
      initialize(id) {
        geoservice.FeatureLayer.prototype.initialize.call(this, id);
        this.rows = new Map();
        this.loose = [];
        this.listed = new Set();
        this.listedOther = new Set();
        this.accepts = () => true;
      },

      /* Begin to load tiles for what is seen; `failed` hears of tiles that do not come. */
      open(fetchTile, { failed, arrived }) {
        this.failed = failed;
        this.arrived = arrived;
        this.setTiles(fetchTile);
      },

      /* Take tiles from elsewhere: those of another day. */
      setTiles(fetchTile) {
        if (this.store) this.store.clear();
        const changed = () => {
          if (this.arrived) this.arrived(this);
          this.redraw();
        };
        this.store = new geoservice.TileStore(fetchTile, { changed, failed: this.failed });
        this.redraw();
      },

      takeRows(rows) {
        for (const one of rows) one.layer = this;
        this.rows = new Map(rows.map((one) => [one.key, one]));
        this.loose = [];
        geoservice.FeatureLayer.prototype.takeRows.call(this, rows);
      },

      /* Take the roll: rows, dated answers and the days they hold for. */
      takeRoll({ rows, track, covers }) {
        Object.assign(this, { track, covers });
        this.takeRows(rows);
      },

      show(features, others = []) {
        this.listed = new Set(features);
        this.listedOther = new Set(others);
        geoservice.FeatureLayer.prototype.show.call(this, features, others);
      },

      paint(brush, view) {
        if (!this.store) return;
        const wanted = this._wanted(view);
        this.store.want(wanted);
        if (!this.visibleAt(view.zoom)) return;
        for (const tile of wanted) {
          for (const { held, clip } of this.store.standIns(tile)) this._paintTile(brush, view, held, clip);
        }
      },

      labelled(view) {
        const found = new Map();
        for (const { one, piece } of this._pieces(view)) {
          if (!found.has(one.key)) found.set(one.key, { ...one, shape: piece.shape });
        }
        return [...found.values()];
      },

      hits(x, y, view, most = Infinity) {
        if (!this.store || !this.visibleAt(view.zoom)) return [];
        const found = new Set();
        const [point] = this._wanted({ ...view, box: [x, y, x, y] });
        for (const { held } of point ? this.store.standIns(point) : []) {
          const pieces = this._features(held);
          for (let i = pieces.length - 1; i >= 0 && found.size < most; i--) {
            if (!pieces[i].shape || !geoservice.hits(pieces[i].shape, x, y, 3 / view.scale)) continue;
            const one = this._rowOf(pieces[i]);
            if (this._drawn(one)) found.add(one);
          }
        }
        return [...found];
      },

      /* A feature's outline is in pieces, one in each tile it touches. */
      outlinesOf(one, view) {
        if (one.shape && one.shape.parts.length) return [{ shape: one.shape, tile: null }];
        if (!view || !this.store) return [];
        const found = [];
        const near = one.shape ? { ...view, box: one.shape.box } : view;
        for (const { one: other, piece, clip } of this._pieces(near)) {
          if (other === one) found.push({ shape: piece.shape, tile: clip });
        }
        return found;
      },

      /* Counts by park and district from afar, as the tiles tell them before the roll is here. */
      unitsIn(view) {
        return this._wanted(view).flatMap((tile) => {
          const layers = this.store ? this.store.get(tile) : null;
          return (layers && layers[`${this.definition.collection}_units`]) || [];
        });
      },

      _wanted(view) {
        const { min_zoom: from, tile_zoom: detail } = this.definition;
        if (!this.switchedOn || view.zoom < from) return [];
        const near = Math.min(LAST_ZOOM, Math.max(detail, Math.floor(view.zoom) - 1));
        if (!this.summedAt(view.zoom)) return geoservice.tilesIn(view.box, near);
        const counted = this.definition.units && this.state !== "ready";
        return counted ? geoservice.tilesIn(view.box, Math.max(0, Math.floor(view.zoom) - 1)) : [];
      },

      _features(tile) {
        const layers = this.store.get(tile);
        return (layers && layers[this.definition.collection]) || [];
      },

      *_pieces(view) {
        for (const tile of this._wanted(view)) {
          for (const { held, clip } of this.store.standIns(tile)) {
            for (const piece of this._features(held)) {
              if (!piece.shape || !geoservice.inView(piece.shape, view)) continue;
              const one = this._rowOf(piece);
              if (this._drawn(one)) yield { one, piece, clip };
            }
          }
        }
      },

      _paintTile(brush, view, held, clip) {
        const [drawn, others] = [[], []];
        for (const piece of this._features(held)) {
          if (!piece.shape) continue;
          const one = this._rowOf(piece);
          const { number, otherNumber, planned, otherPlanned } = one;
          if (this._drawn(one)) drawn.push(Object.assign(piece, { number, planned }));
          if (this.otherDay !== null && this._drawnOther(one)) others.push(Object.assign(piece, { otherNumber, otherPlanned }));
        }
        if (!drawn.length && !others.length) return;
        brush.save();
        geoservice.clipTo(brush, clip, view);
        geoservice.paintSides(brush, { ...view, tile: geoservice.tileBox(clip) }, this, drawn, others);
        brush.restore();
      },

      /* The row of a piece: that of the roll, else one made from what the tile says. */
      _rowOf(piece) {
        if (piece.rows !== this.rows) {
          piece.rows = this.rows;
          piece.row = this._findRow(piece.properties, piece.id);
        }
        return piece.row;
      },

      _findRow(properties, id) {
        const key = String(properties.key || id);
        if (!this.rows.has(key)) {
          const { track } = this.definition;
          this.track = this.track || track;
          const one = { layer: this, key, properties, shape: null, track: (track && properties[track]) || null };
          this._judgeOne(one);
          this.rows.set(key, one);
          this.loose.push(one);
        }
        return this.rows.get(key);
      },

      _judge() {
        geoservice.FeatureLayer.prototype._judge.call(this);
        (this.loose || []).forEach((one) => this._judgeOne(one));
      },

      /* Before the roll is here everything is drawn that the legend lets through. */
      _drawn(one) {
        if (one.number === null) return false;
        return this.state === "ready" ? this.listed.has(one) : this.accepts(one);
      },

      _drawnOther(one) {
        return one.otherNumber !== null && (this.state !== "ready" || this.listedOther.has(one));
      },
    });
})((globalThis.geoservice = globalThis.geoservice || {}));
