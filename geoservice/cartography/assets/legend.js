/* The legend is the filter: each class a button with its count, chosen classes alone are shown. */
(function (geoservice) {
  "use strict";

  /* Return {element, update()}. `toggle(layer, value)` is called on a click. */
  geoservice.createLegend = (layer, filters, toggle) => {
    const { el, pick } = geoservice;
    const bar = el("div.gs-share", { "aria-hidden": "true" });
    const rows = layer.classes.map((one) => row(one, () => toggle(layer, one.value)));
    const list = el("div.gs-classes", { role: "group", "aria-label": pick(layer.title) }, rows);
    const title = pick(layer.definition.style.title || layer.title);
    const element = el("details.gs-legend", { open: true }, el("summary", {}, title), bar, list);
    const toldLess = () => {
      const carried = new Set(layer.features.map(({ number }) => number));
      const told = layer.classes.filter((one, i) => one.value !== null && carried.has(i));
      // Readers who are told less see the classes they are told, not those that are hidden from them.
      return told.length > 0 && told.every(({ optional }) => optional);
    };
    const update = () => {
      const coarse = toldLess();
      const counts = geoservice.classCounts(layer, filters);
      const chosen = filters.chosen[layer.id] || new Set();
      const most = Math.max(1, ...counts);
      layer.classes.forEach((one, i) => {
        const on = chosen.has(one.value);
        rows[i].hidden = (coarse || Boolean(one.optional)) && !counts[i] && !on;
        rows[i].setAttribute("aria-pressed", String(on));
        rows[i].classList.toggle("gs-faded", chosen.size > 0 && !on);
        rows[i].lastChild.textContent =
          layer.state === "ready" ? geoservice.quantity(counts[i], "number").number : "";
        rows[i].style.setProperty("--share", String(counts[i] / most));
      });
      geoservice.fill(bar, layer.classes.map((one, i) => segment(one, counts[i], chosen)));
      element.hidden = !layer.switchedOn;
    };
    return { element, update };
  };

  function row(one, act) {
    const { el, pick, swatch } = geoservice;
    return el(
      "button.gs-class",
      { type: "button", "aria-pressed": "false", on: { click: act } },
      swatch(one),
      el("span.gs-class-title", {}, pick(one.title)),
      el("span.gs-count"),
    );
  }

  function segment(one, count, chosen) {
    if (!count) return null;
    const part = geoservice.el("span");
    part.style.flexGrow = String(count);
    part.style.background = one.colour;
    if (chosen.size && !chosen.has(one.value)) part.className = "gs-faded";
    return part;
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
