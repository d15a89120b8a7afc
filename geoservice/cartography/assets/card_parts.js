/* What cards are made of: sections, facts under headings, bars with their numbers. */
(function (geoservice) {
  "use strict";

  /* A section with a heading; nothing where it has no content. */
  geoservice.section = (title, ...content) => {
    const children = content.flat(2).filter(Boolean);
    if (!children.length) return null;
    return geoservice.el("section.gs-section", {}, geoservice.el("h3", {}, title), children);
  };

  /* Headings and values of [title, value, kind]; what is unknown or not to be seen is left out. */
  geoservice.facts = (rows) => {
    const { el } = geoservice;
    const known = rows
      .map(([title, value, kind]) => [title, geoservice.format(value, kind)])
      .filter(([, text]) => text);
    if (!known.length) return null;
    return el("dl.gs-facts", {}, known.map(([title, text]) => el("div", {}, el("dt", {}, title), el("dd", {}, text))));
  };

  /* The facts a definition asks for, in place of those a card shows by itself. */
  geoservice.definedFacts = (properties, columns) =>
    geoservice.facts(
      columns.map(({ property, title, shown_as: kind }) => {
        const values = geoservice.valuesAt(properties, property);
        return [geoservice.pick(title), values.length > 1 ? values : values[0], kind];
      }),
    );

  /* A bar of part against whole with the words beside it; nothing without a whole. */
  geoservice.bar = (title, part, whole, words, tone) => {
    const { el } = geoservice;
    if (!Number.isFinite(part) || !(whole > 0)) return null;
    const share = Math.max(0, Math.min(1, part / whole));
    const fill = el("span.gs-bar-fill");
    fill.style.width = `${share * 100}%`;
    if (tone) fill.style.background = tone;
    return el(
      "div.gs-bar",
      {},
      el("div.gs-bar-words", {}, el("span", {}, title), el("span", {}, words), el("b", {}, geoservice.format(part / whole, "percent"))),
      el("div.gs-bar-track", { role: "img", "aria-label": geoservice.format(share, "percent") }, fill),
    );
  };
})((globalThis.geoservice = globalThis.geoservice || {}));
