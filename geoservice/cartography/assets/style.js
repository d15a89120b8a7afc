/* From a feature's properties to its class, and from a class to what the canvas paints with. */
(function (geoservice) {
  "use strict";

  /* The values under a path such as "stage" or "reasons.text", always as a list. */
  geoservice.valuesAt = (properties, path) => {
    let found = [properties];
    for (const step of path.split(".")) {
      found = found
        .map((one) => (one === null || one === undefined ? undefined : one[step]))
        .flat()
        .filter((one) => one !== undefined && one !== null && one !== "");
    }
    return found;
  };

  /* The classes of a layer with one more for values that no class names: those are never dropped. */
  geoservice.classesOf = (layer, otherColour, otherTitle) => {
    const other = { value: null, colour: otherColour, ink: "#1F2937", title: otherTitle, optional: true };
    return layer.style.classes.length ? [...layer.style.classes, other] : [];
  };

  /* A function from properties to the number of their class; -1 where the layer has no classes. The value lies
     under `property`, or under `otherwise` for readers who are told less. */
  geoservice.classifier = (layer) => {
    const { property, otherwise, classes } = layer.style;
    if (!classes.length) return () => -1;
    const numbers = new Map(classes.map((one, number) => [one.value, number]));
    return (properties) => {
      const value = properties[property] ?? (otherwise ? properties[otherwise] : null);
      const number = numbers.get(value === null || value === undefined ? "" : String(value));
      return number === undefined ? classes.length : number;
    };
  };

  /* A fill of diagonal lines over the class colour, for what must not be told by colour alone. */
  geoservice.hatching = (context, colour, ink, ratio) => {
    const size = 8 * ratio;
    const tile = document.createElement("canvas");
    tile.width = tile.height = size;
    const brush = tile.getContext("2d");
    brush.fillStyle = colour;
    brush.fillRect(0, 0, size, size);
    brush.strokeStyle = ink;
    brush.globalAlpha = 0.75;
    brush.lineWidth = 1.5 * ratio;
    brush.beginPath();
    for (const shift of [-size, 0, size]) {
      brush.moveTo(shift - 2, size + 2);
      brush.lineTo(shift + size + 2, -2);
    }
    brush.stroke();
    const pattern = context.createPattern(tile, "repeat");
    pattern.setTransform(new DOMMatrix().scale(1 / ratio));
    return pattern;
  };
})((globalThis.geoservice = globalThis.geoservice || {}));
