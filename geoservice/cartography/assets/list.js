/* The list of what is shown, with the filters above it. Rows have one height and are made as they are reached, so
   that a hundred thousand of them scroll like ten. */
(function (geoservice) {
  "use strict";

  const AHEAD = 40;

  /* Return {element, update(features), mark(feature)}. `scroller()` is the element that scrolls. */
  geoservice.createList = (layer, filters, { changed, select, hover, scroller }) => {
    const { el, word } = geoservice;
    const picks = layer.filters.map((column) => createPick(layer, filters, column, changed));
    const sorting = createSort(layer, () => update(shown));
    const unmapped = el("button.gs-chip", { type: "button", on: { click: () => flip(filters, changed) } });
    const clear = el("button.gs-chip", { type: "button", on: { click: () => reset(filters, changed) } }, word("clear"));
    const rows = el("ol.gs-rows", { "aria-label": word("list") });
    const element = el(
      "section.gs-list",
      {},
      el("div.gs-picks", {}, picks.map((pick) => pick.element), sorting.element),
      el("div.gs-chips", {}, unmapped, clear),
      rows,
    );
    const order = geoservice.createOrder(layer);
    let shown = [];
    let ordered = [];
    let made = [0, 0];
    let marked = null;

    /* Make the rows in sight and some around them. */
    const draw = (force = false) => {
      const height = rowHeight(rows);
      const box = scroller().getBoundingClientRect();
      const above = Math.max(0, box.top - rows.getBoundingClientRect().top);
      const from = Math.max(0, Math.floor(above / height) - AHEAD);
      const to = Math.min(ordered.length, Math.ceil((above + box.height) / height) + AHEAD);
      if (!force && from === made[0] && to === made[1]) return;
      made = [from, to];
      rows.style.setProperty("--before", `${from * height}px`);
      rows.style.setProperty("--after", `${(ordered.length - to) * height}px`);
      const line = (one, i) => row(one, layer, { select, hover, at: from + i, of: ordered.length, marked });
      geoservice.fill(rows, ordered.length ? ordered.slice(from, to).map(line) : [emptyNote(layer)]);
    };

    const update = (filtered) => {
      shown = filtered;
      ordered = order(filtered, sorting.value());
      draw(true);
      picks.forEach((pick) => pick.update());
      clear.hidden = !geoservice.isFiltered(filters);
      const { missing } = layer.sifted;
      unmapped.hidden = !missing;
      unmapped.setAttribute("aria-pressed", String(filters.unmapped));
      geoservice.fill(unmapped, [`${word("unmapped")} ${missing}`]);
    };

    /* Mark the row of what is selected, and bring it into sight. */
    const mark = (feature) => {
      marked = feature;
      draw(true);
      const at = feature ? ordered.indexOf(feature) : -1;
      if (at < 0 || innerWidth < 720) return;
      const [height, box] = [rowHeight(rows), scroller().getBoundingClientRect()];
      const top = rows.getBoundingClientRect().top + at * height - box.top;
      if (top < 64 || top > box.height - height) scroller().scrollBy({ top: top - box.height / 2 });
    };
    return { element, update, mark, listen: () => scroller().addEventListener("scroll", () => draw(), { passive: true }) };
  };

  function rowHeight(rows) {
    return Number.parseFloat(getComputedStyle(rows).getPropertyValue("--row")) || 56;
  }

  function createPick(layer, filters, column, changed) {
    const { el, pick, word } = geoservice;
    const name = `${layer.id}.${column.property}`;
    const choose = (event) => {
      filters.picked[name] = event.target.value;
      changed();
    };
    const element = el("select.gs-pick", { "aria-label": pick(column.title), on: { change: choose } });
    const update = () => {
      const options = layer.sifted.options(column);
      const wanted = filters.picked[name] || "";
      element.hidden = !wanted && options.length < 2;
      element.classList.toggle("gs-picked", Boolean(wanted));
      geoservice.fill(element, [
        el("option", { value: "" }, `${pick(column.title)} · ${word("all")}`),
        options.map(([value, count]) =>
          el(
            "option",
            { value, selected: String(value) === wanted },
            geoservice.word("optionCount").replace("{name}", () => geoservice.format(value, column.shown_as)).replace("{count}", count),
          ),
        ),
      ]);
    };
    return { element, update };
  }

  /* By what rows are sorted: as the definition says, by class, by name, or by any of the figures. */
  function createSort(layer, changed) {
    const { el, pick, word } = geoservice;
    const options = [
      ["", word("sortDefault")],
      ["name", word("sortName")],
      ...layer.definition.figures.filter((one) => !one.over).map((one) => [`+${one.sum}`, pick(one.title)]),
    ];
    if (layer.classes.length) options.splice(1, 0, ["class", word("sortClass")]);
    const element = el(
      "select.gs-pick.gs-sort",
      { "aria-label": word("sort"), on: { change: changed } },
      options.map(([value, title]) => el("option", { value }, `${word("sort")} · ${title}`)),
    );
    return { element, value: () => element.value || layer.definition.sort };
  }

  function row(feature, layer, { select, hover, at, of, marked }) {
    const { el, word } = geoservice;
    const { properties } = feature;
    const line = geoservice.secondLine(properties, layer.definition.line);
    return el(
      "li",
      { "aria-posinset": at + 1, "aria-setsize": of },
      el(
        "button.gs-row",
        {
          type: "button",
          "aria-current": feature === marked ? "true" : null,
          on: { click: () => select(feature), mouseenter: () => hover(feature), mouseleave: () => hover(null) },
        },
        geoservice.swatchOf(feature),
        el(
          "span.gs-row-text",
          {},
          el("span.gs-row-name", {}, geoservice.nameOf(properties)),
          line && el("span.gs-row-line", {}, line),
        ),
        properties.late === true && layer.day === null && el("span.gs-badge.gs-bad", {}, word("late")),
        feature.planned && el("span.gs-badge.gs-plan", {}, word("planned")),
        geoservice.staleBadge(properties, layer.definition),
        !feature.shape && el("span.gs-badge", {}, word("unmapped")),
      ),
    );
  }

  /* What the definition puts under the name: only what the reader may see and what is known. */
  geoservice.secondLine = (properties, columns) =>
    columns
      .map(({ property, shown_as: kind, title }) => {
        const value = geoservice.valuesAt(properties, property)[0];
        const text = typeof value === "object" ? geoservice.reasonText(value) : geoservice.format(value, kind);
        return text && title.zh !== property ? `${geoservice.pick(title)} ${text}` : text;
      })
      .filter(Boolean)
      .join(" · ");

  function emptyNote(layer) {
    const words = { ready: layer.features.length ? "empty" : "nothing", failed: "failed" };
    return geoservice.el("li.gs-empty", {}, geoservice.word(words[layer.state] || "loading"));
  }

  function flip(filters, changed) {
    filters.unmapped = !filters.unmapped;
    changed();
  }

  function reset(filters, changed) {
    Object.assign(filters, geoservice.freshFilters());
    changed();
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
