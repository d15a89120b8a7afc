/* Dated answers: "19723:1;20849:3*" says that from day 19723 the answer is 1, from day 20849 it is 3 by plan. */
(function (geoservice) {
  "use strict";

  const DAY_MS = 86400000;
  const VERDICTS = { a: "available", c: "conditional", u: "unavailable" };
  const SIDES = { s: "suspended", t: "terminated" };

  /* The number of an ISO date, counted in days from 1970-01-01, and back. */
  geoservice.dayOf = (date) => Math.round(Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / DAY_MS);
  geoservice.dateOf = (day) => new Date(day * DAY_MS).toISOString().slice(0, 10);

  const MOST_READ = 200000;
  const read = new Map();

  /* The parts of a track as [{day, code}], oldest first. A track is read once: a slider asks for it every frame. */
  geoservice.partsOf = (text) => {
    if (!text) return [];
    let parts = read.get(text);
    if (!parts) {
      if (read.size >= MOST_READ) read.clear();
      read.set(text, (parts = partsIn(text)));
    }
    return parts;
  };

  function partsIn(text) {
    return text
      .split(";")
      .filter(Boolean)
      .map((part) => ({ day: Number(part.slice(0, part.indexOf(":"))), code: part.slice(part.indexOf(":") + 1) }));
  }

  /* The code in force on a day, "-" where there is none. */
  geoservice.codeOn = (text, day) => {
    let code = "-";
    for (const part of geoservice.partsOf(text)) if (part.day <= day) code = part.code;
    return code;
  };

  /* What a code says: {value, side, planned}; null for "-". `track` is verdicts, stages or clearance, `order` the
     codes of the vocabulary that digits count. */
  geoservice.answerOf = (track, code, order) => {
    if (!code || code === "-") return null;
    const planned = code.endsWith("*");
    const plain = planned ? code.slice(0, -1) : code;
    if (track === "verdicts") return { value: VERDICTS[plain] || plain, side: null, planned };
    if (track === "stages") {
      const side = SIDES[plain.slice(1)] || null;
      return { value: order[Number(plain[0]) - 1] || plain, side, planned };
    }
    const digit = /^\d$/.test(plain) ? order[Number(plain)] : null;
    return { value: digit || plain, side: null, planned };
  };

  /* The vocabulary whose order the digits of a track count. */
  geoservice.TRACK_ORDER = { stages: "stage_group", clearance: "task_state", verdicts: "verdict_status" };

  /* The first day from `day` on at which the answer is `value`; null where none is known. */
  geoservice.firstDay = (track, text, value, order, day) => {
    let held = null;
    for (const part of geoservice.partsOf(text)) {
      const answer = geoservice.answerOf(track, part.code, order);
      const is = Boolean(answer) && answer.value === value;
      if (part.day <= day) held = is ? day : null;
      else if (held === null && is) return part.day;
    }
    return held;
  };

  /* The first and the last day on which anything in a list of tracks changes; null where nothing does. */
  geoservice.spanOf = (texts) => {
    let span = null;
    for (const text of texts) {
      for (const { day } of geoservice.partsOf(text)) {
        if (!span) span = [day, day];
        if (day < span[0]) span[0] = day;
        if (day > span[1]) span[1] = day;
      }
    }
    return span;
  };
})((globalThis.geoservice = globalThis.geoservice || {}));
