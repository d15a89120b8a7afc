const assert = require("node:assert/strict");
const test = require("node:test");
const { load } = require("./load.js");

const geoservice = load("i18n", "format", "track");

const ORDER = ["pipeline", "negotiating", "signed", "started", "completed"];
const STAGES = [
  { stage: "pipeline", planned_on: "2026-01-01", actual_on: "2026-01-01" },
  { stage: "signed", planned_on: "2026-03-01", actual_on: "2026-03-11" },
  { stage: "started", planned_on: "2026-06-01", actual_on: null },
  { stage: "completed", planned_on: "2027-06-01", actual_on: null },
];

test("each node is judged as of the date", () => {
  const track = geoservice.trackOf(STAGES, ORDER, "2026-06-11");
  assert.deepEqual(track.map((one) => one.state), ["done", "skipped", "done_late", "overdue", "due"]);
  assert.deepEqual(track.map((one) => one.days), [null, null, 10, 10, null]);
  assert.deepEqual(track.map((one) => one.current), [false, false, true, false, false]);
});

test("on the planned day itself nothing is overdue", () => {
  assert.equal(geoservice.trackOf(STAGES, ORDER, "2026-06-01")[3].state, "due");
});

test("without stages all nodes are open", () => {
  const track = geoservice.trackOf(undefined, ORDER, "2026-06-01");
  assert.ok(track.every((one) => one.state === "open" && !one.current));
});

test("a plan of a stage that has no date is open, not due", () => {
  const track = geoservice.trackOf([{ stage: "signed" }], ORDER, "2026-06-01");
  assert.equal(track[2].state, "open");
});
