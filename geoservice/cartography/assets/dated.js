/* The answers of a day: which features there are, and in which class each of them is. */
(function (geoservice) {
  "use strict";

  /* The properties the dated answers speak of; other properties keep their value on every day. */
  const DATED = new Set(["status", "stage_group", "state", "public_state", "free_when"]);
  const SOON = [
    [0, "now"],
    [92, "quarter"],
    [366, "year"],
    [Infinity, "later"],
  ];

  /* A judge of rows on one day: judge(row) is {number, planned, side}, number null where the row is not there that
     day. Equal tracks are judged once. */
  geoservice.judgeOn = (layer, day) => {
    const order = Object.keys(layer.vocabularies[geoservice.TRACK_ORDER[layer.track]] || {});
    const known = new Map();
    const judgeTrack = (text) => {
      const answer = geoservice.answerOf(layer.track, geoservice.codeOn(text, day), order);
      if (!answer || !DATED.has(layer.style.property)) return answer;
      const value = layer.style.property === "free_when" ? freeWhen(layer.track, text, order, day) : answer.value;
      return { ...answer, number: layer.numberOfValue(value) };
    };
    return ({ properties, track }) => {
      if (day === null || !layer.track || !track) {
        return { number: layer.numberOf(properties), planned: false, side: null };
      }
      if (!known.has(track)) known.set(track, judgeTrack(track));
      const answer = known.get(track);
      if (!answer) return ABSENT;
      return answer.number === undefined ? { ...answer, number: layer.numberOf(properties) } : answer;
    };
  };

  const ABSENT = { number: null, planned: false, side: null };

  /* How soon land is free, told from its verdicts: now, within a quarter, a year, later, or not foreseen. */
  function freeWhen(track, text, order, day) {
    const first = geoservice.firstDay(track, text, "available", order, day);
    return first === null ? "unknown" : SOON.find(([days]) => first - day <= days)[1];
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
