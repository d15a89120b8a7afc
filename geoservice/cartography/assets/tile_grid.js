/* Which tiles of WebMercatorQuad a view needs, and where they lie on the canvas. */
(function (geoservice) {
  "use strict";

  geoservice.tileName = ({ z, x, y }) => `${z}/${x}/${y}`;

  /* The tiles that touch a box of the unit square, the nearest to its middle first. */
  geoservice.tilesIn = (box, z) => {
    const count = 2 ** z;
    const clamp = (edge) => Math.max(0, Math.min(count - 1, Math.floor(edge * count)));
    const [west, north, east, south] = box.map(clamp);
    const tiles = [];
    for (let x = west; x <= east; x++) for (let y = north; y <= south; y++) tiles.push({ z, x, y });
    const middle = [((box[0] + box[2]) / 2) * count - 0.5, ((box[1] + box[3]) / 2) * count - 0.5];
    const far = ({ x, y }) => Math.hypot(x - middle[0], y - middle[1]);
    return tiles.sort((a, b) => far(a) - far(b));
  };

  /* The part of the unit square a tile covers. */
  geoservice.tileBox = ({ z, x, y }) => {
    const size = 2 ** -z;
    return [x * size, y * size, (x + 1) * size, (y + 1) * size];
  };

  geoservice.parentOf = ({ z, x, y }) => (z > 0 ? { z: z - 1, x: x >> 1, y: y >> 1 } : null);

  geoservice.childrenOf = ({ z, x, y }) =>
    [0, 1, 2, 3].map((i) => ({ z: z + 1, x: 2 * x + (i & 1), y: 2 * y + (i >> 1) }));

  /* Limit what is drawn to a tile, edges on whole pixels so that neighbours meet without a seam. */
  geoservice.clipTo = (brush, tile, view) => {
    const [west, north, east, south] = geoservice.tileBox(tile);
    const edge = (unit, offset) => Math.round((unit * view.scale - offset) * view.ratio) / view.ratio;
    const [left, top] = [edge(west, view.x), edge(north, view.y)];
    brush.beginPath();
    brush.rect(left, top, edge(east, view.x) - left, edge(south, view.y) - top);
    brush.clip();
  };
})((globalThis.geoservice = globalThis.geoservice || {}));
