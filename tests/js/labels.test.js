const assert = require("node:assert/strict");
const test = require("node:test");
const { load } = require("./load.js");

const geoservice = load("labels", "roads", "sheet");

const label = (text, x, y, priority, weight = 0) => ({ text, x, y, priority, weight, width: 60, height: 18 });

test("of two labels over one another the more important stays", () => {
  const placed = geoservice.placeLabels([label("parcel", 10, 5, 30), label("park", 0, 0, 10)]);
  assert.deepEqual(placed.map((one) => one.text), ["park"]);
});

test("labels beside one another both stay, also across the cells of the index", () => {
  const placed = geoservice.placeLabels([label("a", 0, 0, 1), label("b", 61, 0, 1), label("c", 0, 19, 1)]);
  assert.equal(placed.length, 3);
});

test("no two placed labels overlap", () => {
  let seed = 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const labels = Array.from({ length: 300 }, (_, i) => label(String(i), random() * 900, random() * 600, 1, i));
  const placed = geoservice.placeLabels(labels);
  assert.ok(placed.length > 20 && placed.length < 300);
  placed.forEach((a, i) =>
    placed.slice(i + 1).forEach((b) => assert.ok(Math.abs(a.x - b.x) >= 60 || Math.abs(a.y - b.y) >= 18)),
  );
});

test("the name of a park steps aside of dots, a lesser one stays, and none where it cannot", () => {
  const park = () => geoservice.placeLabels([label("park", 0, 0, 10)], [[-20, 0, 6], [0, 2, 6], [15, -1, 6]])[0];
  assert.notEqual(park().y, 0);
  assert.equal(geoservice.placeLabels([label("parcel", 0, 0, 30)], [[0, 0, 6]])[0].y, 0);
  const everywhere = [-2, -1, 0, 1, 2].map((step) => [0, 18 * step, 9]);
  assert.equal(geoservice.placeLabels([label("park", 0, 0, 10)], everywhere)[0].y, 0);
});

test("road classes are known by Chinese and English names", () => {
  assert.equal(geoservice.roadRank("快速路"), 0);
  assert.equal(geoservice.roadRank("expressway"), 0);
  assert.equal(geoservice.roadRank("arterial"), 1);
  assert.equal(geoservice.roadRank("次干路"), 2);
  assert.equal(geoservice.roadRank("支路"), 3);
  assert.equal(geoservice.roadRank(undefined), 3);
});

test("roads widen with the zoom and minor ones come later", () => {
  assert.equal(geoservice.roadWidth(4, 12), 0);
  for (const rank of [0, 1, 2, 3, 4]) {
    assert.ok(geoservice.roadWidth(rank, 16) > geoservice.roadWidth(rank, 14));
    assert.ok(rank === 0 || geoservice.roadWidth(rank - 1, 15) > geoservice.roadWidth(rank, 15));
  }
});

test("a dragged sheet rests at the nearest height", () => {
  const heights = { peek: 150, half: 450, full: 780 };
  assert.equal(geoservice.nearestRest(100, heights), "peek");
  assert.equal(geoservice.nearestRest(400, heights), "half");
  assert.equal(geoservice.nearestRest(700, heights), "full");
});
