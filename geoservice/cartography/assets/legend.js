/* The legend is the filter: each class a button with its count, chosen classes alone are shown. */
(function (geoservice) {
  "use strict";

  /* Return {element, update()}. `toggle(layer, value)` is called on a click, `retheme(layer, number)` when the layer
     is to be coloured by another theme. */
  geoservice.createLegend = (layer, filters, toggle, retheme) => {
    const { el, pick } = geoservice;
    const bar = el("div.gs-share", { "aria-hidden": "true" });
    const list = el("div.gs-classes", { role: "group", "aria-label": pick(layer.title) });
    const title = el("span", {}, pick(layer.style.title || layer.title));
    const choice = themes(layer, retheme);
    const element = el("details.gs-legend", { open: true }, el("summary", {}, title), choice, bar, list);
    let [rows, drawn] = [[], null];

    // Readers who are told less see the classes they are told, not those that are hidden from them.
    const toldLess = () => {
      const carried = layer.carried();
      const told = layer.classes.filter((one, i) => one.value !== null && carried.has(i));
      return told.length > 0 && told.every(({ optional }) => optional);
    };
    const rebuild = () => {
      if (drawn === layer.classes) return;
      drawn = layer.classes;
      if (choice) [...choice.children].forEach((one, i) => one.setAttribute("aria-pressed", String(i === layer.theme)));
      rows = layer.classes.map((one) => row(one, () => toggle(layer, one.value)));
      geoservice.fill(list, rows);
      geoservice.fill(title, [pick(layer.style.title || layer.title)]);
    };
    const update = () => {
      rebuild();
      const coarse = toldLess();
      const { counts } = layer.sifted;
      const others = layer.siftedOther && layer.siftedOther.counts;
      const chosen = filters.chosen[layer.id] || new Set();
      const most = Math.max(1, ...counts);
      layer.classes.forEach((one, i) => {
        const on = chosen.has(one.value);
        rows[i].hidden = (coarse || Boolean(one.optional)) && !counts[i] && !on;
        rows[i].setAttribute("aria-pressed", String(on));
        rows[i].classList.toggle("gs-faded", chosen.size > 0 && !on);
        geoservice.fill(rows[i].lastChild, layer.state === "ready" ? counted(counts[i], others && others[i]) : []);
        rows[i].style.setProperty("--share", String(counts[i] / most));
      });
      geoservice.fill(bar, layer.classes.map((one, i) => segment(one, counts[i], chosen)));
      element.hidden = !layer.switchedOn;
    };
    return { element, update };
  };

  /* The ways a layer can be coloured; nothing where there is one. */
  function themes(layer, retheme) {
    if (layer.themes.length < 2) return null;
    const { el, pick, word } = geoservice;
    const button = (theme, number) => {
      const on = { click: () => retheme(layer, number) };
      return el("button.gs-theme", { type: "button", "aria-pressed": "false", on }, pick(theme.title || layer.title));
    };
    return el("div.gs-themes", { role: "group", "aria-label": word("theme") }, layer.themes.map(button));
  }

  /* A count, and beside it by how much it moves to the day that is compared. */
  function counted(count, other) {
    const { el, quantity } = geoservice;
    const number = quantity(count, "number").number;
    if (other === null || other === undefined) return [number];
    const moved = other - count;
    const sign = moved > 0 ? "+" : moved < 0 ? "−" : "±";
    return [number, el("small.gs-moved", {}, `→ ${quantity(other, "number").number} (${sign}${quantity(Math.abs(moved), "number").number})`)];
  }

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
