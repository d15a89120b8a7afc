/* Put the screen together: one state, one function that brings every panel up to date. */
(function (geoservice) {
  "use strict";

  geoservice.start = (map) => {
    const config = JSON.parse(document.getElementById("geoservice-config").textContent);
    geoservice.setLanguage(new URLSearchParams(location.search).get("lang") || config.language);
    geoservice.setVocabularies(config.vocabularies);
    document.documentElement.lang = geoservice.language() === "zh" ? "zh-CN" : "en";
    document.title = `${geoservice.pick(config.title)} · ${geoservice.pick(config.city)}`;
    return new Screen(map, config).open();
  };

  class Screen {
    constructor(map, config) {
      this.map = map;
      this.config = config;
      this.filters = geoservice.freshFilters();
      this.layers = this._defined();
      this.main = this.layers.find((layer) => layer.id === config.main) || null;
      this.update = this.update.bind(this);
      this.select = this.select.bind(this);
    }

    open() {
      this._build();
      this.home(false);
      this.update();
      this._load();
      return this;
    }

    /* Bring map, legend, figures and list to the one filtered state. */
    update() {
      for (const layer of this.layers) layer.show(geoservice.filtered(layer, this.filters));
      this.legends.forEach((legend) => legend.update());
      if (!this.main) return;
      const features = geoservice.filtered(this.main, this.filters);
      this.figures.update(features);
      this.list.update(features);
    }

    /* Select a feature, or nothing; `go` also brings it into view. */
    select(feature, go = false) {
      this.highlight.select(feature);
      document.body.classList.toggle("gs-has-card", Boolean(feature));
      remember(feature);
      if (!feature) return this.card.hide();
      this.sheet.rest("peek");
      this.card.show(feature);
      if (go) this._goTo(feature);
      return undefined;
    }

    /* Show the whole city: the given bounds, else what the main layer covers. */
    home(animate = true) {
      const [west, south, east, north] = this.config.bounds || this._extent() || [];
      if (west === undefined) return;
      const card = Boolean(this.highlight.selected());
      this.map.fitBounds([[south, west], [north, east]], { ...this._padding(card), animate });
    }

    _defined() {
      const byId = new Map();
      this.map.eachLayer((layer) => {
        if (layer instanceof geoservice.FeatureLayer) byId.set(layer.id, layer);
        if (layer instanceof geoservice.Basemap) this.ground = layer;
      });
      return this.config.layers.map((definition, order) => {
        const layer = byId.get(definition.id);
        layer.define(definition, order, this.config);
        return layer;
      });
    }

    _build() {
      const { map, config, layers } = this;
      const { el, pick } = geoservice;
      this.status = geoservice.createStatus();
      this.highlight = geoservice.createHighlight(map);
      map.getContainer().setAttribute("aria-label", pick(config.title));
      this.card = geoservice.createCard(this._cardContext(), () => this.select(null));
      this.legends = [...layers]
        .reverse()
        .filter((layer) => layer.classes.length && layer.definition.legend)
        .map((layer) => geoservice.createLegend(layer, this.filters, this._toggle.bind(this)));
      const go = (feature) => this.select(feature, true);
      this.search = geoservice.createSearch({
        features: () => layers.flatMap((layer) => layer.features),
        remote: config.api ? (query) => this._ask(query) : null,
        select: go,
        focused: () => this.sheet.rest("full"),
      });
      if (this.main) {
        this.figures = geoservice.createFigures(this.main);
        this.list = geoservice.createList(this.main, this.filters, { changed: this.update, select: go });
      }
      this.panel = el(
        "aside.gs-panel",
        { "aria-label": pick(config.title) },
        this.search.element,
        el("div.gs-intro", {}, el("h1", {}, pick(config.title)), el("p", {}, pick(config.subtitle))),
        this.main && this.figures.element,
        el("p.gs-small-print", {}, this._smallPrint()),
        this.legends.map((legend) => legend.element),
        this.main && this.list.element,
      );
      const stamp = config.stamp && el("p.gs-stamp", {}, pick(config.stamp));
      document.body.prepend(geoservice.createHeader(config));
      const parts = [this._controls(), this.panel, this.card.element, this.status.element, stamp];
      document.body.append(...parts.filter(Boolean));
      this.sheet = geoservice.createSheet(this.panel);
      geoservice.addScale(map);
      geoservice.watchPointer(map, () => [...layers].reverse(), { ...this.highlight, select: this.select });
      document.addEventListener("keydown", (event) => event.key === "Escape" && this.select(null));
      map.on("zoomend", () => this._loadReached());
    }

    /* On a phone the header has no room for the date and the notice, and no figure is without its date. */
    _smallPrint() {
      const { asOf, notice } = this.config;
      const date = asOf && `${geoservice.word("asOf")} ${asOf}`;
      return [date, geoservice.pick(notice)].filter(Boolean).join(" · ");
    }

    _toggle(layer, value) {
      geoservice.toggleClass(this.filters, layer.id, value);
      this.update();
    }

    _load() {
      this.status.run({ zh: "底图", en: "base map" }, () =>
        Promise.all(
          this.config.base.map(async ({ theme, places }) => {
            this.ground.take(theme, await geoservice.loadFeatures(places));
          }),
        ),
      );
      this._loadReached();
    }

    _controls() {
      const { map, layers, ground, config } = this;
      const themes = config.base.map(({ theme }) => theme);
      const control = geoservice.createLayerControl(layers, themes, {
        changed: () => {
          this.update();
          this._loadReached();
        },
        show: (theme, on) => ground.show(theme, on),
        zoom: () => map.getZoom(),
      });
      return geoservice.createControls(map, { home: () => this.home(), layerControl: control.element });
    }

    /* Fetch what has come into reach: the main layer at once, others when they are to be seen. */
    _loadReached() {
      for (const layer of this.layers) {
        const wanted = layer === this.main || layer.visibleAt(this.map.getZoom());
        if (layer.state !== "waiting" || !wanted) continue;
        layer.state = "loading";
        this.status.run(layer.title, async (progress) => {
          layer.take(await this._featuresOf(layer, progress));
          if (layer === this.main && !this.config.bounds) this.home(false);
          this.update();
          this._recall(layer);
        });
      }
    }

    /* The features of a layer; when they do not come, the screen says so until they do. */
    async _featuresOf(layer, progress) {
      try {
        return await geoservice.loadFeatures(layer.definition.places, progress);
      } catch (error) {
        layer.state = "failed";
        this.update();
        throw error;
      }
    }

    /* Open what the address names: #KEY. */
    _recall(layer) {
      const key = decodeURIComponent(location.hash.slice(1));
      const named = key && layer.features.find((one) => one.key === key);
      if (named && !this.highlight.selected()) this.select(named, true);
    }

    async _ask(query) {
      const sources = this.layers.filter((layer) => layer.state !== "ready" && layer.definition.places[0].url);
      const answers = sources.map(async (layer) => {
        const url = geoservice.withParameters(layer.definition.places[0].url, { q: query, limit: 8 });
        const { features } = await geoservice.fetchJson(url);
        return features.map((one) => layer.read(one));
      });
      const settled = await Promise.allSettled(answers);
      return settled.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
    }

    _cardContext() {
      const { config } = this;
      return {
        api: config.api,
        asOf: config.asOf,
        today: config.asOf || new Date().toISOString().slice(0, 10),
        vocabularies: config.vocabularies,
        mainLayers: this.main ? [this.main] : [],
        layerClasses: (name) => config.palettes[name] || [],
        open: (key) => this._openKey(key),
      };
    }

    async _openKey(key) {
      const known = this.layers.flatMap((layer) => layer.features).find((one) => one.key === key);
      if (known) return this.select(known, true);
      const parcels = this.layers.find((layer) => layer.definition.source === "parcels");
      if (!this.config.api || !parcels) return undefined;
      return this.status.run(parcels.title, async () => {
        const answer = await geoservice.fetchJson(`${this.config.api}/parcels/${encodeURIComponent(key)}`);
        this.select(parcels.read(answer), true);
      });
    }

    _goTo({ shape }) {
      if (!shape) return;
      const [west, north] = geoservice.toDegrees(shape.box[0], shape.box[1]);
      const [east, south] = geoservice.toDegrees(shape.box[2], shape.box[3]);
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      const view = { ...this._padding(true), maxZoom: 15.5, duration: 0.7, animate: !still };
      this.map[still ? "fitBounds" : "flyToBounds"]([[south, west], [north, east]], view);
    }

    /* Keep what is shown clear of the panels. */
    _padding(card = false) {
      if (innerWidth < 720) return { paddingTopLeft: [16, 16], paddingBottomRight: [16, card ? innerHeight * 0.5 : 184] };
      return { paddingTopLeft: [392, 24], paddingBottomRight: [card ? 456 : 80, 40] };
    }

    _extent() {
      const boxes = (this.main ? this.main.features : []).filter((one) => one.shape).map((one) => one.shape.box);
      if (!boxes.length) return null;
      const edge = (i, choose) => boxes.reduce((best, box) => choose(best, box[i]), boxes[0][i]);
      const [west, north] = geoservice.toDegrees(edge(0, Math.min), edge(1, Math.min));
      const [east, south] = geoservice.toDegrees(edge(2, Math.max), edge(3, Math.max));
      return [west, south, east, north];
    }
  }

  /* The address names what is selected, so that it can be passed on. */
  function remember(feature) {
    const hash = feature && feature.key ? `#${encodeURIComponent(feature.key)}` : "";
    if (location.hash === hash) return;
    try {
      history.replaceState(null, "", hash || location.pathname + location.search);
    } catch {
      // Some browsers forbid it for files; the address then stays as it is.
    }
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
