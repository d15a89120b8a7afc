/* Numbers with their units, dates and vocabulary codes as people read them. */
(function (geoservice) {
  "use strict";

  const MU_M2 = 2000 / 3;
  const NOTHING = "—";
  const UNITS = {
    yi: { factor: 1 / 1e10, digits: 2, english: 1 / 10 },
    wan: { factor: 1 / 1e6, digits: 0, english: 1 / 100 },
    mu: { factor: 1 / MU_M2, digits: 1 },
    ha: { factor: 1 / 1e4, digits: 2 },
    m2: { factor: 1, digits: 0 },
    number: { factor: 1, digits: 0 },
    percent: { factor: 100, digits: 1 },
  };
  let vocabularies = {};

  geoservice.setVocabularies = (given) => {
    vocabularies = given || {};
  };

  /* The label of a code; an unknown code shows as itself. */
  geoservice.label = (vocabulary, code) => {
    if (code === null || code === undefined || code === "") return "";
    const pair = (vocabularies[vocabulary] || {})[code];
    return pair ? geoservice.pick(pair) : String(code);
  };

  /* A number apart from its unit, so that the unit can be set smaller. */
  geoservice.quantity = (value, kind) => {
    const { factor, digits, english = 1 } = UNITS[kind] || UNITS.number;
    const chinese = geoservice.language() === "zh";
    const unit = geoservice.hasWord(`unit_${kind}`) ? geoservice.word(`unit_${kind}`) : "";
    if (value === null || value === undefined || !Number.isFinite(Number(value))) {
      return { number: NOTHING, unit: "" };
    }
    const scaled = Number(value) * factor * (chinese ? 1 : english);
    const shown = Math.abs(scaled) >= 1000 && kind !== "percent" ? 0 : digits;
    const number = scaled.toLocaleString("en-US", {
      maximumFractionDigits: shown,
      minimumFractionDigits: kind === "percent" || kind === "number" || kind === "m2" ? 0 : Math.min(shown, 1),
    });
    return { number, unit };
  };

  /* Any value in the form a definition asks for, as one text; "" for nothing. */
  geoservice.format = (value, kind) => {
    if (value === null || value === undefined || value === "") return "";
    if (Array.isArray(value)) return value.map((one) => geoservice.format(one, kind)).filter(Boolean).join(geoservice.word("listComma"));
    if (UNITS[kind]) {
      const { number, unit } = geoservice.quantity(value, kind);
      return unit && unit !== "%" ? `${number} ${unit}` : number + unit;
    }
    if (kind === "date") return String(value).slice(0, 10);
    if (kind === "boolean") return geoservice.word(value ? "yes" : "no");
    if (kind === "reason") return geoservice.reasonTitle(value);
    if (kind === "text" || kind === "list" || !kind) return String(value);
    return geoservice.label(kind, value);
  };

  /* Whole days from one ISO date to another; null where either is missing. */
  geoservice.daysBetween = (from, to) => {
    if (!from || !to) return null;
    return Math.round((Date.parse(to.slice(0, 10)) - Date.parse(from.slice(0, 10))) / 86400000);
  };
})((globalThis.geoservice = globalThis.geoservice || {}));
