const assert = require("node:assert/strict");
const test = require("node:test");
const { load } = require("./load.js");

const geoservice = load("i18n", "format", "style", "columns", "filters");

const layer = (rows) => {
  const definition = {
    style: { property: "status", classes: [{ value: "free" }, { value: "taken" }] },
    filters: [{ property: "district" }, { property: "reasons.text" }],
  };
  const number = geoservice.classifier(definition.style);
  return {
    id: "parcels",
    definition: { source: "parcels" },
    otherDay: null,
    classes: geoservice.classesOf(definition.style, "#CCCCCC", "other"),
    filters: definition.filters,
    ...held(rows.map((properties) => ({ key: String(properties.area_m2), properties, number: number({ properties }), shape: properties.shape || null }))),
  };
};

const held = (features) => ({ features, everything: features, columns: new geoservice.Columns(features) });
const filtered = (all, filters) => geoservice.sift(all, filters).passed;
const classCounts = (all, filters, other) => geoservice.sift(all, filters, other).counts;
const pickOptions = (all, filters, column) => geoservice.sift(all, filters).options(column);

const rows = [
  { status: "free", district: "A", area_m2: 10, shape: {} },
  { status: "free", district: "B", area_m2: 20, shape: {} },
  { status: "taken", district: "A", area_m2: 30, shape: {}, reasons: [{ text: "in use" }, { text: "pledged" }] },
  { status: "never heard of", district: "A", area_m2: 40 },
];

test("nothing chosen shows everything, unknown values in a class of their own", () => {
  const all = layer(rows);
  const filters = geoservice.freshFilters();
  assert.equal(filtered(all, filters).length, 4);
  assert.deepEqual(classCounts(all, filters), [2, 1, 1]);
  assert.equal(geoservice.isFiltered(filters), false);
});

test("the counts of chosen classes add up to the list, under every combination of filters", () => {
  const all = layer(rows);
  for (const chosen of [[], ["free"], ["taken"], ["free", null]]) {
    for (const district of ["", "A", "B"]) {
      const filters = geoservice.freshFilters();
      chosen.forEach((value) => geoservice.toggleClass(filters, "parcels", value));
      filters.picked["parcels.district"] = district;
      const counts = classCounts(all, filters);
      const wanted = all.classes.map((one, i) => (!chosen.length || chosen.includes(one.value) ? counts[i] : 0));
      const total = wanted.reduce((sum, count) => sum + count, 0);
      assert.equal(filtered(all, filters).length, total);
    }
  }
});

test("choosing twice unchooses", () => {
  const filters = geoservice.freshFilters();
  geoservice.toggleClass(filters, "parcels", "free");
  assert.ok(geoservice.isFiltered(filters));
  geoservice.toggleClass(filters, "parcels", "free");
  assert.ok(!geoservice.isFiltered(filters));
});

test("values to pick ignore their own pick, count a feature once and reach into lists", () => {
  const all = layer(rows);
  const filters = geoservice.freshFilters();
  filters.picked["parcels.district"] = "A";
  assert.deepEqual(pickOptions(all, filters, { property: "district" }), [["A", 3], ["B", 1]]);
  const reasons = pickOptions(all, filters, { property: "reasons.text" });
  assert.deepEqual(reasons, [["in use", 1], ["pledged", 1]]);
  filters.picked["parcels.reasons.text"] = "pledged";
  assert.deepEqual(filtered(all, filters).map((one) => one.properties.area_m2), [30]);
});

test("what is not on the map can be asked for", () => {
  const filters = { ...geoservice.freshFilters(), unmapped: true };
  assert.deepEqual(filtered(layer(rows), filters).map((one) => one.properties.area_m2), [40]);
});

test("a figure is null over nothing, never zero over zero", () => {
  const { features } = layer(rows);
  assert.equal(geoservice.figure({ sum: "area_m2" }, features), 100);
  assert.equal(geoservice.figure({ sum: "hidden_from_this_role" }, features), null);
  assert.equal(geoservice.figure({ sum: "area_m2", over: "absent" }, features), null);
  assert.equal(geoservice.figure({ sum: "area_m2", over: "area_m2" }, features), 1);
});

test("what lies within a drawn area can be asked for", () => {
  const filters = { ...geoservice.freshFilters(), within: new Set(["parcels/20", "projects/30"]) };
  assert.ok(geoservice.isFiltered(filters));
  assert.deepEqual(filtered(layer(rows), filters).map((one) => one.properties.area_m2), [20]);
});

test("two days are counted side by side, each by its own classes", () => {
  const all = layer(rows);
  Object.assign(all, held(all.features.map((one, i) => ({ ...one, otherNumber: i === 0 ? null : 1 }))));
  all.otherDay = 20000;
  const filters = geoservice.freshFilters();
  assert.deepEqual(classCounts(all, filters, true), [0, 3, 0]);
  geoservice.toggleClass(filters, "parcels", "free");
  assert.deepEqual(geoservice.sift(all, filters, true).passed, []);
  assert.equal(all.everything[1].otherKept, true, "the legend alone keeps it away");
  assert.equal(all.everything[0].otherKept, false);
});
