/* A project: nodes, money, land, what holds it up. */
(function (geoservice) {
  "use strict";

  geoservice.projectCard = (properties, context) => {
    const { word, section } = geoservice;
    return [
      properties.stages && section(word("stages"), geoservice.createTrack(properties.stages, context.today, context.vocabularies)),
      section(word("investment"), money(properties)),
      section(word("parcels"), land(properties, context)),
      documents(properties.stages),
      Array.isArray(properties.blockers) && section(word("blockers"), blockers(properties.blockers)),
      section(word("facts"), context.defined || facts(properties)),
    ];
  };

  /* The documents that prove the nodes. */
  function documents(stages) {
    const { word, section, label } = geoservice;
    const proved = (stages || []).filter((one) => one.evidence);
    return proved.length && section(word("documents"), geoservice.facts(proved.map((one) => [label("stage", one.stage), one.evidence])));
  }

  function money({ investment_total_fen: total, invested_fen: invested, annual_plan_fen: plan }) {
    const { format, word, bar, facts: table } = geoservice;
    const words = `${format(invested, "yi")} / ${format(total, "yi")}`;
    return [
      bar(word("invested"), invested, total, words),
      table([
        [word("investmentTotal"), Number.isFinite(invested) && total > 0 ? null : total, "yi"],
        [word("annualPlan"), plan, "yi"],
      ]),
    ];
  }

  function land({ parcels, demand_area_m2: demand, land_area_m2: area }, { open, vocabularies }) {
    const { el, word, label, facts: table } = geoservice;
    const rows = (parcels || []).map((one) =>
      el(
        "li",
        {},
        el(
          "button.gs-row",
          { type: "button", on: { click: () => open(one.key) } },
          el(
            "span.gs-row-text",
            {},
            el("span.gs-row-name", {}, one.parcel_number || one.name || one.key),
            el("span.gs-row-line", {}, [one.name, label("link_role", one.role)].filter(Boolean).join(" · ")),
          ),
          one.status && el(`span.gs-badge.gs-status-${status(one.status, vocabularies)}`, {}, label("verdict_status", one.status)),
        ),
      ),
    );
    return [table([[word("area"), area, "mu"], [word("demand"), demand, "mu"]]), rows.length && el("ul.gs-rows", {}, rows)];
  }

  /* A code of the vocabulary and nothing else may become part of a class name. */
  function status(code, vocabularies) {
    return Object.hasOwn(vocabularies.verdict_status || {}, code) ? code : "unknown";
  }

  function blockers(list) {
    const { el, word } = geoservice;
    if (!list.length) return el("p.gs-good", {}, geoservice.icon("check"), word("noBlockers"));
    return el("ul.gs-blockers", {}, list.map(geoservice.blockerRow));
  }

  /* One blocker with its owner, its due day and whether it is closed. */
  geoservice.blockerRow = ({ kind, title, owner_unit: owner, due_on: due, escalation, closed_on: closed }) => {
    const { el, word, label } = geoservice;
    return el(
      "li",
      {},
      el("span.gs-badge", {}, label("blocker_kind", kind)),
      el(
        "span.gs-row-text",
        {},
        el("span.gs-row-name", {}, title),
        el("span.gs-row-line", {}, [owner, due && `${word("due")} ${due}`, escalation > 0 && `${word("escalation")} ${escalation}`].filter(Boolean).join(" · ")),
      ),
      el(closed ? "span.gs-badge.gs-ok" : "span.gs-badge.gs-bad", {}, word(closed ? "closed" : "open")),
    );
  };

  function facts(properties) {
    const { word } = geoservice;
    const next = [geoservice.label("stage", properties.stage_next), properties.stage_next_planned_on].filter(Boolean);
    return geoservice.facts([
      [word("nextStage"), properties.stage_next ? next.join(" ") : null],
      [word("level"), properties.level, "project_level"],
      [word("category"), properties.category, "project_category"],
      [word("district"), properties.district_name],
      [word("park"), properties.park_name],
      [word("department"), properties.lead_department],
      [word("official"), properties.lead_official],
      [word("number"), properties.project_number],
      [word("code"), properties.project_code],
      [word("summary"), properties.summary],
    ]);
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
