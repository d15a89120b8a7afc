/* How wide a road of a class is drawn at a zoom, and from which zoom on. */
(function (geoservice) {
  "use strict";

  /* Per rank: the zoom it appears at, and its widths in pixels at zoom 10, 13 and 16. */
  const RANKS = [
    { from: 7, widths: [1.6, 4.5, 14] },
    { from: 8, widths: [1.2, 3.6, 12] },
    { from: 9.5, widths: [0.8, 2.8, 10] },
    { from: 11.5, widths: [0.4, 1.8, 7.5] },
    { from: 13, widths: [0.3, 1.1, 5] },
    { from: 14, widths: [0.2, 0.7, 3] },
  ];

  /* Words by which offices, OpenStreetMap and others name the classes, highest first. */
  const NAMES = [
    /高速|快速|motorway|express|freeway|trunk|highway/i,
    /国道|省道|主干|primary|arterial|main/i,
    /次干|县道|secondary|collector/i,
    /支路|乡道|tertiary|branch|local|unclassified/i,
    /居住|小区|村道|街坊|residential|rural|village|service|street|lane/i,
    /巷|小路|track|path|foot/i,
  ];

  /* The rank of a class name, 0 the highest; a name nobody knows is an ordinary street. */
  geoservice.roadRank = (name) => {
    const found = NAMES.findIndex((pattern) => pattern.test(name || ""));
    return found < 0 ? 3 : found;
  };

  /* The width in pixels, 0 where the road is not drawn at this zoom. */
  geoservice.roadWidth = (rank, zoom) => {
    const { from, widths } = RANKS[rank];
    if (zoom < from) return 0;
    const [low, high, t] = zoom < 13 ? [widths[0], widths[1], (zoom - 10) / 3] : [widths[1], widths[2], (zoom - 13) / 3];
    return Math.max(0.3, low * (high / low) ** t);
  };

  geoservice.ROAD_RANKS = RANKS.length;
})((globalThis.geoservice = globalThis.geoservice || {}));
