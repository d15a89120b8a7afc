/* The foot of every card: where its facts come from, of when they are, how they came to be, and where to read on. */
(function (geoservice) {
  "use strict";

  const HISTORIES = new Set(["projects", "parcels", "availability", "demolition", "parks", "park_figures"]);
  const NOUN = { availability: "parcels", park_figures: "parks" };
  const PAGES = new Set(["projects", "parcels", "availability", "parks", "park_figures"]);
  const SHOWN = 6;

  /* The day a fact was written down; null where readers are not told. */
  geoservice.writtenOn = ({ recorded_at: recorded }) => (recorded ? recorded.slice(0, 10) : null);

  /* A badge on facts nobody has touched for longer than the layer allows; null on fresh ones. */
  geoservice.staleBadge = (properties, { stale_days: days }, now = new Date().toISOString()) => {
    const age = geoservice.daysBetween(geoservice.writtenOn(properties), now);
    if (!days || age === null || age <= days) return null;
    const title = `${geoservice.word("writtenOn")} ${geoservice.writtenOn(properties)}`;
    return geoservice.el("span.gs-badge.gs-stale", { title }, `${geoservice.word("stale")} ${age} ${geoservice.word("dayUnit")}`);
  };

  /* Return the elements of the foot for a feature as the card shows it. */
  geoservice.cardFoot = ({ key, layer }, properties, context) => {
    const { el, word } = geoservice;
    const { source } = layer.definition;
    const dates = [
      [word("shownDay"), context.day()],
      [word("figuresOn"), properties.figures_on],
      [word("validFrom"), properties.valid_from],
      [word("writtenOn"), geoservice.writtenOn(properties)],
      [word("version"), properties.version],
    ];
    const noun = NOUN[source] || source;
    const back = context.item && el("a.gs-link", { href: context.item.href }, word("onTheMap"));
    const link = !context.item && context.pages && PAGES.has(source) && key && el("a.gs-link", { href: `${context.pages}/${noun}/${encodeURIComponent(key)}${location.search.includes("lang=en") ? "?lang=en" : ""}` }, word("openPage"), geoservice.icon("external"));
    const history = context.history && context.api && HISTORIES.has(source) && key ? historySection(`${context.api}/${noun}/${encodeURIComponent(key)}/history`) : null;
    return [
      history,
      el("p.gs-foot", {}, dates.filter(([, value]) => value).map(([title, value]) => el("span", {}, `${title} ${value}`)), properties.notice && el("span", {}, properties.notice)),
      (link || back) && el("p.gs-links", {}, link || back),
    ];
  };

  /* The history, asked for when it is opened. */
  function historySection(url) {
    const { el, word } = geoservice;
    const body = el("div.gs-history");
    let asked = false;
    const open = async () => {
      if (asked) return;
      asked = true;
      geoservice.fill(body, [el("p.gs-tool-hint", {}, `${word("loading")} …`)]);
      try {
        const { versions } = await geoservice.fetchJson(url);
        geoservice.fill(body, [el("ol", {}, [...versions].reverse().slice(0, SHOWN).map(version))]);
      } catch (error) {
        asked = false;
        geoservice.fill(body, [el("p.gs-problem", { role: "alert" }, `${word("failed")}: ${error.message}`)]);
      }
    };
    return el("details.gs-section.gs-more-facts", { on: { toggle: open } }, el("summary", {}, word("history")), body);
  }

  function version({ version: number, valid_from: from, recorded_at: recorded, changes, by }) {
    const { el, word } = geoservice;
    const source = by && by.import ? by.import.file_name : by && by.action;
    const names = Object.keys(changes || {});
    return el(
      "li",
      {},
      el("span.gs-row-name", {}, `${word("version")} ${number} · ${word("validFrom")} ${from}`),
      el("span.gs-row-line", {}, [`${word("source")} ${source || "—"}`, by && by.actor, recorded && recorded.slice(0, 10), by && by.reason].filter(Boolean).join(" · ")),
      names.length > 0 && el("span.gs-row-line", {}, `${word("changed")} ${names.join(word("listComma"))}`),
    );
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
