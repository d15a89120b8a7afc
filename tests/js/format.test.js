const assert = require("node:assert/strict");
const test = require("node:test");
const { load } = require("./load.js");

const geoservice = load("i18n", "format");

test.beforeEach(() => {
  geoservice.setLanguage("zh");
  geoservice.setVocabularies({ stage: { started: { zh: "开工", en: "Started" } } });
});

test("fen become 亿元 and 万元, square metres 亩", () => {
  assert.equal(geoservice.format(123_450_000_000, "yi"), "12.35 亿元");
  assert.equal(geoservice.format(123_456_700, "wan"), "123 万元");
  assert.equal(geoservice.format(2000 / 3, "mu"), "1.0 亩");
  assert.equal(geoservice.format(1_000_000, "mu"), "1,500 亩");
});

test("English readers get billions, not a unit they do not know", () => {
  geoservice.setLanguage("en");
  assert.equal(geoservice.format(123_450_000_000, "yi"), "1.23 bn CNY");
});

test("thousands are separated, rates have one digit", () => {
  assert.equal(geoservice.format(1234567, "number"), "1,234,567");
  assert.equal(geoservice.format(0.8257, "percent"), "82.6%");
});

test("nothing is nothing, zero is zero", () => {
  assert.equal(geoservice.format(null, "yi"), "");
  assert.equal(geoservice.format("", "text"), "");
  assert.equal(geoservice.format(0, "number"), "0");
  assert.equal(geoservice.quantity(null, "mu").number, "—");
});

test("codes read as words, unknown codes as themselves", () => {
  assert.equal(geoservice.format("started", "stage"), "开工");
  assert.equal(geoservice.format("strange", "stage"), "strange");
  assert.equal(geoservice.format(["started", "strange"], "stage"), "开工、strange");
});

test("days between dates are whole, across a change of the clock too", () => {
  assert.equal(geoservice.daysBetween("2026-03-01", "2026-04-01"), 31);
  assert.equal(geoservice.daysBetween("2026-04-01", "2026-03-01"), -31);
  assert.equal(geoservice.daysBetween(null, "2026-03-01"), null);
});
