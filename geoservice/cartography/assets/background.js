/* Base maps of others beneath ours: raster tiles that the service hands on; our own ground then draws its lines alone. */
(function (geoservice) {
  "use strict";

  const OWN = "";
  const CLEAREST = 19;

  /* Return {choices, chosen(), choose(name)}: our own ground, and whatever the page may put in its place. */
  geoservice.createBackgrounds = (map, ground, backgrounds, changed) => {
    const { pick, word } = geoservice;
    const source = geoservice.el("small.gs-source");
    let [name, layers] = [OWN, []];

    const choose = (wanted) => {
      const found = backgrounds.find((one) => one.name === wanted);
      layers.forEach((one) => one.remove());
      layers = found ? found.tiles.map((url) => tilesOf(url, found.zooms).addTo(map)) : [];
      name = found ? found.name : OWN;
      source.textContent = found ? pick(found.source) : "";
      if (ground) ground.setCovered(Boolean(found));
      changed();
    };
    const choices = [{ name: OWN, title: word("ownGround") }, ...backgrounds.map((one) => ({ name: one.name, title: pick(one.title) }))];
    return { choices, source, chosen: () => name, choose };
  };

  /* Nothing is asked for below the first zoom there is; beyond the last, tiles are enlarged. */
  function tilesOf(url, [first, last]) {
    return L.tileLayer(url, { minZoom: first, minNativeZoom: first, maxNativeZoom: last, maxZoom: CLEAREST, className: "gs-background" });
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
