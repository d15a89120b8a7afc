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

  /* The features of a layer that pass. A feature is {number, properties, …}, number that of its class. */
  geoservice.filtered = (layer, filters) =>
    layer.features.filter((one) => classPasses(layer, filters, one) && picksPass(layer, filters, one, null));

  /* The features that pass on the day that is compared. */
  geoservice.filteredOther = (layer, filters) =>
    layer.otherDay === null
      ? []
      : layer.everything.filter((one) => {
          const { otherNumber: number } = one;
          return number !== null && classPasses(layer, filters, { number }) && picksPass(layer, filters, one, null);
        });

  /* Whether a feature that is not listed yet passes the legend. */
  geoservice.legendPasses = (layer, filters) => (one) => one.number !== null && classPasses(layer, filters, one);

  /* Per class the number of features that pass all other filters: of a chosen class, those in the list. With `other`
     the classes of the day that is compared. */
  geoservice.classCounts = (layer, filters, other = false) => {
    const counts = layer.classes.map(() => 0);
    for (const one of other ? layer.everything : layer.features) {
      const number = other ? one.otherNumber : one.number;
      if (number !== null && number >= 0 && picksPass(layer, filters, one, null)) counts[number] += 1;
    }
    return counts;
  };

  /* The values to pick under a column with their counts under all other filters, most frequent first. */
  geoservice.pickOptions = (layer, filters, column) => {
    const counts = new Map();
    for (const one of layer.features) {
      if (!classPasses(layer, filters, one) || !picksPass(layer, filters, one, column.property)) continue;
      for (const value of new Set(geoservice.valuesAt(one.properties, column.property))) {
        counts.set(value, (counts.get(value) || 0) + 1);
      }
    }
    return [...counts].sort((a, b) => b[1] - a[1] || (String(a[0]) < String(b[0]) ? -1 : 1));
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
    for (const { properties } of features) {
      if (Number.isFinite(properties[property])) total = (total || 0) + properties[property];
    }
    return total;
  }

  function classPasses(layer, filters, one) {
    const chosen = filters.chosen[layer.id];
    if (!chosen || !chosen.size || one.number < 0) return true;
    return chosen.has(layer.classes[one.number].value);
  }

  function picksPass(layer, filters, one, except) {
    if (filters.unmapped && one.shape) return false;
    if (filters.within && !filters.within.has(`${layer.definition.source}/${one.key}`)) return false;
    return layer.filters.every(({ property }) => {
      const wanted = filters.picked[`${layer.id}.${property}`];
      if (!wanted || property === except) return true;
      return geoservice.valuesAt(one.properties, property).some((value) => String(value) === wanted);
    });
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
