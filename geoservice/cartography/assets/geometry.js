/* GeoJSON geometry as flat coordinates of the unit Web-Mercator square: ready to draw at any zoom. */
(function (geoservice) {
  "use strict";

  const RADIANS = Math.PI / 180;

  /* Longitude and latitude to the unit square, x eastward and y southward. */
  geoservice.toUnit = (longitude, latitude) => {
    const sine = Math.sin(Math.max(-85.0511, Math.min(85.0511, latitude)) * RADIANS);
    return [longitude / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
  };

  geoservice.toDegrees = (x, y) => [
    (x - 0.5) * 360,
    Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) / RADIANS,
  ];

  /* A shape {kind, parts, box, at} of a geometry; null for none or an empty one.
     Shells run one way and holes the other, so that many shapes fill in one path by the nonzero rule. */
  geoservice.toShape = (geometry) => {
    const kind = geometry && KINDS[geometry.type];
    if (!kind) return null;
    const parts = [];
    if (geometry.type === "GeometryCollection") return largest(geometry.geometries.map(geoservice.toShape));
    collect(geometry, parts);
    return parts.length ? geoservice.makeShape(kind, parts) : null;
  };

  /* A shape of flat parts; where its dot or label stands is worked out when it is first asked for. */
  geoservice.makeShape = (kind, parts) => {
    const box = boxOf(parts);
    let place = null;
    const found = () => (place = place || placeOf(kind, parts, box));
    return {
      kind,
      parts,
      box,
      get at() {
        return found().at;
      },
      /* How wide the area is where its label stands. */
      get stretch() {
        return found().stretch;
      },
    };
  };

  const KINDS = {
    Polygon: "area",
    MultiPolygon: "area",
    LineString: "line",
    MultiLineString: "line",
    Point: "point",
    MultiPoint: "point",
    GeometryCollection: "many",
  };

  function largest(shapes) {
    const size = (shape) => (shape.box[2] - shape.box[0]) * (shape.box[3] - shape.box[1]);
    const there = shapes.filter(Boolean);
    return there.length ? there.reduce((best, shape) => (size(shape) > size(best) ? shape : best)) : null;
  }

  function collect({ type, coordinates }, parts) {
    if (type === "Polygon") polygon(coordinates, parts);
    else if (type === "MultiPolygon") coordinates.forEach((rings) => polygon(rings, parts));
    else if (type === "LineString") line(coordinates, parts);
    else if (type === "MultiLineString") coordinates.forEach((one) => line(one, parts));
    else if (type === "Point") line([coordinates], parts);
    else coordinates.forEach((one) => line([one], parts));
  }

  function polygon(rings, parts) {
    rings.forEach((ring, number) => {
      const flat = flatten(ring);
      if (flat.length < 6) return;
      if (signedArea(flat) > 0 === (number > 0)) reverse(flat);
      parts.push(flat);
    });
  }

  function line(coordinates, parts) {
    const flat = flatten(coordinates);
    if (flat.length) parts.push(flat);
  }

  function flatten(coordinates) {
    const flat = new Float64Array(coordinates.length * 2);
    coordinates.forEach(([longitude, latitude], i) => {
      const [x, y] = geoservice.toUnit(longitude, latitude);
      flat[2 * i] = x;
      flat[2 * i + 1] = y;
    });
    return flat;
  }

  function signedArea(ring) {
    let sum = 0;
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      sum += (ring[j] - ring[i]) * (ring[j + 1] + ring[i + 1]);
    }
    return sum;
  }

  function reverse(ring) {
    for (let i = 0, j = ring.length - 2; i < j; i += 2, j -= 2) {
      [ring[i], ring[j]] = [ring[j], ring[i]];
      [ring[i + 1], ring[j + 1]] = [ring[j + 1], ring[i + 1]];
    }
  }

  function boxOf(parts) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const part of parts) {
      for (let i = 0; i < part.length; i += 2) {
        if (part[i] < box[0]) box[0] = part[i];
        if (part[i] > box[2]) box[2] = part[i];
        if (part[i + 1] < box[1]) box[1] = part[i + 1];
        if (part[i + 1] > box[3]) box[3] = part[i + 1];
      }
    }
    return box;
  }

  /* Where a dot or a label stands: inside an area, halfway along a line. */
  function placeOf(kind, parts, box) {
    if (kind === "point") return { at: [parts[0][0], parts[0][1]], stretch: 0 };
    const longest = parts.reduce((best, part) => (part.length > best.length ? part : best));
    if (kind === "line") {
      const middle = Math.floor(longest.length / 4) * 2;
      return { at: [longest[middle], longest[middle + 1]], stretch: 0 };
    }
    return widestInside(parts, box, mainHeight(parts, box));
  }

  /* The height of the centroid of the biggest shell; rings far from the origin need a near one. */
  function mainHeight(parts, box) {
    let best = 0;
    let height = (box[1] + box[3]) / 2;
    for (const ring of parts) {
      let area = 0;
      let moment = 0;
      for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
        const [x0, y0] = [ring[j] - box[0], ring[j + 1] - box[1]];
        const [x1, y1] = [ring[i] - box[0], ring[i + 1] - box[1]];
        const cross = x0 * y1 - x1 * y0;
        area += cross;
        moment += (y0 + y1) * cross;
      }
      if (Math.abs(area) > Math.abs(best)) {
        best = area;
        height = box[1] + moment / (3 * area);
      }
    }
    return height;
  }

  /* The middle of the widest stretch inside the area along one height. */
  function widestInside(parts, box, y) {
    const crossings = [];
    for (const ring of parts) {
      for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
        if (ring[i + 1] > y !== ring[j + 1] > y) {
          crossings.push(ring[i] + ((y - ring[i + 1]) / (ring[j + 1] - ring[i + 1])) * (ring[j] - ring[i]));
        }
      }
    }
    crossings.sort((a, b) => a - b);
    let at = (box[0] + box[2]) / 2;
    let width = 0;
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      if (crossings[i + 1] - crossings[i] > width) {
        width = crossings[i + 1] - crossings[i];
        at = (crossings[i] + crossings[i + 1]) / 2;
      }
    }
    return { at: [at, y], stretch: width };
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
