/* Bring what has come into reach: features and rolls of layers, tiles as they are looked at, days beyond. */
(function (geoservice) {
  "use strict";

  const REST_MS = 500;
  const PATIENCE_MS = 3000;

  /* `screen` gives {map, layers, main, config, status, day(), update(), recall(layer), home()}. */
  geoservice.createLoader = (screen) => {
    const { status } = screen;
    let resting = null;

    const reached = () => {
      for (const layer of screen.layers) {
        const near = layer.switchedOn && screen.map.getZoom() >= layer.definition.min_zoom;
        if (layer.state !== "waiting" || !(layer === screen.main || near)) continue;
        layer.state = "loading";
        if (layer.definition.tiles) openTiles(layer);
        if (!layer.definition.tiles || layer.definition.roll) run(layer, (progress) => fetchAll(layer, null, progress));
      }
    };

    const run = (layer, load) =>
      status.run(layer.title, async (progress) => {
        try {
          await load(progress);
        } catch (error) {
          if (layer.state === "loading") layer.state = "failed";
          screen.update();
          throw error;
        }
        screen.arrived(layer);
      });

    /* The features, or the roll, of a layer for a day; null is the day of the page. */
    const fetchAll = async (layer, day, progress) => {
      const { places, roll, tiles } = layer.definition;
      const when = day === null ? {} : { datetime: geoservice.dateOf(day) };
      if (!tiles) {
        const [features, dated] = await Promise.all([
          geoservice.loadFeatures(places.map((one) => at(one, when)), progress),
          roll ? geoservice.loadDocument(at(roll, when)) : null,
        ]);
        layer.take(features);
        if (dated) layer.takeTracks(geoservice.readRoll(dated));
      } else {
        // A long list is asked for after the tiles in view: making and reading it would hold them up.
        await tilesFirst(layer);
        layer.takeRoll(geoservice.readRoll(await geoservice.loadDocument(at(roll, when))));
      }
      layer.loadedDay = day;
    };

    const openTiles = (layer) => {
      const fail = (error) => run(layer, () => Promise.reject(error));
      layer.open(geoservice.tilesOf(layer.definition.tiles, layer.definition.tile_zoom), { failed: once(fail), arrived: () => screen.highlight.canvas.redraw() });
    };

    /* Where a day lies beyond what the rolls speak of, that day is asked for once the slider rests on it. */
    const dayMoved = () => {
      clearTimeout(resting);
      const day = screen.day();
      const beyond = screen.layers.filter((layer) => isBeyond(layer, day, screen.baseDay));
      if (beyond.length) resting = setTimeout(() => beyond.forEach((layer) => reload(layer, day)), REST_MS);
    };

    const reload = (layer, day) => {
      const asked = day === screen.baseDay ? null : day;
      run(layer, async (progress) => {
        await fetchAll(layer, asked, progress);
        const { tiles } = layer.definition;
        if (tiles && tiles.url) {
          const when = asked === null ? {} : { datetime: geoservice.dateOf(asked), v: null };
          layer.setTiles(geoservice.tilesFrom(geoservice.withDay(tiles.url, when), layer.definition.tile_zoom));
        }
      });
    };

    const search = async (query) => {
      const asked = screen.layers.filter(({ definition }) => addressOf(definition));
      const answers = asked.map(async (layer) => {
        const when = screen.day() === screen.baseDay ? {} : { datetime: geoservice.dateOf(screen.day()) };
        const url = geoservice.withParameters(addressOf(layer.definition), { q: query, limit: 8, ...when });
        const { features } = await geoservice.fetchJson(url);
        return features.map((one) => known(layer, layer.read(one)));
      });
      const settled = await Promise.allSettled(answers);
      return settled.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
    };

    const addressOf = ({ source, places, tiles }) =>
      tiles ? screen.config.api && `${screen.config.api}/${source}` : SEARCHED.has(source) && places[0] && places[0].url;

    return { reached, dayMoved, search };
  };

  const SEARCHED = new Set(["parks", "parcels", "availability", "projects", "demolition"]);

  /* Wait for the tiles in view, though not for ever. */
  async function tilesFirst(layer) {
    const patience = performance.now() + PATIENCE_MS;
    while (!layer.isSettled() && performance.now() < patience) await new Promise((done) => setTimeout(done, 16));
  }

  function isBeyond(layer, day, baseDay) {
    if (!layer.track || layer.state !== "ready" || !layer.definition.roll || layer.definition.roll.block) return false;
    return !geoservice.coversDay(layer.covers, day) && (layer.loadedDay ?? baseDay) !== day;
  }

  /* What is listed already keeps its place and its class; its outline is now known. */
  function known(layer, one) {
    const held = layer.everything.find(({ key }) => key === one.key);
    if (held && held.shape && !held.shape.parts.length && one.shape) held.shape = one.shape;
    return held || one;
  }

  function at(place, when) {
    return place.url ? { url: geoservice.withParameters(place.url, when) } : place;
  }

  function once(act) {
    let done = false;
    return (error) => {
      if (!done) act(error);
      done = true;
    };
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
