/* The pictures of each tile of a layer, one a class, kept until what they show changes: moving the map and a click in the
   legend then copy pictures, and another day draws those tiles again in which something changed its class. */
(function (geoservice) {
  "use strict";

  const BUDGET_MS = 12;
  const REST_MS = 120;
  const LARGEST_PX = 2100;
  const HIDDEN = -1;
  /* Pictures are kept by class while there are few classes, and pixels enough for those of this many. */
  const MOST_CLASSES = 8;
  const SHARED_BY = 3;
  const MOST_PIXELS = 3e7;

  /* `layer` gives `piecesOf(tile)`; `stateOf(piece, side, apart)`: twice the class, plus 1 where it is planned, -1 where
     the piece is not drawn, whatever the legend lets through where classes are kept apart; and that as `lets`. */
  geoservice.TileArt = class {
    constructor(layer) {
      this.layer = layer;
      this.made = new Map();
    }

    clear() {
      this.made.clear();
    }

    /* Paint tiles given as {held, clip}; those out of sight are painted when nothing has changed for a moment. */
    paint(brush, view, tiles) {
      const compared = typeof view.split === "number" && this.layer.otherDay !== null;
      const sides = compared ? [["", [0, view.split]], ["other", [view.split, view.width]]] : [["", null]];
      const kept = new Map();
      const began = performance.now();
      const apart = this._apart(view, tiles);
      let waiting = false;
      for (const [side, span] of sides) {
        const pictures = [];
        for (const tile of tiles) {
          const name = `${side} ${geoservice.tileName(tile.held)}>${geoservice.tileName(tile.clip)}`;
          const late = performance.now() - began > BUDGET_MS && !isLarge(view, tile) && !meets(geoservice.tileBox(tile.clip), view.seen);
          const picture = this._picture(this.made.get(name), tile, { side, apart }, view, late);
          waiting = waiting || picture === null || picture.stale;
          if (!picture) continue;
          kept.set(name, picture);
          pictures.push(picture);
        }
        within(brush, span, () => this._put(brush, view, pictures));
      }
      this.made = kept;
      clearTimeout(this.resting);
      if (waiting) this.resting = setTimeout(() => this.layer.redraw(), REST_MS);
    }

    /* Whether there is room for a picture a class. */
    _apart(view, tiles) {
      const { length } = this.layer.classes;
      const pixels = tiles.reduce((sum, tile) => sum + sideOf(view, tile) ** 2, 0);
      return length > 1 && length <= MOST_CLASSES && pixels * SHARED_BY < MOST_PIXELS;
    }

    _put(brush, view, pictures) {
      const snap = (place) => Math.round(place * view.ratio) / view.ratio;
      const { lets } = this.layer;
      const isLet = ({ number }) => number === null || !lets || lets[number];
      for (const { canvases, left, top, direct } of pictures) {
        if (direct) direct(brush, lets);
        for (const one of canvases) {
          if (!isLet(one)) continue;
          const { canvas } = one;
          brush.drawImage(canvas, snap(left - view.x), snap(top - view.y), canvas.width / view.ratio, canvas.height / view.ratio);
        }
      }
      geoservice.paintSpots(brush, view, this.layer, largest(pictures.flatMap(({ spots }) => spots.filter(isLet))));
    }

    /* The picture as it has to be: the one at hand where nothing changed; null where it is left for later. */
    _picture(held, tile, { side, apart }, view, late) {
      const { layer } = this;
      const pieces = layer.piecesOf(tile.held);
      const look = `${view.zoom} ${view.ratio} ${layer.theme} ${apart}`;
      const same = held && held.look === look && held.pieces === pieces;
      if (same && held.stamp === layer.stamp) return held;
      const state = Int16Array.from(pieces, (piece) => layer.stateOf(piece, side, apart));
      if (same && equal(held.state, state)) return Object.assign(held, { stamp: layer.stamp, stale: false });
      if (late) return same ? Object.assign(held, { stale: true }) : null;
      return this._draw(tile, { look, stamp: layer.stamp, stale: false, state, pieces }, view, apart);
    }

    _draw(tile, picture, view, apart) {
      const { layer } = this;
      const [west, north, east, south] = geoservice.tileBox(tile.clip);
      const edge = (unit) => Math.round(unit * view.scale * view.ratio) / view.ratio;
      const [left, top] = [edge(west), edge(north)];
      const size = [edge(east) - left, edge(south) - top];
      const { groups, spots } = groupsOf(layer, picture.pieces, picture.state, view);
      Object.assign(picture, { left, top, spots, canvases: [], direct: null });
      const local = { ...view, x: left, y: top, tile: true, trace: geoservice.tracePiece };
      if (isLarge(view, tile)) {
        picture.direct = (brush, lets) => painted(brush, view, local, size, layer, lets ? groups.map((one, i) => (lets[i] === false ? null : one)) : groups);
        // It speaks of this view alone: the next one draws it anew.
        return Object.assign(picture, { stamp: NaN, look: null });
      }
      const alone = groups.map((one, number) => ({ number, groups: groups.map((_, i) => (i === number ? one : null)) }));
      for (const { number, groups: some } of apart ? alone : [{ number: null, groups }]) {
        if (some.some(Boolean)) picture.canvases.push({ number, canvas: drawn(local, size, layer, some) });
      }
      return picture;
    }
  };

  function drawn(local, [width, height], layer, groups) {
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(width * local.ratio));
    canvas.height = Math.max(1, Math.round(height * local.ratio));
    const brush = canvas.getContext("2d");
    brush.setTransform(local.ratio, 0, 0, local.ratio, 0, 0);
    brush.lineJoin = brush.lineCap = "round";
    geoservice.paintGroups(brush, local, layer, groups);
    return canvas;
  }

  function painted(brush, view, local, [width, height], layer, groups) {
    brush.save();
    brush.translate(local.x - view.x, local.y - view.y);
    brush.beginPath();
    brush.rect(0, 0, width, height);
    brush.clip();
    geoservice.paintGroups(brush, local, layer, groups);
    brush.restore();
  }

  /* The pieces of a tile by class and by how they are painted, null for a class with none of them; what stands at a point
     is a spot: dots and marks. */
  function groupsOf(layer, pieces, state, view) {
    const groups = geoservice.emptyGroups(layer);
    const spots = [];
    const some = groups.map(() => false);
    for (let i = 0; i < pieces.length; i++) {
      if (state[i] === HIDDEN || !pieces[i].kind) continue;
      const [piece, number, planned] = [pieces[i], state[i] >> 1, state[i] & 1];
      const { boxes, size } = piece.table;
      const unit = size * view.scale;
      const [width, height] = [(boxes[4 * i + 2] - boxes[4 * i]) * unit, (boxes[4 * i + 3] - boxes[4 * i + 1]) * unit];
      const part = geoservice.partOf(layer, piece.kind, Math.max(width, height));
      const swatch = layer.classes[number];
      const marked = part === "areas" && swatch && swatch.mark && geoservice.hasRoom(width, height);
      if (part === "dots" || marked) spots.push({ piece, number, dot: part === "dots", weight: width * height });
      if (part === "dots") continue;
      some[number] = true;
      groups[number][part].push(piece);
      if (planned && part === "areas") groups[number].planned.push(piece);
    }
    return { groups: groups.map((one, i) => (some[i] ? one : null)), spots };
  }

  /* Of the pieces of one feature the largest alone carries its mark: it is not told again at the next tile's edge. */
  function largest(spots) {
    const best = new Map();
    for (const one of spots) {
      const held = best.get(one.piece.row);
      if (!held || one.weight > held.weight) best.set(one.piece.row, one);
    }
    return [...best.values()];
  }

  /* A tile enlarged so much is painted where it is: its picture would take more room than its few features time. */
  function isLarge(view, tile) {
    return sideOf(view, tile) > LARGEST_PX;
  }

  /* The side of a tile in pixels of the screen. */
  function sideOf(view, { clip }) {
    return 2 ** -clip.z * view.scale * view.ratio;
  }

  function within(brush, span, paint) {
    if (!span) return paint();
    brush.save();
    brush.beginPath();
    brush.rect(span[0], 0, Math.max(0, span[1] - span[0]), 1e5);
    brush.clip();
    paint();
    brush.restore();
    return undefined;
  }

  function meets(a, b) {
    return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  }

  function equal(a, b) {
    if (a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
    return true;
  }

  /* Add the outline of a piece to the current path, straight from tile units; corners closer than half a pixel are
     passed over. */
  geoservice.tracePiece = (brush, piece, view) => {
    const { table } = piece;
    const unit = table.size * view.scale;
    const [left, top] = [table.left * view.scale - view.x, table.top * view.scale - view.y];
    const { ringEnds, featureEnds, coordinates } = table;
    for (let ring = piece.firstRing; ring < featureEnds[piece.number]; ring++) {
      const to = 2 * ringEnds[ring];
      let i = ring ? 2 * ringEnds[ring - 1] : 0;
      let x = left + coordinates[i] * unit;
      let y = top + coordinates[i + 1] * unit;
      brush.moveTo(x, y);
      for (i += 2; i < to; i += 2) {
        const nextX = left + coordinates[i] * unit;
        const nextY = top + coordinates[i + 1] * unit;
        if (i < to - 2 && Math.abs(nextX - x) + Math.abs(nextY - y) < 0.75) continue;
        brush.lineTo((x = nextX), (y = nextY));
      }
      if (piece.kind === "area") brush.closePath();
    }
  };
})((globalThis.geoservice = globalThis.geoservice || {}));
