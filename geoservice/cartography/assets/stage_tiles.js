/* StageTiles: a layer whose outlines come in vector tiles and whose list is the roll, for any number of features.
   A tile carries the dated answers of its features, so that it can be drawn before the roll is here. */
(function (geoservice) {
  "use strict";

  const LAST_ZOOM = 16;
  const NOTHING = [];

  geoservice.stageTiles = (id) => new geoservice.StageTiles(id);

  geoservice.StageTiles =
    globalThis.L &&
    geoservice.FeatureLayer.extend({
      initialize(id) {
        geoservice.FeatureLayer.prototype.initialize.call(this, id);
        this.rows = new Map();
        this.loose = [];
        this.accepts = () => true;
        this.art = new geoservice.TileArt(this);
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

      /* Whether the tiles in view are here; what is heavy had better wait for them. */
      isSettled() {
        return !this._canvas || !this.store || !this.switchedOn || (this.painted && !this.store.busy);
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

      /* Tiles know no order of size, and what is drawn they are asked: a row knows whether it passes. */
      _arranged(rows) {
        return rows;
      },

      _show() {},

      paint(brush, view) {
        if (!this.store) return;
        const wanted = this._wanted(view);
        this.store.want(wanted);
        this.painted = true;
        if (this.visibleAt(view.zoom)) this.art.paint(brush, view, wanted.flatMap((tile) => this.store.standIns(tile)));
      },

      /* Of the pieces of one feature the largest alone is labelled. */
      labelled(view) {
        const found = new Map();
        for (const { one, piece } of this._pieces(view)) {
          const held = found.get(one.key);
          if (!held || areaOf(piece.shape) > areaOf(held.shape)) found.set(one.key, { key: one.key, properties: one.properties, number: one.number, shape: piece.shape });
        }
        return [...found.values()];
      },

      hits(x, y, view, most = Infinity) {
        if (!this.store || !this.visibleAt(view.zoom)) return [];
        const found = new Set();
        const reach = 3 / view.scale;
        const [point] = this._wanted({ ...view, box: [x, y, x, y] });
        for (const { held } of point ? this.store.standIns(point) : []) {
          const pieces = this.piecesOf(held);
          for (let i = pieces.length - 1; i >= 0 && found.size < most; i--) {
            if (!near(pieces[i], x, y, reach)) continue;
            const one = this._rowOf(pieces[i]);
            if (this._drawn(one) && geoservice.hits(pieces[i].shape, x, y, reach)) found.add(one);
          }
        }
        return [...found];
      },

      /* A feature's outline is in pieces, one in each tile it touches. */
      outlinesOf(one, view) {
        if (one.shape && one.shape.parts.length) return [{ shape: one.shape, tile: null }];
        if (!view || !this.store) return [];
        const found = [];
        const around = one.shape ? { ...view, box: one.shape.box } : view;
        for (const { one: other, piece, clip } of this._pieces(around)) {
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

      piecesOf(tile) {
        const layers = this.store.get(tile);
        return (layers && layers[this.definition.collection]) || NOTHING;
      },

      /* Class and plan of a piece in one number, -1 where it is not drawn; of the other day where `side` says so. */
      stateOf(piece, side, apart) {
        const one = this._rowOf(piece);
        const number = side ? one.otherNumber : one.number;
        if (number === null || !this._passes(one, side, apart)) return -1;
        return 2 * Math.max(0, number) + ((side ? one.otherPlanned : one.planned) ? 1 : 0);
      },

      /* Whether a row is drawn, whatever the legend says where classes are kept `apart`. Before the roll is here
         everything is drawn that the legend lets through. */
      _passes(one, side, apart) {
        if (this.state !== "ready") return apart || this.accepts(one);
        if (side) return apart ? one.otherKept : one.otherPasses;
        return apart ? one.kept : one.passes;
      },

      _wanted(view) {
        const { min_zoom: from, tile_zoom: detail } = this.definition;
        if (!this.switchedOn || view.zoom < from) return [];
        const zoom = Math.min(LAST_ZOOM, Math.max(detail, Math.floor(view.zoom) - 1));
        if (!this.summedAt(view.zoom)) return geoservice.tilesIn(view.box, zoom);
        const counted = this.definition.units && this.state !== "ready";
        return counted ? geoservice.tilesIn(view.box, Math.max(0, Math.floor(view.zoom) - 1)) : [];
      },

      *_pieces(view) {
        if (!this.store) return;
        for (const tile of this._wanted(view)) {
          for (const { held, clip } of this.store.standIns(tile)) {
            for (const piece of this.piecesOf(held)) {
              if (!piece.kind || !geoservice.inView(piece, view)) continue;
              const one = this._rowOf(piece);
              if (this._drawn(one)) yield { one, piece, clip };
            }
          }
        }
      },

      /* The row of a piece: that of the roll, else one made from what the tile says. */
      _rowOf(piece) {
        if (piece.rows !== this.rows) {
          piece.rows = this.rows;
          piece.row = this._findRow(piece);
        }
        return piece.row;
      },

      _findRow(piece) {
        const key = String(piece.property("key") || piece.id);
        let one = this.rows.get(key);
        if (!one) {
          this.track = this.track || this.definition.track;
          one = new Loose(this, key, piece);
          this._judgeOne(one);
          this.rows.set(key, one);
          this.loose.push(one);
        }
        return one;
      },

      _judge() {
        geoservice.FeatureLayer.prototype._judge.call(this);
        (this.loose || []).forEach((one) => this._judgeOne(one));
      },

      _drawn(one) {
        return one.number !== null && this._passes(one, "", false);
      },
    });

  /* A feature before the roll is here: it says what its tile says. */
  class Loose {
    constructor(layer, key, piece) {
      Object.assign(this, { layer, key, piece, shape: null, number: null });
      this.track = (layer.track && piece.property(layer.track)) || null;
    }

    field(name) {
      return this.piece.property(name);
    }

    get properties() {
      return this.piece.properties;
    }
  }

  function near({ table, number, kind }, x, y, reach) {
    if (!kind) return false;
    const { boxes, left, top, size } = table;
    const at = 4 * number;
    const [column, row, slack] = [(x - left) / size, (y - top) / size, reach / size];
    return column >= boxes[at] - slack && column <= boxes[at + 2] + slack && row >= boxes[at + 1] - slack && row <= boxes[at + 3] + slack;
  }

  function areaOf({ box }) {
    return (box[2] - box[0]) * (box[3] - box[1]);
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
