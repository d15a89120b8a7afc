// Scripts of the map page are classic scripts: each hangs its one job on the global `geoservice`.
const path = require("node:path");

const ASSETS = path.join(__dirname, "..", "..", "geoservice", "cartography", "assets");

exports.load = (...names) => {
  require(path.join(ASSETS, "words.js"));
  require(path.join(ASSETS, "look.js"));
  names.forEach((name) => require(path.join(ASSETS, `${name}.js`)));
  return globalThis.geoservice;
};
