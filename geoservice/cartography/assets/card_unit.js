/* The card of a ring: what a park or district holds by class, its largest entries, and the way into it. */
(function (geoservice) {
  "use strict";

  const MOST_ROWS = 8;

  /* Return [head, body] of a ring {units, counts, total, layer}. */
  geoservice.unitCard = (ring, context) => {
    const { el, pick, word, section, quantity } = geoservice;
    const { layer, units, counts, total } = ring;
    const rows = units.flatMap((unit) => unit.rows);
    const unmapped = units.reduce((sum, unit) => sum + unit.unmapped, 0);
    const box = geoservice.boxAround(rows);
    const act = (title, run) => el("button.gs-chip.gs-action", { type: "button", on: { click: run } }, title);
    const head = [
      el("p.gs-kicker", {}, `${pick(layer.title)} ${quantity(total, "number").number}`),
      el("h2", {}, geoservice.ringName(ring)),
      el("p.gs-badges", {}, box && act(word("zoomHere"), () => context.zoomTo(box)), units.length === 1 && units[0].kind !== "none" && act(word("listHere"), () => context.narrowTo(units[0]))),
    ];
    const body = [
      section(pick(layer.style.title || layer.title), geoservice.shareBar(layer.classes, counts), unmapped > 0 && el("p.gs-tool-hint", {}, `${word("unmapped")} ${unmapped}`)),
      units.length > 1 && section(word("units"), el("ul.gs-rows", {}, units.map((unit) => unitRow(unit)))),
      rows.length > 0 && section(word("list"), el("ul.gs-rows", {}, largest(rows, layer).map((one) => rowOf(one, context)))),
    ];
    return [head, body];
  };

  /* Classes with their counts as one bar and a list. */
  geoservice.shareBar = (classes, counts) => {
    const { el, pick } = geoservice;
    const parts = classes.map((one, i) => {
      if (!counts[i]) return null;
      const part = el("span");
      part.style.flexGrow = String(counts[i]);
      part.style.background = one.colour;
      return part;
    });
    const rows = classes.map((one, i) => (counts[i] ? el("li", {}, geoservice.swatch(one), pick(one.title), el("b", {}, geoservice.format(counts[i], "number"))) : null));
    return [el("div.gs-share", { "aria-hidden": "true" }, parts), el("ul.gs-mini", {}, rows)];
  };

  function unitRow(unit) {
    const { el, format } = geoservice;
    return el("li.gs-row", {}, el("span.gs-row-text", {}, el("span.gs-row-name", {}, geoservice.ringName({ units: [unit] }))), el("b", {}, format(unit.total, "number")));
  }

  function largest(rows, { definition }) {
    const by = definition.figures.length ? definition.figures[0].sum : null;
    const size = ({ properties }) => (by ? properties[by] || 0 : 0);
    return [...rows].sort((a, b) => size(b) - size(a) || a.rank - b.rank).slice(0, MOST_ROWS);
  }

  function rowOf(one, context) {
    const { el } = geoservice;
    const line = geoservice.secondLine(one.properties, one.layer.definition.line);
    return el(
      "li",
      {},
      el(
        "button.gs-row",
        { type: "button", on: { click: () => context.open(one.key) } },
        geoservice.swatchOf(one),
        el("span.gs-row-text", {}, el("span.gs-row-name", {}, geoservice.nameOf(one.properties)), line && el("span.gs-row-line", {}, line)),
      ),
    );
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
