/* The list of what is shown, with the filters above it; rows are made as they are reached. */
(function (geoservice) {
  "use strict";

  const STEP = 60;

  /* Return {element, update(features)}. */
  geoservice.createList = (layer, filters, { changed, select }) => {
    const { el, word } = geoservice;
    const picks = layer.filters.map((column) => createPick(layer, filters, column, changed));
    const unmapped = el("button.gs-chip", { type: "button", on: { click: () => flip(filters, changed) } });
    const clear = el("button.gs-chip", { type: "button", on: { click: () => reset(filters, changed) } }, word("clear"));
    const rows = el("ol.gs-rows", { "aria-label": word("list") });
    const more = el("button.gs-more", { type: "button", on: { click: () => extend() } }, word("more"));
    const element = el(
      "section.gs-list",
      {},
      el("div.gs-picks", {}, picks.map((pick) => pick.element)),
      el("div.gs-chips", {}, unmapped, clear),
      rows,
      more,
    );
    let features = [];
    let made = 0;

    const extend = () => {
      features.slice(made, made + STEP).forEach((one) => rows.append(row(one, layer, select)));
      made = Math.min(made + STEP, features.length);
      more.hidden = made >= features.length;
    };
    new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && extend()).observe(more);

    const update = (filtered) => {
      features = inOrder(filtered, layer);
      made = 0;
      geoservice.fill(rows, features.length ? [] : [emptyNote(layer)]);
      extend();
      picks.forEach((pick) => pick.update());
      clear.hidden = !geoservice.isFiltered(filters);
      const missing = layer.features.filter((one) => !one.shape).length;
      unmapped.hidden = !missing;
      unmapped.setAttribute("aria-pressed", String(filters.unmapped));
      geoservice.fill(unmapped, [`${word("unmapped")} ${missing}`]);
    };
    return { element, update };
  };

  function createPick(layer, filters, column, changed) {
    const { el, pick, word } = geoservice;
    const name = `${layer.id}.${column.property}`;
    const choose = (event) => {
      filters.picked[name] = event.target.value;
      changed();
    };
    const element = el("select.gs-pick", { "aria-label": pick(column.title), on: { change: choose } });
    const update = () => {
      const options = geoservice.pickOptions(layer, filters, column);
      const wanted = filters.picked[name] || "";
      element.hidden = !wanted && options.length < 2;
      element.classList.toggle("gs-picked", Boolean(wanted));
      geoservice.fill(element, [
        el("option", { value: "" }, `${pick(column.title)} · ${word("all")}`),
        options.map(([value, count]) =>
          el(
            "option",
            { value, selected: String(value) === wanted },
            `${geoservice.format(value, column.shown_as)}（${count}）`,
          ),
        ),
      ]);
    };
    return { element, update };
  }

  function row(feature, layer, select) {
    const { el, word } = geoservice;
    const { properties } = feature;
    const line = geoservice.secondLine(properties, layer.definition.line);
    return el(
      "li",
      {},
      el(
        "button.gs-row",
        { type: "button", on: { click: () => select(feature) } },
        geoservice.swatchOf(feature),
        el(
          "span.gs-row-text",
          {},
          el("span.gs-row-name", {}, geoservice.nameOf(properties)),
          line && el("span.gs-row-line", {}, line),
        ),
        properties.late === true && el("span.gs-badge.gs-bad", {}, word("late")),
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

  /* The largest by the first figure first, within their class where the definition says so; then by name. */
  function inOrder(features, { definition }) {
    const by = definition.figures.length ? definition.figures[0].sum : null;
    const size = (one) => (by && Number.isFinite(one.properties[by]) ? one.properties[by] : -1);
    const name = (one) => geoservice.nameOf(one.properties);
    const rank = (one) => (definition.sort === "class" ? one.number : 0);
    return [...features].sort((a, b) => rank(a) - rank(b) || size(b) - size(a) || name(a).localeCompare(name(b), "zh-CN"));
  }

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
