/* The card of what is selected: shown at once with what the map knows, completed by the service. */
(function (geoservice) {
  "use strict";

  const KINDS = {
    projects: { body: () => geoservice.projectCard, detail: "projects" },
    parcels: { body: () => geoservice.parcelCard, detail: "availability" },
    availability: { body: () => geoservice.parcelCard, detail: "availability" },
    demolition: { body: () => geoservice.demolitionCard, detail: "demolition" },
    parks: { body: () => geoservice.parkCard, detail: "parks" },
    park_figures: { body: () => geoservice.parkCard, detail: null },
    contradictions: { body: () => geoservice.contradictionCard, detail: null },
    blockers: { body: () => geoservice.blockerCard, detail: null },
    changes: { body: () => geoservice.changeCard, detail: null },
  };

  /* Return {element, show(feature), showUnit(ring), hide()}. `context` is what cards may ask for. */
  geoservice.createCard = (context, close) => {
    const { el, word } = geoservice;
    const head = el("div.gs-card-head");
    const body = el("div.gs-card-body");
    const shut = el(
      "button.gs-button",
      { type: "button", title: `${word("close")} (Esc)`, "aria-label": word("close"), on: { click: close } },
      geoservice.icon("close"),
    );
    const top = el("div.gs-card-top", {}, head, shut);
    const element = el("aside.gs-card", { hidden: true, tabindex: "-1", "aria-label": word("facts") }, top, body);
    let current = null;

    const show = async (feature) => {
      current = feature;
      element.hidden = false;
      body.scrollTop = 0;
      fill(feature, feature.properties);
      const url = geoservice.detailUrl(feature, context);
      if (!url) return;
      element.setAttribute("aria-busy", "true");
      try {
        const answer = await geoservice.fetchJson(url);
        if (current !== feature) return;
        // What the map knows of a day stays where the answer tells readers less.
        fill(feature, { ...feature.properties, ...(answer.properties || answer) });
      } catch (error) {
        const said = `${word("detailFailed")}: ${error.message}`;
        if (current === feature) body.append(el("p.gs-problem", { role: "alert" }, said));
      }
      if (current === feature) element.removeAttribute("aria-busy");
    };
    const fill = (feature, properties) => {
      geoservice.fill(head, heading(feature, properties));
      geoservice.fill(body, [...sections(feature, properties, context).flat(), geoservice.cardFoot(feature, properties, context)]);
    };
    const showUnit = (ring) => {
      current = ring;
      element.hidden = false;
      const [top, content] = geoservice.unitCard(ring, context);
      geoservice.fill(head, top);
      geoservice.fill(body, content);
    };
    const hide = () => {
      current = null;
      element.hidden = true;
    };
    return { element, show, showUnit, hide };
  };

  function heading(feature, properties) {
    const { el, pick, word } = geoservice;
    const swatch = feature.layer.classes[feature.number];
    const words = [pick(feature.layer.title), swatch && pick(swatch.title)].filter(Boolean).join(" · ");
    const side = properties.side_state && properties.side_state !== "normal";
    return [
      el("p.gs-kicker", {}, geoservice.swatchOf(feature), words),
      el("h2", {}, geoservice.nameOf(properties)),
      el(
        "p.gs-badges",
        {},
        feature.planned && el("span.gs-badge.gs-plan", {}, word("planned")),
        properties.late === true && feature.layer.day === null && el("span.gs-badge.gs-bad", {}, word("late")),
        side && el("span.gs-badge.gs-bad", {}, geoservice.label("side_state", properties.side_state)),
        geoservice.staleBadge(properties, feature.layer.definition),
        !feature.shape && el("span.gs-badge", {}, word("unmappedNote")),
      ),
    ];
  }

  function sections(feature, properties, context) {
    const { definition } = feature.layer;
    const defined = definition.card.length ? geoservice.definedFacts(properties, definition.card) : null;
    const kind = KINDS[definition.source];
    if (!kind) return [geoservice.section(geoservice.word("facts"), defined || plain(properties))];
    return kind.body()(properties, { ...context, defined, today: context.day() });
  }

  /* The attributes of a layer nobody has designed a card for. */
  function plain(properties) {
    return geoservice.facts(Object.entries(properties).filter(([name]) => name !== "search"));
  }

  /* Where the service tells all about a feature; null where it has no more to tell. */
  geoservice.detailUrl = ({ key, layer }, { api, day }) => {
    const kind = KINDS[layer.definition.source];
    if (!api || !key || !kind || !kind.detail) return null;
    return geoservice.withParameters(`${api}/${kind.detail}/${encodeURIComponent(key)}`, { datetime: day() });
  };
})((globalThis.geoservice = globalThis.geoservice || {}));
