/* A park: its industries, its size, and the projects inside it that are on this map. */
(function (geoservice) {
  "use strict";

  geoservice.parkCard = (properties, context) => {
    const { word, section, el } = geoservice;
    const industries = properties.leading_industries || [];
    return [
      industries.length &&
        section(word("industries"), el("ul.gs-tags", {}, industries.map((one) => el("li", {}, one)))),
      ...context.mainLayers.map((layer) => members(properties, layer)),
      section(word("facts"), context.defined || facts(properties)),
    ];
  };

  /* The classes of a layer's features inside the park, as one bar with its counts. */
  function members(park, layer) {
    const { el, pick, section } = geoservice;
    const inside = layer.features.filter(({ properties }) => isIn(properties, park));
    if (!inside.length || !layer.classes.length) return null;
    const counts = layer.classes.map((_, number) => inside.filter((one) => one.number === number).length);
    const parts = layer.classes.map((one, number) => {
      const part = el("span", { title: `${pick(one.title)} ${counts[number]}` });
      part.style.flexGrow = String(counts[number]);
      part.style.background = one.colour;
      return counts[number] ? part : null;
    });
    const rows = layer.classes.map((one, number) =>
      counts[number] ? el("li", {}, geoservice.swatch(one), pick(one.title), el("b", {}, counts[number])) : null,
    );
    return section(
      `${pick(layer.title)} ${geoservice.format(inside.length, "number")}`,
      el("div.gs-share", { "aria-hidden": "true" }, parts),
      el("ul.gs-mini", {}, rows),
    );
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
