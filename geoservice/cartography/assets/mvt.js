/* Mapbox Vector Tiles 2.1 as shapes of the unit square: protobuf read by hand, just what our tiles contain. */
(function (geoservice) {
  "use strict";

  const KINDS = [null, "point", "line", "area"];
  const MOVE = 1;
  const LINE = 2;

  /* Layer name → features {id, properties, shape} of one tile. `bytes` is an ArrayBuffer or Uint8Array. */
  geoservice.decodeTile = (bytes, place) => {
    const reader = new Reader(new Uint8Array(bytes));
    const layers = {};
    while (reader.more()) {
      const tag = reader.varint();
      if (tag >> 3 === 3) Object.assign(layers, layer(reader.inner(), place));
      else reader.skip(tag & 7);
    }
    return layers;
  };

  class Reader {
    constructor(bytes) {
      this.bytes = bytes;
      this.at = 0;
    }

    more() {
      return this.at < this.bytes.length;
    }

    varint() {
      let value = 0;
      let factor = 1;
      for (;;) {
        if (this.at >= this.bytes.length) throw new Error("the tile ends in the middle of a number");
        const byte = this.bytes[this.at++];
        value += (byte & 127) * factor;
        if (byte < 128) return value;
        factor *= 128;
      }
    }

    /* A reader of the next length-delimited field. */
    inner() {
      const length = this.varint();
      const end = this.at + length;
      if (end > this.bytes.length) throw new Error("the tile ends in the middle of a field");
      const part = new Reader(this.bytes.subarray(this.at, end));
      this.at = end;
      return part;
    }

    text() {
      return DECODER.decode(this.inner().bytes);
    }

    skip(wire) {
      if (wire === 0) this.varint();
      else if (wire === 2) this.inner();
      else this.at += wire === 5 ? 4 : 8;
    }

    float(wide) {
      const view = new DataView(this.bytes.buffer, this.bytes.byteOffset + this.at);
      this.at += wide ? 8 : 4;
      return wide ? view.getFloat64(0, true) : view.getFloat32(0, true);
    }
  }

  const DECODER = new TextDecoder();

  function layer(reader, place) {
    const found = { name: "", features: [], keys: [], values: [], extent: 4096 };
    while (reader.more()) {
      const tag = reader.varint();
      const field = tag >> 3;
      if (field === 1) found.name = reader.text();
      else if (field === 2) found.features.push(reader.inner());
      else if (field === 3) found.keys.push(reader.text());
      else if (field === 4) found.values.push(value(reader.inner()));
      else if (field === 5) found.extent = reader.varint();
      else reader.skip(tag & 7);
    }
    const size = 1 / (found.extent * 2 ** place.z);
    const origin = [place.x / 2 ** place.z, place.y / 2 ** place.z];
    return { [found.name]: found.features.map((one) => feature(one, found, origin, size)) };
  }

  function value(reader) {
    let held = null;
    while (reader.more()) {
      const tag = reader.varint();
      const field = tag >> 3;
      if (field === 1) held = reader.text();
      else if (field === 2) held = reader.float(false);
      else if (field === 3) held = reader.float(true);
      else if (field === 4 || field === 5) held = reader.varint();
      else if (field === 6) held = zigzag(reader.varint());
      else if (field === 7) held = reader.varint() !== 0;
      else reader.skip(tag & 7);
    }
    return held;
  }

  function feature(reader, { keys, values }, origin, size) {
    const properties = {};
    let [id, kind, parts] = [null, null, []];
    while (reader.more()) {
      const tag = reader.varint();
      const field = tag >> 3;
      if (field === 1) id = reader.varint();
      else if (field === 2) {
        for (const tags = reader.inner(); tags.more(); ) properties[keys[tags.varint()]] = values[tags.varint()];
      } else if (field === 3) kind = KINDS[reader.varint()];
      else if (field === 4) parts = geometry(reader.inner(), origin, size);
      else reader.skip(tag & 7);
    }
    return { id, properties, shape: kind && parts.length ? geoservice.makeShape(kind, parts) : null };
  }

  /* Rings and lines as flat coordinates; a ring ends where it began, as rings of the screen do. */
  function geometry(reader, [left, top], size) {
    const parts = [];
    let open = [];
    let [x, y] = [0, 0];
    const finish = () => {
      if (open.length) parts.push(Float64Array.from(open));
      open = [];
    };
    while (reader.more()) {
      const command = reader.varint();
      const kind = command & 7;
      const count = kind === MOVE || kind === LINE ? Math.floor(command / 8) : 0;
      if (kind === MOVE) finish();
      for (let i = 0; i < count; i++) {
        x += zigzag(reader.varint());
        y += zigzag(reader.varint());
        open.push(left + x * size, top + y * size);
      }
      if (!count) open.push(open[0], open[1]);
    }
    finish();
    return parts;
  }

  function zigzag(number) {
    return number % 2 ? -(number + 1) / 2 : number / 2;
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
