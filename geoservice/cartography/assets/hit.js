/* Which feature lies under a point of the unit square. */
(function (geoservice) {
  "use strict";

  /* Whether a shape is hit at (x, y); `reach` is the tolerance in the same unit. */
  geoservice.hits = (shape, x, y, reach) => {
    const [x0, y0, x1, y1] = shape.box;
    if (x < x0 - reach || x > x1 + reach || y < y0 - reach || y > y1 + reach) return false;
    if (shape.kind === "area") return inside(shape.parts, x, y);
    if (shape.kind === "line") return shape.parts.some((part) => nearLine(part, x, y, reach));
    return shape.parts.some((part) => Math.hypot(part[0] - x, part[1] - y) <= reach);
  };

  function inside(parts, x, y) {
    let odd = false;
    for (const ring of parts) {
      for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
        const yi = ring[i + 1];
        const yj = ring[j + 1];
        if (yi > y !== yj > y && x < ring[i] + ((y - yi) / (yj - yi)) * (ring[j] - ring[i])) odd = !odd;
      }
    }
    return odd;
  }

  function nearLine(part, x, y, reach) {
    for (let i = 2; i < part.length; i += 2) {
      const dx = part[i] - part[i - 2];
      const dy = part[i + 1] - part[i - 1];
      const along = ((x - part[i - 2]) * dx + (y - part[i - 1]) * dy) / (dx * dx + dy * dy || 1);
      const t = Math.max(0, Math.min(1, along));
      if (Math.hypot(part[i - 2] + t * dx - x, part[i - 1] + t * dy - y) <= reach) return true;
    }
    return false;
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
