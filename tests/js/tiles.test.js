const assert = require("node:assert/strict");
const test = require("node:test");
const { load } = require("./load.js");

const geoservice = load("geometry", "hit", "mvt", "tile_grid", "tile_store");

// A parcel with a hole, a line and a point in tile 14/13624/6621, as geoservice.geo.mvt writes them;
// tests/cartography/test_tiles_agree.py writes them anew and compares.
const TILE =
  "GvwBeAIKDGF2YWlsYWJpbGl0eRIyCAcSCgAAAQMCBQMHBAkYAyIgCYAQgDAaAP8fgCAAAIAgDwn/F/8HGoAIAAD/B/8HAA8SGAgIEgYAAQIG" +
  "AwgYAiIKCYAQgDAKgBD/DxIRCAkSBAACAQQYASIFCYAQgBAaA2tleRoEbmFtZRoHYXJlYV9tMhoEbGF0ZRoIdmVyZGljdHMiDAoKREswMDAw" +
  "MDAwNyIMCgpESzAwMDAwMDA4IgwKCkRLMDAwMDAwMDkiDgoM6ZWc5rmW6LevPGI+IgMKAWMiAyiwCSICMAkiAjgBIgI4ACISChAxOTcyMzp1" +
  "OzIwODQ5OmEqKIAg";
const PLACE = { z: 14, x: 13624, y: 6621 };
const bytes = () => new Uint8Array(Buffer.from(TILE, "base64"));

test("a tile says keys, names, numbers, flags and dated answers", () => {
  const { availability } = geoservice.decodeTile(bytes(), PLACE);
  assert.deepEqual(availability.map(({ id }) => id), [7, 8, 9]);
  const [first, second, third] = availability.map(({ properties }) => properties);
  assert.deepEqual(first, { key: "DK00000007", name: "镜湖路<b>", area_m2: 1200, late: true, verdicts: "19723:u;20849:a*" });
  assert.equal(second.area_m2, -5);
  assert.equal(second.late, false);
  assert.deepEqual(third, { key: "DK00000009", name: "c" });
});

test("shapes lie in the unit square where the tile lies, holes stay open", () => {
  const [area, line, point] = geoservice.decodeTile(bytes(), PLACE).availability.map(({ shape }) => shape);
  assert.deepEqual([area.kind, line.kind, point.kind], ["area", "line", "point"]);
  assert.equal(area.parts.length, 2);
  const size = 2 ** -14;
  const at = (x, y) => [(13624 + x) * size, (6621 + y) * size];
  assert.ok(geoservice.hits(area, ...at(0.6, 0.6), 0));
  assert.ok(!geoservice.hits(area, ...at(0.44, 0.56), 0), "the hole is hit");
  assert.ok(!geoservice.hits(area, ...at(0.1, 0.1), 0));
  assert.ok(geoservice.hits(line, ...at(0.375, 0.625), size / 4096));
  assert.deepEqual([...point.parts[0]].map((one) => one / size), [13624.25, 6621.25]);
  assert.ok(geoservice.hits(area, ...area.at, 0), "a label stands inside");
});

test("a tile that is cut off is refused, not half read", () => {
  const whole = bytes();
  for (let length = 1; length < whole.length; length += 7) {
    assert.throws(() => geoservice.decodeTile(whole.subarray(0, length), PLACE), /tile ends|Offset|Invalid/);
  }
});

test("the tiles of a view begin at its middle and cover it", () => {
  const box = [0.5001, 0.4001, 0.5101, 0.4101];
  const tiles = geoservice.tilesIn(box, 9);
  const count = 2 ** 9;
  const middle = { x: Math.floor(0.5051 * count), y: Math.floor(0.4051 * count) };
  assert.deepEqual([tiles[0].x, tiles[0].y], [middle.x, middle.y]);
  for (const x of [box[0], box[2]]) {
    for (const y of [box[1], box[3]]) {
      assert.ok(tiles.some((one) => one.x === Math.floor(x * count) && one.y === Math.floor(y * count)));
    }
  }
});

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

test("tiles come once, in order, a few at a time; an empty one is kept too", async () => {
  const asked = [];
  let most = 0;
  let running = 0;
  const store = new geoservice.TileStore(async (tile) => {
    asked.push(geoservice.tileName(tile));
    most = Math.max(most, ++running);
    await settled();
    running -= 1;
    return null;
  });
  const tiles = geoservice.tilesIn([0.5, 0.5, 0.503, 0.503], 12);
  store.want(tiles);
  store.want(tiles);
  while (store.busy) await settled();
  assert.equal(asked.length, new Set(asked).size);
  assert.equal(asked.length, tiles.length);
  assert.ok(most <= 6);
  assert.deepEqual(store.get(tiles[0]), {});
  store.want(tiles);
  assert.ok(!store.busy);
});

test("what is no longer wanted is called off, what failed can be wanted again", async () => {
  const failures = [];
  let broken = true;
  const store = new geoservice.TileStore(
    (tile, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(new Error("aborted")));
        if (broken) reject(new Error("HTTP 503"));
        else setTimeout(() => resolve(bytes()), 2);
      }),
    { failed: (error) => failures.push(error.message) },
  );
  store.want([PLACE]);
  await settled();
  assert.deepEqual(failures, ["HTTP 503"]);
  broken = false;
  store.want([PLACE]);
  store.want([]);
  await settled();
  assert.ok(!store.has(PLACE), "an aborted tile was kept");
  assert.deepEqual(failures, ["HTTP 503"]);
  store.want([PLACE]);
  while (store.busy) await settled();
  assert.equal(store.get(PLACE).availability.length, 3);
});

test("a tile that is on its way is stood in for by its ancestor, else by its children", async () => {
  const store = new geoservice.TileStore(async () => bytes());
  const parent = geoservice.parentOf(PLACE);
  store.want([parent]);
  while (store.busy) await settled();
  assert.deepEqual(store.standIns(PLACE), [{ held: parent, clip: PLACE }]);
  const above = geoservice.parentOf(parent);
  assert.deepEqual(store.standIns(above), [{ held: parent, clip: parent }]);
  assert.deepEqual(store.standIns({ z: 3, x: 0, y: 0 }), []);
});
