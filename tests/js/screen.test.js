const assert = require("node:assert/strict");
const test = require("node:test");
const { load } = require("./load.js");

const geoservice = load("i18n", "format", "geometry", "style", "tracks", "donuts", "permalink", "measure", "sources");
geoservice.setLanguage("zh");

const AREA = 1034068.39;
const LENGTH = 2041.499;

const at = (x, y) => ({ at: [x, y] });
const row = (number, properties, shape) => ({ number, properties, shape });
const ROWS = [
  row(0, { park: "P1", park_name: "港区", district: "D1" }, at(0.1, 0.1)),
  row(1, { park: "P1", park_name: "港区", district: "D1" }, at(0.3, 0.1)),
  row(1, { park: null, district: "D1", district_name: "东区" }, at(0.5, 0.5)),
  row(2, { park: null, district: null }, null),
];
const CLASSES = [{ value: "a" }, { value: "b" }, { value: null }];

test("rings count every row once, on the map or not, and add up to the list", () => {
  const units = geoservice.unitsOf(ROWS, CLASSES);
  assert.deepEqual(units.map(({ kind, total, counts }) => [kind, total, counts]), [
    ["park", 2, [1, 1, 0]],
    ["district", 1, [0, 1, 0]],
    ["none", 1, [0, 0, 1]],
  ]);
  assert.equal(units.reduce((sum, one) => sum + one.total, 0), ROWS.length);
  assert.deepEqual(units[0].at.map((one) => Math.round(one * 10) / 10), [0.2, 0.1]);
  assert.ok(units[2].at, "what is not on the map still stands somewhere");
});

test("rings that would lie on one another are counted together", () => {
  const units = geoservice.unitsOf(ROWS, CLASSES);
  const apart = geoservice.ringsOf(units, { scale: 4000, x: 0, y: 0 });
  const together = geoservice.ringsOf(units, { scale: 10, x: 0, y: 0 });
  assert.equal(apart.length, 3);
  assert.equal(together.length, 1);
  for (const rings of [apart, together]) assert.equal(rings.reduce((sum, one) => sum + one.total, 0), ROWS.length);
  assert.deepEqual(together[0].counts, [1, 2, 1]);
  assert.equal(geoservice.ringName(together[0]), "港区等 3 处");
  assert.equal(geoservice.ringName({ units: [units[1]] }), "东区 · 园区外");
});

test("the counts of tiles become rings with the same sums, unknown ones in the last class", () => {
  const properties = { kind: "park", unit: "P1", name: "港区", count: 5, n_a: 2, n_b: 1, n_unknown: 2 };
  const [unit] = geoservice.unitsFromTiles([{ properties, shape: { parts: [[0.1, 0.2]] } }], CLASSES);
  assert.deepEqual(unit.counts, [2, 1, 2]);
  assert.equal(unit.total, 5);
});

test("a state is found again at its address, and nothing else of the address is lost", () => {
  const state = {
    selected: "DK00000007",
    view: { zoom: 13.25, longitude: 119.6, latitude: 33.2 },
    day: 20999,
    compare: 21100,
    themes: [["availability", 1], ["parks", 0]],
    layers: ["availability"],
    chosen: [["availability", ["available", null]], ["parks", []]],
    picked: [["availability.district_name", "东区;~&#"], ["availability.park_name", ""]],
    unmapped: true,
  };
  const address = geoservice.writeState(state, "?lang=en&view=1,2,3");
  const url = new URL(address, "http://here/maps/x");
  assert.equal(url.searchParams.get("lang"), "en");
  const found = geoservice.readState(url.search, url.hash);
  assert.deepEqual(found.view, { zoom: 13.25, longitude: 119.6, latitude: 33.2 });
  assert.deepEqual([found.selected, found.day, found.compare, found.unmapped], ["DK00000007", 20999, 21100, true]);
  assert.deepEqual(found.themes, [["availability", 1]]);
  assert.deepEqual([...found.layers], ["availability"]);
  assert.deepEqual(found.chosen, [["availability", ["available", null]]]);
  assert.deepEqual(found.picked, [["availability.district_name", "东区;~&#"]]);
});

test("an address that means nothing is left out", () => {
  const found = geoservice.readState("?view=a,b&day=2026-13-45&theme=x", "#%E0%A4%A");
  assert.deepEqual([found.view, found.day, found.selected], [null, null, null]);
});

test("lengths and areas are those of the ellipsoid", () => {
  // By pyproj.Geod(ellps="GRS80"): a degree-hundredth square at 119.6 E, 33.2 N.
  const ring = [[119.6, 33.2], [119.61, 33.2], [119.61, 33.21], [119.6, 33.21]];
  assert.ok(Math.abs(geoservice.areaOf(ring) / AREA - 1) < 1e-4);
  assert.ok(Math.abs(geoservice.areaOf([...ring, ring[0]]) / AREA - 1) < 1e-4);
  assert.ok(Math.abs(geoservice.lengthOf(ring.slice(0, 3)) / LENGTH - 1) < 1e-4);
  assert.equal(geoservice.areaOf(ring.slice(0, 2)), 0);
});
