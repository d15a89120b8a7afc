const assert = require("node:assert/strict");
const test = require("node:test");
const { load } = require("./load.js");

const geoservice = load("search");

const features = [
  { key: "XM1", name: "清澜新能源电池项目", project_code: "2406-320901-04-01-123456", search: "qinglanxinnengyuan qlxny" },
  { key: "XM2", name: "清澜", search: "qinglan ql" },
  { key: "XM3", name: "东屏新材料项目", search: "dongpingxincailiao dpxcl" },
  { key: "DK1", parcel_number: "LY04-037-03" },
].map((properties) => ({ key: properties.key, properties }));

const found = (query, limit) => geoservice.findFeatures(features, query, limit).map((one) => one.key);

test("Chinese, full pinyin and initials find the same", () => {
  assert.deepEqual(found("新能源"), ["XM1"]);
  assert.deepEqual(found("xinnengyuan"), ["XM1"]);
  assert.deepEqual(found("QLXNY"), ["XM1"]);
});

test("codes and numbers are found by a piece of them", () => {
  assert.deepEqual(found("2406-3209"), ["XM1"]);
  assert.deepEqual(found("ly04-037"), ["DK1"]);
});

test("an exact name comes before one that begins so", () => {
  assert.deepEqual(found("清澜"), ["XM2", "XM1"]);
});

test("every word must be found; no word finds nothing", () => {
  assert.deepEqual(found("新 东屏"), ["XM3"]);
  assert.deepEqual(found("清澜 东屏"), []);
  assert.deepEqual(found("   "), []);
});

test("no more than the limit", () => assert.equal(found("x", 1).length, 1));
