/* Rank features against typed words: names, codes, Chinese, full pinyin and pinyin initials. */
(function (geoservice) {
  "use strict";

  const NAMES = ["name", "parcel_number", "task_number", "project_number", "code"];
  const CODES = ["key", "project_code", "parcel_code", "parcel_number", "project_number", "task_number", "code"];

  /* What a feature is called. */
  geoservice.nameOf = (properties) => {
    const found = NAMES.map((name) => properties[name]).find(Boolean);
    return found ? String(found) : String(properties.key || "");
  };

  /* The lower-case text a feature is found by; `search` comes from the server with the pinyin in it. */
  geoservice.searchText = (properties) => {
    const codes = CODES.map((name) => properties[name]).filter(Boolean);
    return [geoservice.nameOf(properties), ...codes, properties.search || ""].join(" ").toLowerCase();
  };

  /* The best matches for a query, at most `limit`. Every word must be found somewhere. */
  geoservice.findFeatures = (features, query, limit = 12) => {
    const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const found = [];
    for (const feature of features) {
      const score = rank(feature, words);
      if (score !== null) found.push([score, feature]);
    }
    found.sort((a, b) => a[0] - b[0]);
    return found.slice(0, limit).map(([, feature]) => feature);
  };

  /* Lower is better: an exact name, then a name that begins so, then a word that does, then anywhere. */
  function rank(feature, words) {
    const text = (feature.text = feature.text || geoservice.searchText(feature.properties));
    const name = geoservice.nameOf(feature.properties).toLowerCase();
    let score = 0;
    for (const word of words) {
      const at = text.indexOf(word);
      if (at < 0) return null;
      if (name === word) score += 0;
      else if (name.startsWith(word)) score += 1;
      else if (name.includes(word)) score += 2;
      else if (text.includes(` ${word}`)) score += 3;
      else score += 5;
    }
    return score + name.length / 1000;
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
