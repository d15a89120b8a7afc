/* Place labels greedily: the more important first, none over another. */
(function (geoservice) {
  "use strict";

  const CELL = 64;

  /* Keep the labels that find room. Each has {x, y, width, height, priority}; lower priority goes first. */
  geoservice.placeLabels = (labels) => {
    const cells = new Map();
    const order = [...labels].sort((a, b) => a.priority - b.priority || b.weight - a.weight || a.y - b.y);
    return order.filter((label) => {
      const box = [
        label.x - label.width / 2,
        label.y - label.height / 2,
        label.x + label.width / 2,
        label.y + label.height / 2,
      ];
      const keys = cellsOf(box);
      if (keys.some((key) => (cells.get(key) || []).some((other) => overlap(box, other)))) return false;
      keys.forEach((key) => (cells.has(key) ? cells.get(key).push(box) : cells.set(key, [box])));
      return true;
    });
  };

  function cellsOf([x0, y0, x1, y1]) {
    const keys = [];
    for (let x = Math.floor(x0 / CELL); x <= Math.floor(x1 / CELL); x++) {
      for (let y = Math.floor(y0 / CELL); y <= Math.floor(y1 / CELL); y++) keys.push(`${x}:${y}`);
    }
    return keys;
  }

  function overlap(a, b) {
    return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
