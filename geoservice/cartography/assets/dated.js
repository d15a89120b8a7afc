/* The answers of a day: which features there are, and in which class each of them is. */
(function (geoservice) {
  "use strict";

  /* The properties the dated answers of a track speak of; other properties keep their value on every day. */
  const DATED = {
    verdicts: new Set(["status", "free_when"]),
    stages: new Set(["stage_group"]),
    clearance: new Set(["state", "public_state"]),
  };
  const SOON = [
    [0, "now"],
    [92, "quarter"],
    [366, "year"],
    [Infinity, "later"],
  ];

  /* A judge of rows on one day, null for that of the page: judge(row) is {number, planned, side}, number null where the row is not there that
     day. Equal tracks are judged once. */
  geoservice.judgeOn = (layer, asked) => {
    const order = Object.keys(layer.vocabularies[geoservice.TRACK_ORDER[layer.track]] || {});
    const soon = layer.style.property === "free_when";
    // How soon land is free no field says: its dated answers do, on the day of the page too.
    const day = asked === null && soon ? layer.baseDay : asked;
    const [known, byCode] = [new Map(), new Map()];
    const judgeCode = (code, value) => {
      const answer = geoservice.answerOf(layer.track, code, order);
      if (!answer || !DATED[layer.track].has(layer.style.property)) return answer;
      return { ...answer, number: layer.numberOfValue(value ?? answer.value) };
    };
    const judgeTrack = (text) => {
      const code = geoservice.codeOn(text, day);
      const value = soon ? freeWhen(layer.track, text, order, day) : null;
      const name = soon ? `${code} ${value}` : code;
      if (!byCode.has(name)) byCode.set(name, judgeCode(code, value));
      return byCode.get(name);
    };
    return (one) => {
      const { track } = one;
      if (day === null || !layer.track || !track) {
        return { number: layer.numberOf(one), planned: false, side: null };
      }
      let answer = known.get(track);
      if (answer === undefined) known.set(track, (answer = judgeTrack(track)));
      if (!answer) return ABSENT;
      return answer.number === undefined ? { ...answer, number: layer.numberOf(one) } : answer;
    };
  };

  const ABSENT = { number: null, planned: false, side: null };

  /* How soon land is free, told from its verdicts: now, within a quarter, a year, later, or not foreseen. */
  function freeWhen(track, text, order, day) {
    const first = geoservice.firstDay(track, text, "available", order, day);
    return first === null ? "unknown" : SOON.find(([days]) => first - day <= days)[1];
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
