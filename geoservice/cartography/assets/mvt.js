/* Mapbox Vector Tiles 2.1: protobuf read by hand, just what our tiles contain. Geometry is unpacked once into flat
   arrays of tile units; properties and shapes of a feature are made when somebody asks for them. */
(function (geoservice) {
  "use strict";

  const KINDS = [null, "point", "line", "area"];
  const MOVE = 1;
  const LINE = 2;
  const DECODER = new TextDecoder();

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
      const { bytes } = this;
      let byte = bytes[this.at++];
      if (byte < 128) return byte;
      let value = byte & 127;
      let factor = 128;
      for (;;) {
        if (this.at >= bytes.length) throw new Error("the tile ends in the middle of a number");
        byte = bytes[this.at++];
        value += (byte & 127) * factor;
        if (byte < 128) return value;
        factor *= 128;
      }
    }

    /* A reader of the next length-delimited field. */
    inner() {
      const length = this.varint();
      const end = this.at + length;
      if (!(end <= this.bytes.length)) throw new Error("the tile ends in the middle of a field");
      const part = new Reader(this.bytes.subarray(this.at, end));
      this.at = end;
      return part;
    }

    /* Short texts of plain letters, as keys and codes are, are read quicker by hand. */
    text() {
      const { bytes } = this.inner();
      if (bytes.length > 24 || bytes.some((byte) => byte > 127)) return DECODER.decode(bytes);
      return String.fromCharCode.apply(null, bytes);
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

  /* A feature of a tile; `table` holds what all of them share, `boxes` and `kinds` by their number among it. */
  class Feature {
    constructor(table, number, id, tags, firstRing) {
      this.table = table;
      this.number = number;
      this.id = id;
      this.tags = tags;
      this.firstRing = firstRing;
      this.row = null;
      this.known = null;
      this.made = undefined;
    }

    get properties() {
      if (!this.known) {
        const { keys } = this.table;
        this.known = {};
        for (const tags = new Reader(this.tags); tags.more(); ) this.known[keys[tags.varint()]] = valueAt(this.table, tags.varint());
      }
      return this.known;
    }

    /* One property, without unpacking the others. */
    property(name) {
      if (this.known) return this.known[name];
      const { keys } = this.table;
      for (const tags = new Reader(this.tags); tags.more(); ) {
        const key = tags.varint();
        const at = tags.varint();
        if (keys[key] === name) return valueAt(this.table, at);
      }
      return undefined;
    }

    get kind() {
      return this.table.kinds[this.number];
    }

    /* The outline as shapes of the screen are: rings end where they began. */
    get shape() {
      if (this.made !== undefined) return this.made;
      const { left, top, size } = this.table;
      const parts = [];
      this.eachRing((from, to, coordinates) => {
        const closed = this.kind === "area" ? 2 : 0;
        const part = new Float64Array(2 * (to - from) + closed);
        for (let i = from; i < to; i++) {
          part[2 * (i - from)] = left + coordinates[2 * i] * size;
          part[2 * (i - from) + 1] = top + coordinates[2 * i + 1] * size;
        }
        if (closed) part.set([part[0], part[1]], part.length - 2);
        parts.push(part);
      });
      this.made = this.kind && parts.length ? geoservice.makeShape(this.kind, parts) : null;
      return this.made;
    }

    /* Call for every ring, line or run of points with its first and last vertex and the coordinates of all. */
    eachRing(act) {
      const { ringEnds, featureEnds, coordinates } = this.table;
      for (let ring = this.firstRing; ring < featureEnds[this.number]; ring++) {
        act(ring ? ringEnds[ring - 1] : 0, ringEnds[ring], coordinates);
      }
    }

    /* The box in the unit square. */
    get box() {
      const { boxes, left, top, size } = this.table;
      const at = 4 * this.number;
      return [left + boxes[at] * size, top + boxes[at + 1] * size, left + boxes[at + 2] * size, top + boxes[at + 3] * size];
    }
  }

  function layer(reader, place) {
    const raw = [];
    const table = { keys: [], raw: [], values: [], extent: 4096, kinds: [] };
    let name = "";
    while (reader.more()) {
      const tag = reader.varint();
      const field = tag >> 3;
      if (field === 1) name = reader.text();
      else if (field === 2) raw.push(reader.inner());
      else if (field === 3) table.keys.push(reader.text());
      else if (field === 4) table.raw.push(reader.inner());
      else if (field === 5) table.extent = reader.varint();
      else reader.skip(tag & 7);
    }
    table.size = 1 / (table.extent * 2 ** place.z);
    [table.left, table.top] = [place.x / 2 ** place.z, place.y / 2 ** place.z];
    return { [name]: unpack(raw, table) };
  }

  /* A value of the table, read when it is first asked for: most names of a tile are never looked at. */
  function valueAt({ raw, values }, at) {
    if (raw[at]) {
      values[at] = value(raw[at]);
      raw[at] = null;
    }
    return values[at];
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

  const NO_TAGS = new Uint8Array();

  function unpack(raw, table) {
    const [coordinates, ringEnds, featureEnds, boxes] = [[], [], [], []];
    const features = raw.map((reader, number) => {
      let [id, kind, tags] = [null, 0, NO_TAGS];
      const firstRing = ringEnds.length;
      const box = [Infinity, Infinity, -Infinity, -Infinity];
      while (reader.more()) {
        const tag = reader.varint();
        const field = tag >> 3;
        if (field === 1) id = reader.varint();
        else if (field === 2) tags = reader.inner().bytes;
        else if (field === 3) kind = reader.varint();
        else if (field === 4) geometry(reader.inner(), coordinates, ringEnds, box);
        else reader.skip(tag & 7);
      }
      table.kinds.push(ringEnds.length > firstRing ? KINDS[kind] : null);
      featureEnds.push(ringEnds.length);
      boxes.push(box[0], box[1], box[2], box[3]);
      return new Feature(table, number, id, tags, firstRing);
    });
    Object.assign(table, {
      coordinates: Int32Array.from(coordinates),
      ringEnds: Int32Array.from(ringEnds),
      featureEnds: Int32Array.from(featureEnds),
      boxes: Float64Array.from(boxes),
    });
    return features;
  }

  /* Rings, lines and points one after the other; `box` grows around them. */
  function geometry(reader, coordinates, ringEnds, box) {
    let [x, y, open] = [0, 0, false];
    const finish = () => {
      if (open) ringEnds.push(coordinates.length / 2);
      open = false;
    };
    while (reader.more()) {
      const command = reader.varint();
      const kind = command & 7;
      const count = kind === MOVE || kind === LINE ? Math.floor(command / 8) : 0;
      if (kind === MOVE) finish();
      for (let i = 0; i < count; i++) {
        x += zigzag(reader.varint());
        y += zigzag(reader.varint());
        coordinates.push(x, y);
        open = true;
        if (x < box[0]) box[0] = x;
        if (y < box[1]) box[1] = y;
        if (x > box[2]) box[2] = x;
        if (y > box[3]) box[3] = y;
      }
    }
    finish();
  }

  function zigzag(number) {
    return number % 2 ? -(number + 1) / 2 : number / 2;
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
