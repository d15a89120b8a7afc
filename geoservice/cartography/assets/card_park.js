/* A park: its industries, its size, and the projects inside it that are on this map. */
(function (geoservice) {
  "use strict";

  geoservice.parkCard = (properties, context) => {
    const { word, section, el } = geoservice;
    const industries = properties.leading_industries || [];
    return [
      industries.length &&
        section(word("industries"), el("ul.gs-tags", {}, industries.map((one) => el("li", {}, one)))),
      properties.targets && properties.targets.length > 0 && section(word("targets"), targets(properties.targets)),
      properties.land && section(word("landLeft"), land(properties.land)),
      properties.stages && properties.project_count > 0 && section(`${word("projects")} ${geoservice.format(properties.project_count, "number")}`, stages(properties.stages, context)),
      ...context.mainLayers.map((layer) => members(properties, layer)),
      section(word("facts"), context.defined || facts(properties)),
    ];
  };

  /* What the park was set for the year and what is reached. */
  function targets(list) {
    const { bar, label, format } = geoservice;
    return list.map(({ kind, amount, reached, unit }) => {
      const shown = (value) => (unit === "fen" ? format(value, "yi") : `${format(value, "number")} ${unit}`);
      return bar(kind === "investment" ? geoservice.word("investment") : label("stage", kind), reached, amount, `${shown(reached)} / ${shown(amount)}`);
    });
  }

  /* The park's projects by stage. */
  function stages(counts, { layerClasses }) {
    const classes = layerClasses("stage_group");
    return geoservice.shareBar(classes, classes.map(({ value }) => counts[value] || 0));
  }

  /* The land that is free, the land that would be, and all of it. */
  function land({ available_m2: free, conditional_m2: conditional, area_m2: all, usable_m2: usable }) {
    const { bar, format, label, facts: table } = geoservice;
    return [
      bar(label("verdict_status", "available"), free, all, `${format(free, "mu")} / ${format(all, "mu")}`, "#00735C"),
      bar(label("verdict_status", "conditional"), conditional, all, `${format(conditional, "mu")} / ${format(all, "mu")}`, "#FFC857"),
      table([[geoservice.word("usable"), usable, "mu"]]),
    ];
  }

  /* The classes of a layer's features inside the park, as one bar with its counts. */
  function members(park, layer) {
    const { pick, section } = geoservice;
    const inside = layer.features.filter(({ properties }) => isIn(properties, park));
    if (!inside.length || !layer.classes.length || layer.definition.source.startsWith("park")) return null;
    const counts = layer.classes.map((_, number) => inside.filter((one) => one.number === number).length);
    return section(`${pick(layer.title)} ${geoservice.format(inside.length, "number")}`, geoservice.shareBar(layer.classes, counts));
  }

  function isIn({ park, park_name: name }, { key, name: called }) {
    return park ? park === key : Boolean(name) && name === called;
  }

  function facts(properties) {
    const { word } = geoservice;
    return geoservice.facts([
      [word("level"), properties.level, "park_level"],
      [word("approvedArea"), properties.approved_area_m2, "ha"],
      [word("area"), properties.area_m2, "mu"],
      [word("code"), properties.code],
    ]);
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
