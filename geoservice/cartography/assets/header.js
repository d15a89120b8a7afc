/* The bar on top: city, maps, date, notice, language, reader. */
(function (geoservice) {
  "use strict";

  geoservice.createHeader = (config) => {
    const { el, pick, word } = geoservice;
    const time = el("time", {}, config.asOf);
    const kind = el("span", {}, word("asOf"));
    const date = config.asOf && el("span.gs-date", {}, kind, time);
    const showDay = (day, planned) => {
      geoservice.fill(time, [day]);
      geoservice.fill(kind, [word(day === config.asOf ? "asOf" : planned ? "plannedFor" : "shownDay")]);
      if (date) date.classList.toggle("gs-date-moved", day !== config.asOf);
    };
    const element = el(
      "header.gs-header",
      {},
      el("div.gs-brand", {}, el("span.gs-mark", { "aria-hidden": "true" }), el("strong", {}, pick(config.city))),
      switcher(config),
      el("span.gs-spring"),
      config.notice && el("span.gs-notice", {}, pick(config.notice)),
      date,
      desk(config),
      languageLink(),
      config.account && el("a.gs-account", { href: config.account.href }, pick(config.account.title)),
      config.viewer && el("span.gs-viewer", {}, pick(config.viewer)),
    );
    return { element, showDay };
  };

  /* The other maps of the city; a single file knows none and says just its own title. */
  function switcher({ maps, name, title }) {
    const { el, pick, word } = geoservice;
    if (!maps.length) return el("span.gs-title", {}, pick(title));
    const link = (one) => {
      const on = { click: (event) => (event.currentTarget.href = kept(one.href)) };
      return el("a", { href: kept(one.href), "aria-current": one.name === name ? "page" : null, on }, pick(one.title));
    };
    return el("nav.gs-maps", { "aria-label": word("maps") }, maps.map(link));
  }

  /* The pages beside the maps, behind one button: registers, imports, the open door. */
  function desk({ places }) {
    if (!places.length) return null;
    const { el, pick, word } = geoservice;
    const lang = geoservice.language();
    const link = (one) => el("li", {}, el("a", { href: geoservice.withParameters(one.href, { lang }) }, pick(one.title)));
    const menu = el("details.gs-desk", {}, el("summary", {}, word("places")), el("ul", {}, places.map(link)));
    document.addEventListener("pointerdown", (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      event.stopPropagation();
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    return menu;
  }

  function languageLink() {
    const other = geoservice.language() === "zh" ? "en" : "zh";
    const address = () => {
      const here = new URL(location.href);
      here.searchParams.set("lang", other);
      return here.href;
    };
    const title = geoservice.word("otherLanguageTitle");
    const on = { click: (event) => (event.currentTarget.href = address()) };
    return geoservice.el(
      "a.gs-language",
      { href: address(), on, title, lang: other === "zh" ? "zh-CN" : "en" },
      geoservice.word("otherLanguage"),
    );
  }

  /* What is kept from map to map: the language, where one looks and which day. */
  function kept(href) {
    const given = new URLSearchParams(location.search);
    const wanted = ["lang", "view", "day", "datetime"].filter((name) => given.has(name));
    return geoservice.withParameters(href, Object.fromEntries(wanted.map((name) => [name, given.get(name)])));
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
