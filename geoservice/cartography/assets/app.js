/* Put the screen together: one state, one function that brings every panel up to date. */
(function (geoservice) {
  "use strict";

  geoservice.start = (map) => {
    const config = JSON.parse(document.getElementById("geoservice-config").textContent);
    geoservice.setLanguage(new URLSearchParams(location.search).get("lang") || config.language);
    geoservice.setVocabularies(config.vocabularies);
    document.documentElement.lang = geoservice.language() === "zh" ? "zh-CN" : "en";
    const title = config.item ? config.item.name : geoservice.pick(config.title);
    document.title = `${title} · ${geoservice.pick(config.city)}`;
    document.body.classList.toggle("gs-item-page", Boolean(config.item));
    document.documentElement.classList.toggle("gs-wall", geoservice.isWall());
    geoservice.screen = new Screen(map, config).open();
    return geoservice.screen;
  };

  class Screen {
    constructor(map, config) {
      this.map = map;
      this.config = config;
      this.today = geoservice.dayOf(config.today || new Date().toISOString());
      this.baseDay = config.asOf ? geoservice.dayOf(config.asOf) : this.today;
      this.filters = geoservice.freshFilters();
      this.layers = this._defined();
      this.main = this.layers.find((layer) => layer.id === config.main) || null;
      this.given = geoservice.readState(location.search, location.hash);
      for (const name of ["update", "select", "moveTo"]) this[name] = this[name].bind(this);
    }

    open() {
      geoservice.buildScreen(this);
      this.home(false);
      this._restore();
      this.update();
      this.opened = true;
      this.loader.reached();
      this._loadGround();
      if (this.config.item) this._openItem(this.config.item);
      this.map.on("moveend", () => this.remember());
      return this;
    }

    /* The day whose answers are shown, as a number. */
    day() {
      return this.shownDay ?? this.baseDay;
    }

    /* Bring map, legend, figures and list to the one filtered state. */
    update() {
      this.compare.refresh();
      for (const layer of this.layers) {
        layer.accepts = geoservice.legendPasses(layer, this.filters);
        layer.sift(this.filters);
      }
      this.legends.forEach((legend) => legend.update());
      this.remember();
      if (!this.main) return;
      this.figures.update(this.main.passed);
      this.list.update(this.main.passed);
    }

    /* Show the answers of another day. */
    moveTo(day) {
      this.shownDay = day;
      this.timebar.setDay(day);
      const judged = day === this.baseDay ? null : day;
      for (const layer of this.layers) if (layer.day !== judged) layer.setDay(judged);
      this.dateShown(day);
      this.update();
      this.loader.dayMoved();
    }

    /* Colour a layer by another of its themes; its classes are no longer chosen, they are others. */
    retheme(layer, number) {
      layer.setTheme(number);
      delete this.filters.chosen[layer.id];
      this.update();
    }

    /* Select a feature, or nothing; `go` also brings it into view. */
    select(feature, go = false) {
      this.highlight.select(feature);
      document.body.classList.toggle("gs-has-card", Boolean(feature));
      this.remember();
      if (this.list) this.list.mark(feature);
      if (!feature) return this.card.hide();
      this.sheet.rest("peek");
      this.card.show(feature);
      if (go && feature.shape) geoservice.flyTo(this.map, feature.shape.box);
      return undefined;
    }

    /* Open the ring of a park or district. */
    selectUnit(ring) {
      this.highlight.select(null);
      document.body.classList.add("gs-has-card");
      this.sheet.rest("peek");
      this.card.showUnit(ring);
    }

    /* Show the whole city: the given bounds, else what the main layer covers. */
    home(animate = true) {
      const card = Boolean(this.highlight.selected());
      geoservice.fitHome(this.map, this.config.bounds, this.main ? this.main.features : [], { card, animate });
      if (!animate) this.homeView = this._view();
    }

    /* A layer's features or roll have come. */
    arrived(layer) {
      if (layer === this.main) {
        if (!this.config.bounds && !this.given.view) this.home(false);
        const tracks = layer.track ? new Set(layer.everything.map((one) => one.track)) : [];
        this.timebar.setSpan(geoservice.spanOf(tracks));
      }
      this.update();
      this._recall(layer);
    }

    /* Open a feature by its key, on whichever layer it is. */
    async openKey(key) {
      const known = this.layers.flatMap((layer) => layer.features).find((one) => one.key === key);
      if (known) return this.select(known, true);
      const parcels = this.layers.find(({ definition }) => LAND.has(definition.source));
      if (!this.config.api || !parcels) return undefined;
      return this.status.run(parcels.title, async () => {
        const url = `${this.config.api}/${parcels.definition.source}/${encodeURIComponent(key)}`;
        this.select(parcels.read(await geoservice.fetchJson(url)), true);
      });
    }

    /* A page about one thing shows it at once; where no address tells of it alone, it comes with its layer. */
    async _openItem({ key }) {
      this.pending = key;
      const url = geoservice.detailUrl({ key, layer: this.main }, { api: this.config.api, day: () => geoservice.dateOf(this.day()) });
      if (!url) return undefined;
      return this.status.run(this.main.title, async () => {
        const answer = await geoservice.fetchJson(url);
        if (!this.highlight.selected()) this.select(this.main.read(answer), true);
      });
    }

    /* Keep the address the one this screen can be found at again. */
    remember() {
      if (this.restoring || this.config.item) return;
      const wanted = geoservice.writeState(this._state(), location.search);
      if (wanted === location.search + location.hash) return;
      try {
        history.replaceState(null, "", wanted || location.pathname);
      } catch {
        // Some browsers forbid it for files; the address then stays as it is.
      }
    }

    _view() {
      const { lat, lng } = this.map.getCenter();
      return { zoom: this.map.getZoom(), longitude: lng, latitude: lat };
    }

    _state() {
      const selected = this.highlight.selected();
      return {
        selected: selected && selected.key ? selected.key : this.pending || null,
        view: sameView(this._view(), this.homeView) ? null : this._view(),
        ground: this.backgrounds ? this.backgrounds.chosen() : "",
        day: this.day() === this.baseDay ? null : this.day(),
        compare: this.compare ? this.compare.day() : null,
        themes: this.layers.map((layer) => [layer.id, layer.theme]),
        layers: this.layers.some((one) => one.switchedOn !== one.definition.visible) ? this.layers.filter((one) => one.switchedOn).map(({ id }) => id) : null,
        chosen: Object.entries(this.filters.chosen).map(([id, set]) => [id, [...set]]),
        picked: Object.entries(this.filters.picked),
        unmapped: this.filters.unmapped,
      };
    }

    /* Take up the state the address names. */
    _restore() {
      this.restoring = true;
      const { view, ground, day, compare, themes, layers, chosen, picked, unmapped, selected } = this.given;
      const byId = new Map(this.layers.map((layer) => [layer.id, layer]));
      for (const [id, number] of themes) if (byId.has(id)) byId.get(id).setTheme(number);
      if (layers) this.layers.forEach((layer) => (layer.switchedOn = layers.has(layer.id)));
      for (const [id, values] of chosen) if (byId.has(id)) this.filters.chosen[id] = new Set(values);
      picked.forEach(([name, value]) => (this.filters.picked[name] = value));
      Object.assign(this.filters, { unmapped });
      if (view) this.map.setView([view.latitude, view.longitude], view.zoom, { animate: false });
      this.pending = selected;
      if (ground) this.backgrounds.choose(ground);
      if (day !== null) this.moveTo(day);
      if (compare !== null) this.compare.start(compare);
      this.restoring = false;
    }

    /* Open what the address names: #KEY. */
    _recall(layer) {
      const named = this.pending && layer.everything.find((one) => one.key === this.pending);
      if (!named || this.highlight.selected()) return;
      this.pending = null;
      this.select(named, !this.given.view);
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

    _loadGround() {
      this.status.run(geoservice.word("baseMap"), () =>
        Promise.all(
          this.config.base.map(async ({ theme, places }) => {
            this.ground.take(theme, await geoservice.loadFeatures(places));
          }),
        ),
      );
    }
  }

  /* Whether one sees the same: nothing has been moved. */
  function sameView(one, other) {
    return Boolean(other) && Object.keys(one).every((name) => Math.abs(one[name] - other[name]) < 1e-6);
  }

  const LAND = new Set(["availability", "parcels"]);
})((globalThis.geoservice = globalThis.geoservice || {}));
