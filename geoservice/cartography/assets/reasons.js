/* Reasons of a verdict in words: the whole sentence of each, and a short one to filter by. */
(function (geoservice) {
  "use strict";

  /* The short words of a code of the shipped rules; a rule an office adds shows its own sentence or code. */
  geoservice.reasonTitle = (code) => (geoservice.hasWord(`reason_${code}`) ? geoservice.word(`reason_${code}`) : String(code));

  /* The sentence of a reason in the language of the page: what readers without insight get is a code alone. */
  geoservice.reasonText = ({ code, text, text_en: english }) =>
    (geoservice.language() === "en" && english) || text || geoservice.reasonTitle(code);

  /* The class of a reason by what it does: it blocks, sets a condition, or is only worth knowing. */
  geoservice.reasonEffect = ({ effect }) => ({ block: "gs-block", note: "gs-note" })[effect] || "gs-condition";
})((globalThis.geoservice = globalThis.geoservice || {}));
