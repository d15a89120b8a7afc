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

  /* The classes of a style with one more for values that no class names: those are never dropped. */
  geoservice.classesOf = (style, otherColour, otherTitle) => {
    const other = { value: null, colour: otherColour, ink: "#1F2937", title: otherTitle, optional: true };
    return style.classes.length ? [...style.classes, other].map(geoservice.onGround) : [];
  };

  /* A function from a value to the number of its class; -1 where the style has no classes. */
  geoservice.classNumbers = ({ classes }) => {
    if (!classes.length) return () => -1;
    const numbers = new Map(classes.map((one, number) => [one.value, number]));
    return (value) => {
      const number = numbers.get(value === null || value === undefined ? "" : String(value));
      return number === undefined ? classes.length : number;
    };
  };

  /* A field of a feature, be it a row of a roll or a feature of its own. */
  geoservice.fieldOf = (one, name) => (one.field ? one.field(name) : one.properties[name]);

  /* A function from a feature to the number of its class. The value lies under `property`, or under `otherwise` for
     readers who are told less. */
  geoservice.classifier = (style) => {
    const numberOf = geoservice.classNumbers(style);
    const { property, otherwise } = style;
    return (one) => numberOf(geoservice.fieldOf(one, property) ?? (otherwise ? geoservice.fieldOf(one, otherwise) : null));
  };

  /* A fill of diagonal lines over the class colour, or over nothing, for what must not be told by colour alone. */
  geoservice.HATCH_PX = 8;
  geoservice.hatching = (context, colour, ink, ratio) => {
    const size = geoservice.HATCH_PX * ratio;
    const tile = document.createElement("canvas");
    tile.width = tile.height = size;
    const brush = tile.getContext("2d");
    if (colour) {
      brush.fillStyle = colour;
      brush.fillRect(0, 0, size, size);
    }
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
