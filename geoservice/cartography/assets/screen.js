/* Build the panels of the screen and tie them to its state. */
(function (geoservice) {
  "use strict";

  geoservice.buildScreen = (screen) => {
    const { map, config, layers, main } = screen;
    const { el, pick } = geoservice;
    map.getContainer().setAttribute("aria-label", `${pick(config.title)} · ${geoservice.word("mapKeys")}`);
    map.getContainer().setAttribute("role", "main");
    screen.status = geoservice.createStatus();
    screen.highlight = geoservice.createHighlight(map);
    screen.donuts = geoservice.createDonuts(layers);
    geoservice.canvasOf(map).addPainter(screen.donuts);
    screen.loader = geoservice.createLoader(screen);
    screen.card = geoservice.createCard(cardContext(screen), () => screen.select(null));
    screen.timebar = geoservice.createTimebar({ today: screen.today, base: screen.baseDay, moved: screen.moveTo });
    screen.compare = geoservice.createCompare(screen);
    screen.tools = geoservice.createTools(screen);
    screen.backgrounds = geoservice.createBackgrounds(map, screen.ground, config.backgrounds || [], () => screen.remember());
    panels(screen);
    screen.panel = el(
      "aside.gs-panel",
      { "aria-label": pick(config.title) },
      screen.search.element,
      el("div.gs-intro", {}, el("h1", {}, pick(config.title)), el("p", {}, pick(config.subtitle))),
      config.period && period(config.period),
      main && screen.figures.element,
      el("p.gs-small-print", {}, smallPrint(config)),
      screen.legends.map((legend) => legend.element),
      main && screen.list.element,
    );
    const stamp = el("footer.gs-stamp", {}, screen.backgrounds.source, pick(config.stamp));
    const header = geoservice.createHeader(config);
    screen.dateShown = (day) => header.showDay(geoservice.dateOf(day), day > screen.today);
    document.body.prepend(...[skipLink(screen), header.element].filter(Boolean));
    const parts = [controls(screen), screen.timebar.element, screen.panel, screen.compare.element, screen.tools.element];
    const mark = config.watermark && geoservice.createWatermark(pick(config.watermark));
    document.body.append(...[...parts, screen.card.element, screen.status.element, stamp, mark].filter(Boolean));
    if (main) screen.list.listen();
    screen.sheet = geoservice.createSheet(screen.panel);
    geoservice.addScale(map);
    listen(screen);
  };

  /* The first thing a keyboard reaches leads past header and map, to what they list. */
  function skipLink({ panel, main }) {
    panel.id = "gs-panel";
    panel.tabIndex = -1;
    const skip = (event) => {
      event.preventDefault();
      geoservice.screen.sheet.rest("full");
      (panel.querySelector(".gs-row") || panel).focus();
    };
    return main && geoservice.el("a.gs-skip", { href: "#gs-panel", on: { click: skip } }, geoservice.word("skipToList"));
  }

  function panels(screen) {
    const { layers, main, filters } = screen;
    const go = (feature) => screen.select(feature, true);
    const toggle = (layer, value) => {
      geoservice.toggleClass(filters, layer.id, value);
      screen.update();
    };
    screen.legends = [...layers]
      .reverse()
      .filter((layer) => layer.classes.length && layer.definition.legend)
      .map((layer) => geoservice.createLegend(layer, filters, toggle, (one, number) => screen.retheme(one, number)));
    screen.search = geoservice.createSearch({
      features: () => layers.flatMap((layer) => layer.features),
      remote: screen.config.api ? (query) => screen.loader.search(query) : null,
      select: go,
      focused: () => screen.sheet.rest("full"),
    });
    if (!main) return;
    screen.figures = geoservice.createFigures(main);
    const hover = (feature) => screen.highlight.hover(feature);
    screen.list = geoservice.createList(main, filters, { changed: screen.update, select: go, hover, scroller: () => screen.panel });
  }

  function controls(screen) {
    const { map, layers, ground, config } = screen;
    const layerControl = geoservice.createLayerControl(layers, config.base.map(({ theme }) => theme), {
      changed: () => {
        screen.update();
        screen.loader.reached();
      },
      show: (theme, on) => ground.show(theme, on),
      zoom: () => map.getZoom(),
      backgrounds: screen.backgrounds,
    });
    return geoservice.createControls(map, {
      home: () => screen.home(),
      layerControl: layerControl.element,
      tools: screen.tools.buttons,
      compare: screen.compare.button,
      print: () => globalThis.print(),
    });
  }

  function listen(screen) {
    const { map, layers } = screen;
    geoservice.watchPointer(map, () => [...layers].reverse(), {
      ...screen.highlight,
      select: screen.select,
      ringAt: (x, y) => screen.donuts.hit(x, y),
      selectUnit: (ring) => screen.selectUnit(ring),
      busy: () => screen.tools.active(),
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      if (screen.tools.active()) screen.tools.stop();
      else screen.select(null);
    });
    // While the screen is put together the view jumps: nothing is asked for at zooms nobody looks at.
    map.on("zoomend", () => screen.opened && screen.loader.reached());
  }

  function cardContext(screen) {
    const { config, main } = screen;
    return {
      api: config.api,
      pages: config.pages,
      item: config.item,
      history: config.history,
      day: () => geoservice.dateOf(screen.day()),
      isBaseDay: () => screen.day() === screen.baseDay,
      vocabularies: config.vocabularies,
      mainLayers: main ? [main] : [],
      layerClasses: (name) => config.palettes[name] || [],
      open: (key) => screen.openKey(key),
      zoomTo: (box) => geoservice.flyTo(screen.map, box),
      narrowTo: (unit) => narrow(screen, unit),
    };
  }

  /* List what lies in one park or district, where the list can be narrowed by it. */
  function narrow(screen, { kind, key, name }) {
    const column = screen.main.filters.find(({ property }) => property === kind || property === `${kind}_name`);
    if (!column) return;
    screen.filters.picked[`${screen.main.id}.${column.property}`] = column.property === kind ? key : name;
    screen.update();
    screen.sheet.rest("half");
  }

  /* The two days changes are counted between; other days are asked for with the page. */
  function period(days) {
    const { el, word } = geoservice;
    const fields = ["since", "datetime"].map((name, i) => el("input", { type: "date", name, value: days[i], required: true, "aria-label": word(i ? "until" : "since") }));
    const go = () => {
      if (!fields.every((one) => one.value)) return;
      const given = new URLSearchParams(location.search);
      fields.forEach((one) => given.set(one.name, one.value));
      location.search = given.toString();
    };
    fields.forEach((one) => one.addEventListener("change", go));
    return el("div.gs-period", {}, fields[0], el("span", { "aria-hidden": "true" }, "→"), fields[1]);
  }

  /* On a phone the header has no room for the date and the notice, and no figure is without its date. */
  function smallPrint({ asOf, notice }) {
    const date = asOf && `${geoservice.word("asOf")} ${asOf}`;
    return [date, geoservice.pick(notice)].filter(Boolean).join(" · ");
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
