/* The order of the list: all rows are sorted once for each way to sort, a change of the filters picks from the sorted. */
(function (geoservice) {
  "use strict";

  /* A function from rows that pass, and how to sort them, to the same in order: by the first figure (the largest
     first) or that behind "+", within their class where "class" is asked for, then by name. */
  geoservice.createOrder = (layer) => {
    const sorted = new Map();
    let of = null;
    const all = (by) => {
      if (of !== layer.everything) sorted.clear();
      of = layer.everything;
      if (!sorted.has(by)) sorted.set(by, sortedBy(layer.everything, by));
      return sorted.get(by);
    };
    return (passed, how) => {
      const { figures } = layer.definition;
      const by = how.startsWith("+") ? how.slice(1) : how !== "name" && figures.length ? figures[0].sum : "";
      const rows = all(by);
      // A pass over all rows costs less than sorting those that pass, unless these are few.
      const kept = rows.filter((one) => one.passes);
      return how === "class" ? byClass(kept, layer.classes.length) : kept;
    };
  };

  function sortedBy(rows, by) {
    if (!by && !rows.ranked) geoservice.rankNames(rows);
    const size = new Float64Array(rows.length);
    if (by) {
      for (let i = 0; i < rows.length; i++) {
        const value = geoservice.fieldOf(rows[i], by);
        size[i] = Number.isFinite(value) ? value : -1;
      }
    }
    const order = Uint32Array.from(rows.keys());
    order.sort((a, b) => size[b] - size[a] || rows[a].rank - rows[b].rank);
    return Array.from(order, (i) => rows[i]);
  }

  function byClass(rows, number) {
    const classes = Array.from({ length: number + 1 }, () => []);
    for (const one of rows) classes[one.number + 1].push(one);
    return classes.flat();
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
