/* The roll: every feature of a layer in columns. A row reads its columns when it is asked: a hundred thousand rows are
   made in the time it takes to count them. */
(function (geoservice) {
  "use strict";

  /* One feature of a roll, as the screen knows features; its shape is the box alone, the outline lies in the tiles. */
  class Row {
    constructor(roll, at) {
      this.roll = roll;
      this.at = at;
      this.key = String(roll.keyAt(at));
      this.track = roll.trackAt(at);
      this.layer = null;
      this.number = null;
      this.planned = false;
      this.side = null;
      this.otherNumber = null;
      this.otherPlanned = false;
      this.passes = this.kept = false;
      this.otherPasses = this.otherKept = false;
      this.rank = at;
      this.text = null;
      this.known = null;
      this.place = undefined;
    }

    /* The value of one field. */
    field(name) {
      const read = this.roll.readers[name];
      return read ? read(this.at) : undefined;
    }

    get properties() {
      if (!this.known) {
        this.known = {};
        for (const name of Object.keys(this.roll.readers)) this.known[name] = this.roll.readers[name](this.at);
      }
      return this.known;
    }

    /* Whether it is on the map, told without working out where. */
    get mapped() {
      return this.place === undefined ? this.roll.isPlaced(this.at) : Boolean(this.place);
    }

    get shape() {
      if (this.place === undefined) this.place = this.roll.placeAt(this.at);
      return this.place;
    }

    set shape(shape) {
      this.place = shape;
    }
  }

  /* {rows, track, covers} of a roll's document. */
  geoservice.readRoll = (document) => {
    const { columns, count } = document;
    const track = Object.keys(geoservice.TRACK_ORDER).find((name) => Object.hasOwn(columns, name)) || null;
    const readers = {};
    for (const name of Object.keys(columns)) if (name !== track) readers[name] = readerOf(columns[name]);
    const roll = {
      columns,
      readers,
      keyAt: readerOf(columns.key),
      trackAt: track ? readerOf(columns[track]) : () => null,
      placeAt: placeReader(document.places),
      isPlaced: document.places ? (i) => document.places.west[i] !== null : () => false,
    };
    const rows = new Array(count);
    for (let i = 0; i < count; i++) rows[i] = new Row(roll, i);
    return { rows, track, covers: daysOf(document.covers) };
  };

  /* Whether a day lies in the days a roll speaks of. */
  geoservice.coversDay = ([first, last], day) => (first === null || day >= first) && (last === null || day < last);

  function readerOf({ values, index }) {
    return index ? (i) => values[index[i]] : (i) => values[i];
  }

  function placeReader(places) {
    if (!places) return () => null;
    const { origin, scale, west, south, width, height } = places;
    return (i) => {
      if (west[i] === null) return null;
      const [x, y] = [origin[0] + west[i], origin[1] + south[i]];
      const [left, bottom] = geoservice.toUnit(x * scale, y * scale);
      const [right, top] = geoservice.toUnit((x + width[i]) * scale, (y + height[i]) * scale);
      const box = [left, top, right, bottom];
      return { kind: "area", parts: [], box, at: [(left + right) / 2, (top + bottom) / 2], stretch: right - left };
    };
  }

  function daysOf({ from, to }) {
    return [from && geoservice.dayOf(from), to && geoservice.dayOf(to)];
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
