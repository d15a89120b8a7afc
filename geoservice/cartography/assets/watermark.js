/* Whom a page was made for, written faintly across all of it: on the screen, on a photograph of it and on paper. */
(function (geoservice) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const STEP = { across: 420, down: 150 };

  /* The mark as one picture that repeats; it takes no clicks and no reader is told of it twice. */
  geoservice.createWatermark = (text) => {
    const mark = shape("svg", { class: "gs-watermark", "aria-hidden": "true", width: "100%", height: "100%" });
    const width = Math.max(STEP.across, text.length * 13 + 80);
    const pattern = shape("pattern", {
      id: "gs-watermark-tile",
      width,
      height: STEP.down,
      patternUnits: "userSpaceOnUse",
      patternTransform: "rotate(-24)",
    });
    // Every second row is set off by half, so that no cut out of the screen is without it.
    [[0, STEP.down / 4], [-width / 2, (STEP.down * 3) / 4], [width / 2, (STEP.down * 3) / 4]].forEach(([x, y]) => {
      const words = shape("text", { x: x + 24, y });
      words.textContent = text;
      pattern.append(words);
    });
    const defs = shape("defs", {});
    defs.append(pattern);
    mark.append(defs, shape("rect", { width: "100%", height: "100%", fill: "url(#gs-watermark-tile)" }));
    return mark;
  };

  function shape(name, attributes) {
    const made = document.createElementNS(SVG, name);
    Object.keys(attributes).forEach((key) => made.setAttribute(key, attributes[key]));
    return made;
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
