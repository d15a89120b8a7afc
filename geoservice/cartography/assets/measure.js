/* Lengths and areas on the ellipsoid of CGCS2000, near enough for a plan: within a thousandth inside a city. */
(function (geoservice) {
  "use strict";

  const A = 6378137;
  const E2 = 0.00669438002290;
  const RADIANS = Math.PI / 180;

  /* Metres of a degree of longitude and of latitude at a latitude. */
  function perDegree(latitude) {
    const sine = Math.sin(latitude * RADIANS);
    const w = 1 - E2 * sine * sine;
    const prime = A / Math.sqrt(w);
    const meridian = (A * (1 - E2)) / (w * Math.sqrt(w));
    return [prime * Math.cos(latitude * RADIANS) * RADIANS, meridian * RADIANS];
  }

  /* The length in metres of a line of [longitude, latitude]. */
  geoservice.lengthOf = (points) => {
    let sum = 0;
    for (let i = 1; i < points.length; i++) {
      const [[x0, y0], [x1, y1]] = [points[i - 1], points[i]];
      const [east, north] = perDegree((y0 + y1) / 2);
      sum += Math.hypot((x1 - x0) * east, (y1 - y0) * north);
    }
    return sum;
  };

  /* The area in m² of a ring of [longitude, latitude], closed or not. */
  geoservice.areaOf = (ring) => {
    if (ring.length < 3) return 0;
    const middle = ring.reduce((sum, [, y]) => sum + y, 0) / ring.length;
    const [east, north] = perDegree(middle);
    const [x0, y0] = ring[0];
    let sum = 0;
    for (let i = 0; i < ring.length; i++) {
      const [[xa, ya], [xb, yb]] = [ring[i], ring[(i + 1) % ring.length]];
      sum += (xa - x0) * east * (yb - y0) * north - (xb - x0) * east * (ya - y0) * north;
    }
    return Math.abs(sum / 2);
  };

  /* A length or an area in the units people use. */
  geoservice.formatLength = (metres) => {
    const [number, unit] = metres < 1000 ? [metres.toFixed(0), "m"] : [(metres / 1000).toFixed(2), "km"];
    return `${Number(number).toLocaleString("en-US")} ${unit}`;
  };
})((globalThis.geoservice = globalThis.geoservice || {}));
