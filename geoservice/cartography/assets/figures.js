/* The numbers on top of the panel: how many, how much, always of the filtered list. */
(function (geoservice) {
  "use strict";

  /* Return {element, update(features)}. */
  geoservice.createFigures = (layer) => {
    const element = geoservice.el("dl.gs-figures", { "aria-live": "polite" });
    const update = (features) => {
      const ready = layer.state === "ready";
      const sums = layer.definition.figures
        .map((one) => [one, geoservice.figure(one, features)])
        .filter(([, value]) => value !== null);
      geoservice.fill(element, [
        figure(geoservice.pick(layer.title), geoservice.quantity(ready ? features.length : null, "number")),
        sums.map(([one, value]) => figure(geoservice.pick(one.title), geoservice.quantity(value, one.shown_as))),
      ]);
    };
    return { element, update };
  };

  function figure(title, { number, unit }) {
    const { el } = geoservice;
    return el("div", {}, el("dt", {}, title), el("dd", {}, number, unit && el("small", {}, unit)));
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
