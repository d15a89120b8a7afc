/* The roll: every feature of a layer in columns, unpacked into rows the screen filters, sorts and finds. */
(function (geoservice) {
  "use strict";

  /* {rows, track, covers} of a roll's document. A row is {key, properties, shape, track}; its shape is the
     box alone, the outline lies in the tiles. */
  geoservice.readRoll = (document) => {
    const columns = document.columns;
    const track = Object.keys(geoservice.TRACK_ORDER).find((name) => Object.hasOwn(columns, name)) || null;
    const names = Object.keys(columns).filter((name) => name !== track);
    const readers = names.map((name) => readerOf(columns[name]));
    const trackAt = track ? readerOf(columns[track]) : () => null;
    const keyAt = readerOf(columns.key);
    const placeAt = placeReader(document.places);
    const rows = [];
    for (let i = 0; i < document.count; i++) {
      const properties = {};
      for (let n = 0; n < names.length; n++) properties[names[n]] = readers[n](i);
      rows.push({ key: String(keyAt(i)), properties, shape: placeAt(i), track: trackAt(i) });
    }
    return { rows, track, covers: daysOf(document.covers) };
  };

  /* Whether a day lies in the days a roll speaks of. */
  geoservice.coversDay = ([first, last], day) => (first === null || day >= first) && (last === null || day < last);

  function readerOf({ values, index }) {
    return index ? (i) => values[index[i]] : (i) => values[i];
  }

  function placeReader(places) {
    if (!places) return () => null;
    const { origin, scale, west, south, width, height } = places;
    return (i) => {
      if (west[i] === null) return null;
      const [x, y] = [origin[0] + west[i], origin[1] + south[i]];
      const [left, bottom] = geoservice.toUnit(x * scale, y * scale);
      const [right, top] = geoservice.toUnit((x + width[i]) * scale, (y + height[i]) * scale);
      const box = [left, top, right, bottom];
      return { kind: "area", parts: [], box, at: [(left + right) / 2, (top + bottom) / 2] };
    };
  }

  function daysOf({ from, to }) {
    return [from && geoservice.dayOf(from), to && geoservice.dayOf(to)];
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
