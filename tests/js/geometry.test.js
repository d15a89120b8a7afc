const assert = require("node:assert/strict");
const test = require("node:test");
const { load } = require("./load.js");

const geoservice = load("geometry", "hit");

const square = (west, south, size) => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
];

const area = (ring) => {
  let sum = 0;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    sum += (ring[j] - ring[i]) * (ring[j + 1] + ring[i + 1]);
  }
  return sum;
};

test("the unit square has Web Mercator's corners and goes both ways", () => {
  assert.deepEqual(geoservice.toUnit(0, 0), [0.5, 0.5]);
  const [x, y] = geoservice.toUnit(119.6, 33.2);
  const [longitude, latitude] = geoservice.toDegrees(x, y);
  assert.ok(Math.abs(longitude - 119.6) < 1e-9);
  assert.ok(Math.abs(latitude - 33.2) < 1e-9);
});

test("shells and holes run opposite ways, whichever way they came", () => {
  const shell = square(119, 33, 1);
  const hole = square(119.4, 33.4, 0.2);
  for (const rings of [[shell, hole], [[...shell].reverse(), hole], [shell, [...hole].reverse()]]) {
    const { parts } = geoservice.toShape({ type: "Polygon", coordinates: rings });
    assert.ok(area(parts[0]) < 0 !== area(parts[1]) < 0);
  }
});

test("all shells run the same way, so that many shapes fill as one path", () => {
  const one = geoservice.toShape({ type: "Polygon", coordinates: [square(119, 33, 1)] });
  const other = geoservice.toShape({ type: "Polygon", coordinates: [[...square(121, 33, 1)].reverse()] });
  assert.equal(Math.sign(area(one.parts[0])), Math.sign(area(other.parts[0])));
});

test("a dot stands inside a crescent, not at the middle of its box", () => {
  const crescent = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 3], [3, 3], [3, 1], [0, 1], [0, 0]];
  const shape = geoservice.toShape({ type: "Polygon", coordinates: [crescent] });
  assert.ok(geoservice.hits(shape, shape.at[0], shape.at[1], 0));
});

test("a hole is not hit, its surroundings are", () => {
  const rings = [square(119, 33, 1), square(119.4, 33.4, 0.2)];
  const shape = geoservice.toShape({ type: "Polygon", coordinates: rings });
  assert.ok(!geoservice.hits(shape, ...geoservice.toUnit(119.5, 33.5), 0));
  assert.ok(geoservice.hits(shape, ...geoservice.toUnit(119.1, 33.5), 0));
  assert.ok(!geoservice.hits(shape, ...geoservice.toUnit(120.5, 33.5), 0));
});

test("lines and points are hit within reach", () => {
  const line = geoservice.toShape({ type: "LineString", coordinates: [[119, 33], [120, 33]] });
  const [x, y] = geoservice.toUnit(119.5, 33);
  assert.ok(geoservice.hits(line, x, y + 1e-6, 2e-6));
  assert.ok(!geoservice.hits(line, x, y + 3e-6, 2e-6));
  const point = geoservice.toShape({ type: "Point", coordinates: [119.5, 33] });
  assert.ok(geoservice.hits(point, x + 1e-6, y, 2e-6));
});

test("no geometry, an empty one and a collection are all survived", () => {
  assert.equal(geoservice.toShape(null), null);
  assert.equal(geoservice.toShape({ type: "MultiPolygon", coordinates: [] }), null);
  const both = { type: "GeometryCollection", geometries: [
    { type: "Point", coordinates: [0, 0] },
    { type: "Polygon", coordinates: [square(0, 0, 1)] },
  ] };
  assert.equal(geoservice.toShape(both).kind, "area");
});
