/* Place labels greedily: the more important first, none over another. */
(function (geoservice) {
  "use strict";

  const CELL = 64;

  /* How far a strong label may step aside of the dots it would cover, up or down in its own heights. */
  const STEPS = [0, -1, 1, -1.8, 1.8];
  const STRONG = 10;

  /* Keep the labels that find room, each {x, y, width, height, priority}; lower priority goes first. Strong ones step
     aside of `dots` given as [x, y, radius], since names of parks stand where most is drawn. */
  geoservice.placeLabels = (labels, dots = []) => {
    const [cells, points] = [new Map(), new Map()];
    for (const [x, y, radius] of dots) keep(points, [x - radius, y - radius, x + radius, y + radius]);
    const order = [...labels].sort((a, b) => a.priority - b.priority || b.weight - a.weight || a.y - b.y);
    const placed = [];
    for (const label of order) {
      const tried = label.priority === STRONG && label.text && dots.length ? STEPS : [0];
      const free = tried.map((step) => ({ ...label, y: label.y + step * label.height })).filter((one) => !covered(cells, boxOf(one)));
      if (!free.length) continue;
      const best = free.length > 1 ? fewest(free, points) : free[0];
      keep(cells, boxOf(best));
      placed.push(best);
    }
    return placed;
  };

  function fewest(labels, points) {
    const cost = (one) => covered(points, boxOf(one), true);
    return labels.reduce((best, one) => (cost(one) < cost(best) ? one : best));
  }

  function boxOf({ x, y, width, height }) {
    return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
  }

  function keep(cells, box) {
    for (const key of cellsOf(box)) {
      if (cells.has(key)) cells.get(key).push(box);
      else cells.set(key, [box]);
    }
  }

  /* Whether a box lies over any other, or over how many. */
  function covered(cells, box, counted = false) {
    const met = new Set(cellsOf(box).flatMap((key) => (cells.get(key) || []).filter((other) => overlap(box, other))));
    return counted ? met.size : met.size > 0;
  }

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
