/* Cards of what the service works out: a contradiction, a blocker, a change. Each leads to the thing it is about. */
(function (geoservice) {
  "use strict";

  geoservice.contradictionCard = (properties, context) => {
    const { el, word, section } = geoservice;
    const english = geoservice.language() === "en";
    return [
      section(word("finding"), el("p.gs-verdict", {}, el("strong", {}, (english && properties.text_en) || properties.text))),
      section(word("facts"), geoservice.facts([
        [word("plannedStart"), (properties.dates || {}).planned],
        [word("clearOn"), (properties.dates || {}).clear],
        [word("office"), properties.unit],
        [word("park"), properties.park_name],
        [word("district"), properties.district_name],
      ])),
      section(word("projects"), links(properties.projects, context)),
      section(word("parcels"), links(properties.parcels, context)),
    ];
  };

  geoservice.blockerCard = (properties, context) => {
    const { word, section } = geoservice;
    return [
      section(word("blockers"), geoservice.blockerRow(properties)),
      section(word("facts"), geoservice.facts([
        [word("office"), properties.owner_unit],
        [word("opened"), properties.opened_on],
        [word("due"), properties.due_on],
        [word("overdue"), properties.overdue_days, "number"],
        [word("escalation"), properties.escalation],
        [word("feedback"), properties.feedback],
        [word("park"), properties.park_name],
        [word("district"), properties.district_name],
      ])),
      section(word("projects"), links([properties.project], context, properties.name)),
    ];
  };

  geoservice.changeCard = (properties, context) => {
    const { word, section } = geoservice;
    const moves = Object.entries(properties.fields || {}).map(([name, { from, to }]) => [fieldTitle(name), `${shown(name, from)} → ${shown(name, to)}`]);
    const verdict = properties.verdict && properties.verdict.status;
    return [
      verdict && section(word("verdict"), geoservice.facts([[word("changed"), `${geoservice.label("verdict_status", verdict.from)} → ${geoservice.label("verdict_status", verdict.to)}`]])),
      properties.verdict && section(word("reasonsGone"), reasons(properties.verdict.reasons_gone)),
      properties.verdict && section(word("reasonsNew"), reasons(properties.verdict.reasons_new)),
      !properties.verdict && section(word("changed"), geoservice.facts(moves)),
      section(word("facts"), geoservice.facts([[word("park"), properties.park_name], [word("district"), properties.district_name]])),
      section(word("openIt"), links([properties.key], context, geoservice.nameOf(properties))),
    ];
  };

  function reasons(list) {
    if (!list || !list.length) return null;
    return geoservice.el("ol.gs-reasons", {}, list.map((one) => geoservice.el(`li.${geoservice.reasonEffect(one)}`, {}, geoservice.reasonText(one))));
  }

  const FIELDS = { stage: "stage", stage_group: "stage_group", state: "parcel_state", level: "project_level", category: "project_category", side_state: "side_state" };

  function shown(name, value) {
    if (value === null || value === undefined) return "—";
    if (FIELDS[name]) return geoservice.label(FIELDS[name], value);
    if (name.endsWith("_m2")) return geoservice.format(value, "mu");
    if (name.endsWith("_fen")) return geoservice.format(value, "yi");
    if (name.endsWith("_rate")) return geoservice.format(value, "percent");
    return typeof value === "object" ? JSON.stringify(value) : String(value);
  }

  function fieldTitle(name) {
    const words = { stage: "stages", stage_group: "stages", state: "state", level: "level", category: "category", area_m2: "area", investment_total_fen: "investmentTotal", lead_department: "department", planned_clear_on: "clearBy", households_signed: "signed", households_demolished: "demolished", households_remaining: "remaining" };
    return words[name] ? geoservice.word(words[name]) : name;
  }

  function links(keys, context, name) {
    const { el } = geoservice;
    const known = (keys || []).filter(Boolean);
    if (!known.length) return null;
    return el("ul.gs-rows", {}, known.map((key) => el("li", {}, el("button.gs-row", { type: "button", on: { click: () => context.open(key) } }, el("span.gs-row-text", {}, el("span.gs-row-name", {}, name || key), name && el("span.gs-row-line", {}, key)), geoservice.icon("chevron")))));
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
