const assert = require("node:assert/strict");
const test = require("node:test");
const { load } = require("./load.js");

const geoservice = load("i18n", "format", "geometry", "style", "tracks", "roll", "dated");

const vocabularies = {
  stage_group: { pipeline: {}, signed: {}, approved: {}, started: {}, completed: {}, producing: {}, capacity_reached: {} },
  task_state: { not_started: {}, agreed: {}, demolishing: {}, demolished: {}, delivered: {}, disputed: {} },
};

test("days and dates are the same thing in both directions", () => {
  assert.equal(geoservice.dayOf("2024-01-01"), 19723);
  for (const day of [0, 19723, 20849, 21029]) assert.equal(geoservice.dayOf(geoservice.dateOf(day)), day);
});

test("an answer holds from its day to the next, and is nothing before the first", () => {
  const text = "19723:1;19900:2;20000:-;20849:3s;21030:4*";
  const on = (day) => geoservice.codeOn(text, day);
  assert.deepEqual([19722, 19723, 19899, 19900, 20000, 20848, 20849, 30000].map(on), ["-", "1", "1", "2", "-", "-", "3s", "4*"]);
  assert.equal(geoservice.codeOn(null, 20000), "-");
});

test("codes are words of their vocabulary, with side states and plans told apart", () => {
  const groups = Object.keys(vocabularies.stage_group);
  const states = Object.keys(vocabularies.task_state);
  assert.deepEqual(geoservice.answerOf("stages", "4*", groups), { value: "started", side: null, planned: true });
  assert.deepEqual(geoservice.answerOf("stages", "3t", groups), { value: "approved", side: "terminated", planned: false });
  assert.equal(geoservice.answerOf("verdicts", "c", []).value, "conditional");
  assert.equal(geoservice.answerOf("clearance", "0", states).value, "not_started");
  assert.equal(geoservice.answerOf("clearance", "in_progress", states).value, "in_progress");
  assert.equal(geoservice.answerOf("clearance", "-", states), null);
});

test("the first free day is today where it is free, the day to come where it is planned, else none", () => {
  const first = (text) => geoservice.firstDay("verdicts", text, "available", [], 20000);
  assert.equal(first("19723:a"), 20000);
  assert.equal(first("19723:a;19900:u;20100:a*"), 20100);
  assert.equal(first("19723:u"), null);
  assert.equal(first("19723:a;19900:u"), null);
});

const layerOf = (property, classes) => {
  const style = { property, classes: classes.map((value) => ({ value })) };
  return { track: "verdicts", style, vocabularies, numberOf: geoservice.classifier(style), numberOfValue: geoservice.classNumbers(style) };
};

test("rows are judged by the day; what is not there that day has no class", () => {
  const layer = layerOf("status", ["available", "conditional", "unavailable"]);
  const row = { properties: { status: "available" }, track: "19723:u;20849:a;21000:-" };
  const number = (day) => geoservice.judgeOn(layer, day)(row).number;
  assert.equal(number(null), 0, "the day of the page is told by the page");
  assert.deepEqual([19000, 19800, 20900, 21500].map(number), [null, 2, 0, null]);
});

test("a theme of what does not change keeps its classes, but not what is gone", () => {
  const layer = layerOf("level", ["city", "district"]);
  const row = { properties: { level: "district" }, track: "19723:u;21000:-" };
  assert.equal(geoservice.judgeOn(layer, 20000)(row).number, 1);
  assert.equal(geoservice.judgeOn(layer, 21000)(row).number, null);
});

test("how soon land is free is told from its verdicts", () => {
  const layer = layerOf("free_when", ["now", "quarter", "year", "later", "unknown"]);
  const number = (track) => geoservice.judgeOn(layer, 20000)({ properties: {}, track }).number;
  assert.deepEqual(["19723:a", "19723:u;20050:a*", "19723:u;20300:a*", "19723:u;22000:a*", "19723:u"].map(number), [0, 1, 2, 3, 4]);
});

test("a roll becomes rows with their places, values that repeat are unpacked", () => {
  const { rows, track, covers } = geoservice.readRoll({
    count: 3,
    covers: { from: null, to: "2027-01-01" },
    columns: {
      key: { values: ["A", "B", "C"] },
      district_name: { values: ["东", null], index: [0, 1, 0] },
      area_m2: { values: [10, 20.5, null] },
      verdicts: { values: ["19723:u", null], index: [0, 0, 1] },
    },
    places: { origin: [11960000, 3320000], scale: 1e-5, west: [0, 100, null], south: [0, 0, null], width: [50, 100, null], height: [50, 100, null] },
  });
  assert.equal(track, "verdicts");
  assert.deepEqual(rows.map((one) => one.properties.district_name), ["东", null, "东"]);
  assert.deepEqual(rows.map((one) => one.track), ["19723:u", "19723:u", null]);
  assert.equal(rows[2].shape, null);
  const [longitude, latitude] = geoservice.toDegrees(...rows[0].shape.at);
  assert.ok(Math.abs(longitude - 119.60025) < 1e-6 && Math.abs(latitude - 33.20025) < 1e-6);
  const last = geoservice.dayOf("2027-01-01");
  assert.ok(geoservice.coversDay(covers, last - 1) && !geoservice.coversDay(covers, last));
});

test("the span of tracks reaches from the first change to the last", () => {
  assert.deepEqual(geoservice.spanOf(["19723:u;20849:a", null, "19800:u;21000:a*"]), [19723, 21000]);
  assert.equal(geoservice.spanOf([null, ""]), null);
});
