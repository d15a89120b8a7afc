/* The figures below the maps, each as the API gives it. Every text goes through textContent. */
(function (wall) {
  "use strict";

  const WARN_ABOVE_NONE = new Set(["overdue_by_land"]);

  /* Write figures into a list of definitions; `say` gives words, `stages` the classes of the projects' stages. */
  wall.writeFigures = (list, figures, say, stages, language) => {
    list.replaceChildren(...figures.map((one) => figure(one, say, stages, language)));
  };

  /* A figure's number and its unit, as people read them. */
  wall.written = ({ name, value, form }, say) => {
    if (value === null || value === undefined) return ["—", ""];
    if (form === "share") return [(value * 100).toFixed(1), "%"];
    if (form === "mu") return [Math.round(value).toLocaleString("en-US"), say("unit_mu")];
    return [value.toLocaleString("en-US"), say(name === "households_left" ? "unit_households" : "unit_count")];
  };

  function figure(one, say, stages, language) {
    const [number, unit] = wall.written(one, say);
    const block = element("div", { "data-figure": one.name, "data-value": one.value ?? "" });
    const shown = element("dd", WARN_ABOVE_NONE.has(one.name) && one.value > 0 ? { class: "warn" } : {}, number, element("small", {}, unit));
    const part = element("dd", { class: "part" });
    if (one.name === "projects") part.append(byStage(one.parts, stages, language));
    else part.textContent = partOf(one, say);
    block.append(element("dt", {}, say(`figure_${one.name}`)), shown, part);
    return block;
  }

  function partOf({ name, parts }, say) {
    const count = (key) => (parts[key] ?? 0).toLocaleString("en-US");
    if (name === "overdue_by_land") return say("part_overdue").replace("{count}", count("overdue"));
    if (name === "clear_land") return say("part_parcels").replace("{count}", count("parcels"));
    if (name === "demolished") return say("part_demolished").replace("{count}", count("demolished")).replace("{total}", count("total"));
    return "";
  }

  /* Each stage with the digit and colour it has on the map. */
  function byStage(parts, stages, language) {
    const rows = stages.map((stage) => {
      const swatch = element("b", {}, stage.mark);
      swatch.style.background = stage.colour;
      swatch.style.color = stage.ink;
      return element("li", { "data-stage": stage.value }, swatch, `${stage[language]} `, element("span", {}, String(parts[stage.value] ?? 0)));
    });
    return element("ul", { class: "stages" }, ...rows);
  }

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }
})((globalThis.wall = globalThis.wall || {}));
