/* The small square that stands for a class: colour, digit and hatching. */
(function (geoservice) {
  "use strict";

  geoservice.swatch = (one, fallback) => {
    const colour = one ? one.colour : fallback;
    const square = geoservice.el("span.gs-swatch", { "aria-hidden": "true" }, one && one.mark);
    if (one && one.hatch) square.classList.add("gs-hatched");
    square.style.setProperty("--colour", colour);
    square.style.setProperty("--ink", one ? one.ink : "#1F2937");
    return square;
  };

  /* The swatch of a feature: that of its class, or its layer's outline where there are no classes. */
  geoservice.swatchOf = (feature) => {
    const { layer, number } = feature;
    if (layer.classes.length) return geoservice.swatch(layer.classes[number]);
    const square = geoservice.swatch(null, "transparent");
    square.style.borderColor = layer.definition.style.outline;
    return square;
  };
})((globalThis.geoservice = globalThis.geoservice || {}));
