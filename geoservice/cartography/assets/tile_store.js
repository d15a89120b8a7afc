/* Tiles at hand: fetched as they are wanted, a few at a time, the least recently used given up. */
(function (geoservice) {
  "use strict";

  const AT_ONCE = 6;
  const KEPT = 320;

  /* `fetchTile(tile, signal)` gives bytes or null, `changed(tile)` hears of each arrival, `failed(error)` of a failure. */
  geoservice.TileStore = class {
    constructor(fetchTile, { changed = () => {}, failed = () => {} } = {}) {
      Object.assign(this, { fetchTile, changed, failed });
      this.tiles = new Map();
      this.queue = [];
      this.running = new Map();
    }

    /* Load these and no others; what is on its way but no longer wanted is called off. */
    want(tiles) {
      const names = new Set(tiles.map(geoservice.tileName));
      for (const [name, control] of this.running) if (!names.has(name)) control.abort();
      this.queue = tiles.filter((tile) => !this.has(tile) && !this.running.has(geoservice.tileName(tile)));
      this._next();
    }

    has(tile) {
      return this.tiles.has(geoservice.tileName(tile));
    }

    /* The layers of a tile at hand, else undefined. */
    get(tile) {
      const name = geoservice.tileName(tile);
      const held = this.tiles.get(name);
      if (held === undefined) return undefined;
      this.tiles.delete(name);
      this.tiles.set(name, held);
      return held;
    }

    /* What is at hand for a tile: itself, an ancestor that covers it, or such children as there are. */
    standIns(tile) {
      for (let one = tile; one; one = geoservice.parentOf(one)) {
        if (this.has(one)) return [{ held: one, clip: tile }];
      }
      return geoservice
        .childrenOf(tile)
        .filter((one) => this.has(one))
        .map((one) => ({ held: one, clip: one }));
    }

    get busy() {
      return this.running.size + this.queue.length > 0;
    }

    clear() {
      for (const control of this.running.values()) control.abort();
      this.tiles.clear();
      this.queue = [];
    }

    _next() {
      while (this.running.size < AT_ONCE && this.queue.length) this._load(this.queue.shift());
    }

    async _load(tile) {
      const name = geoservice.tileName(tile);
      const control = new AbortController();
      this.running.set(name, control);
      try {
        const bytes = await this.fetchTile(tile, control.signal);
        if (!control.signal.aborted) this._keep(name, bytes ? geoservice.decodeTile(bytes, tile) : {});
      } catch (error) {
        if (!control.signal.aborted) this.failed(error);
      }
      if (this.running.get(name) === control) this.running.delete(name);
      if (!control.signal.aborted) this.changed(tile);
      this._next();
    }

    _keep(name, layers) {
      this.tiles.set(name, layers);
      while (this.tiles.size > KEPT) this.tiles.delete(this.tiles.keys().next().value);
    }
  };

  /* Bytes from the service: an empty tile is 204. `template` holds {z}, {y} and {x}; below the zoom of details it asks
     for counts, never for all features. */
  geoservice.tilesFrom = (template, detail = 0) => async ({ z, x, y }, signal) => {
    const asked = z < detail ? template.replace("&detail=all", "") : template;
    const url = asked.replace("{z}", z).replace("{y}", y).replace("{x}", x);
    const answer = await fetch(url, { signal });
    if (answer.status === 204) return null;
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return answer.arrayBuffer();
  };
})((globalThis.geoservice = globalThis.geoservice || {}));
