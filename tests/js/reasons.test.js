const assert = require("node:assert/strict");
const { readFileSync } = require("node:fs");
const path = require("node:path");
const { afterEach, test } = require("node:test");
const { load } = require("./load.js");

const geoservice = load("i18n", "reasons", "format", "style");
const RULES = path.join(__dirname, "..", "..", "geoservice", "availability", "rules", "default.toml");

afterEach(() => geoservice.setLanguage("zh"));

test("a reason that is a code alone is still told in words, in both languages", () => {
  assert.equal(geoservice.reasonText({ code: "restricted" }), "有限制，请咨询自然资源和规划部门");
  geoservice.setLanguage("en");
  assert.equal(geoservice.reasonText({ code: "restricted" }), "Restricted; ask the planning office");
});

test("a sentence is told in the language of the page, and in Chinese where there is no other", () => {
  const reason = { code: "building", text: "在建", text_en: "Under construction" };
  assert.equal(geoservice.reasonText(reason), "在建");
  geoservice.setLanguage("en");
  assert.equal(geoservice.reasonText(reason), "Under construction");
  assert.equal(geoservice.reasonText({ code: "own", text: "自定" }), "自定");
});

test("every code of the shipped rules has short words; a code of an office's own shows as itself", () => {
  const codes = [...readFileSync(RULES, "utf8").matchAll(/code = "(\w+)"/g)].map(([, code]) => code);
  assert.ok(codes.length > 20);
  assert.deepEqual(codes.filter((code) => geoservice.format(code, "reason") === code), []);
  assert.equal(geoservice.format("own_rule", "reason"), "own_rule");
  assert.equal(geoservice.format("constructor", "reason"), "constructor");
});

test("a reader who is told less is classed by what is told", () => {
  const classes = [{ value: "agreed" }, { value: "in_progress", optional: true }];
  const number = geoservice.classifier({ property: "state", otherwise: "public_state", classes });
  assert.equal(number({ properties: { state: "agreed", public_state: "in_progress" } }), 0);
  assert.equal(number({ properties: { public_state: "in_progress" } }), 1);
  assert.equal(number({ properties: { state: "new" } }), 2);
  assert.equal(number({ properties: {} }), 2);
});
