/* The bar on top: city, maps, date, notice, language, reader. */
(function (geoservice) {
  "use strict";

  geoservice.createHeader = (config) => {
    const { el, pick, word } = geoservice;
    return el(
      "header.gs-header",
      {},
      el("div.gs-brand", {}, el("span.gs-mark", { "aria-hidden": "true" }), el("strong", {}, pick(config.city))),
      switcher(config),
      el("span.gs-spring"),
      config.notice && el("span.gs-notice", {}, pick(config.notice)),
      config.asOf && el("span.gs-date", {}, el("span", {}, word("asOf")), el("time", {}, config.asOf)),
      languageLink(),
      config.account && el("a.gs-account", { href: config.account.href }, pick(config.account.title)),
      config.viewer && el("span.gs-viewer", {}, pick(config.viewer)),
    );
  };

  /* The other maps of the city; a single file knows none and says just its own title. */
  function switcher({ maps, name, title }) {
    const { el, pick, word } = geoservice;
    if (!maps.length) return el("span.gs-title", {}, pick(title));
    const link = (one) =>
      el("a", { href: withLanguage(one.href), "aria-current": one.name === name ? "page" : null }, pick(one.title));
    return el("nav.gs-maps", { "aria-label": word("maps") }, maps.map(link));
  }

  function languageLink() {
    const other = geoservice.language() === "zh" ? "en" : "zh";
    const address = new URL(location.href);
    address.searchParams.set("lang", other);
    const title = geoservice.word("otherLanguageTitle");
    return geoservice.el(
      "a.gs-language",
      { href: address.href, title, lang: other === "zh" ? "zh-CN" : "en", "aria-label": title },
      geoservice.word("otherLanguage"),
    );
  }

  function withLanguage(href) {
    const chosen = new URLSearchParams(location.search).get("lang");
    return chosen ? geoservice.withParameters(href, { lang: chosen }) : href;
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
