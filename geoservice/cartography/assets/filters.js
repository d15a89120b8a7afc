/* The one place that decides what is shown: map, legend, list and figures all ask here. */
(function (geoservice) {
  "use strict";

  /* A fresh state: per layer the chosen classes (none chosen = all), per property the picked value, whether only what
     is not on the map is wanted, and the "source/key" of what lies within a drawn area. */
  geoservice.freshFilters = () => ({ chosen: {}, picked: {}, unmapped: false, within: null });

  /* Choose or unchoose a class of a layer. */
  geoservice.toggleClass = (filters, layerId, value) => {
    const chosen = (filters.chosen[layerId] = filters.chosen[layerId] || new Set());
    if (!chosen.delete(value)) chosen.add(value);
  };

  geoservice.isFiltered = (filters) =>
    filters.unmapped || Boolean(filters.within) ||
    Object.values(filters.chosen).some((set) => set.size) || Object.values(filters.picked).some(Boolean);

  /* Sift all rows of a layer in one pass, by their class on the day shown or (`other`) on the day that is compared:
     `passed` are the rows that pass, `counts` per class the rows that pass all other filters (of a chosen class: those
     in the list), `options(column)` the values to pick under a column with their counts under all other filters, most
     frequent first, `missing` how many are not on the map, filters or not, `lets` which classes the legend lets through. */
  geoservice.sift = (layer, filters, other = false) => {
    const rows = layer.everything;
    const lets = classesLet(layer, filters);
    const picks = layer.filters.map(({ property }) => pickOf(layer, filters, property));
    const counts = layer.classes.map(() => 0);
    const passed = [];
    let missing = 0;
    for (let i = 0; i < rows.length; i++) {
      const one = rows[i];
      const number = other ? one.otherNumber : one.number;
      if (number === null || number === undefined) {
        mark(one, other, OUT);
        continue;
      }
      const mapped = one.roll ? one.mapped : Boolean(one.shape);
      if (!mapped) missing += 1;
      // A bit for each filter that keeps the row away: bit 0 the class, then the picks; beyond all of them it is out.
      let kept = number >= 0 && !lets[number] ? 1 : 0;
      if ((filters.unmapped && mapped) || (filters.within && !filters.within.has(`${layer.definition.source}/${one.key}`))) kept |= OUT;
      for (let n = 0; n < picks.length; n++) if (!picks[n].lets[picks[n].codes[i]]) kept |= 2 << n;
      if ((kept & ~1) === 0 && number >= 0) counts[number] += 1;
      for (let n = 0; n < picks.length; n++) if ((kept & ~(2 << n)) === 0) picks[n].counts[picks[n].codes[i]] += 1;
      if (kept === 0) passed.push(one);
      mark(one, other, kept);
    }
    const options = ({ property }) => optionsOf(picks[layer.filters.findIndex((one) => one.property === property)]);
    return { passed, counts, missing, lets, options };
  };

  const OUT = 1 << 30;

  /* Note on a row whether it passes, and whether the legend alone may keep it from being drawn. */
  function mark(one, other, kept) {
    if (other) {
      one.otherPasses = kept === 0;
      one.otherKept = (kept & ~1) === 0;
    } else {
      one.passes = kept === 0;
      one.kept = (kept & ~1) === 0;
    }
  }

  /* Per class whether the legend lets it through. */
  function classesLet({ id, classes }, { chosen }) {
    const wanted = chosen[id];
    return classes.map(({ value }) => !wanted || !wanted.size || wanted.has(value));
  }

  function pickOf(layer, filters, property) {
    const { codes, sets } = layer.columns.of(property);
    const wanted = filters.picked[`${layer.id}.${property}`];
    const lets = sets.map((values) => !wanted || values.some((value) => String(value) === wanted));
    return { codes, sets, lets, counts: new Int32Array(sets.length) };
  }

  function optionsOf({ sets, counts }) {
    const found = new Map();
    sets.forEach((values, code) => {
      if (counts[code]) for (const value of values) found.set(value, (found.get(value) || 0) + counts[code]);
    });
    return [...found].sort((a, b) => b[1] - a[1] || (String(a[0]) < String(b[0]) ? -1 : 1));
  }

  /* Whether a feature that is not listed yet passes the legend. */
  geoservice.legendPasses = (layer, filters) => {
    const lets = classesLet(layer, filters);
    return ({ number }) => number !== null && (number < 0 || lets[number]);
  };

  /* A figure over features: a sum, or a ratio of sums that is null over nothing. */
  geoservice.figure = (figure, features) => {
    const total = sum(features, figure.sum);
    if (!figure.over) return total;
    const over = sum(features, figure.over);
    return total === null || !over ? null : total / over;
  };

  /* A sum of what is known; null when nothing is: the role may not see the property. */
  function sum(features, property) {
    let total = null;
    for (const one of features) {
      const value = geoservice.fieldOf(one, property);
      if (Number.isFinite(value)) total = (total || 0) + value;
    }
    return total;
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
