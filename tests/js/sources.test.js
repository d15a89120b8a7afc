const assert = require("node:assert/strict");
const test = require("node:test");
const { load } = require("./load.js");

const geoservice = load("sources");
const BASE = "https://city.example/maps/projects";

const answer = (body, status = 200) => ({ ok: status < 400, status, json: async () => body });

test("the next page is asked of our own host, whatever host the link names", () => {
  const page = { links: [{ rel: "self", href: "/v1/x" }, { rel: "next", href: "http://inner:8000/v1/x?cursor=b" }] };
  assert.equal(geoservice.nextPage(page, "/v1/x?limit=2", BASE), "/v1/x?cursor=b");
  assert.equal(geoservice.nextPage({ links: [{ rel: "next", href: "?cursor=c" }] }, "/v1/x", BASE), "/v1/x?cursor=c");
  assert.equal(geoservice.nextPage({ features: [] }, "/v1/x", BASE), null);
});

test("all pages are followed and counted", async (t) => {
  const pages = {
    "/v1/x": { features: [1, 2], links: [{ rel: "next", href: "/v1/x?cursor=2" }] },
    "/v1/x?cursor=2": { features: [3], links: [] },
  };
  globalThis.document = { baseURI: BASE };
  t.mock.method(globalThis, "fetch", async (url) => answer(pages[url]));
  const seen = [];
  assert.deepEqual(await geoservice.loadFeatures([{ url: "/v1/x" }], (n) => seen.push(n)), [1, 2, 3]);
  assert.deepEqual(seen, [2, 3]);
});

test("a refusal is told in the service's own words", async (t) => {
  t.mock.method(globalThis, "fetch", async () => answer({ title: "Not found", detail: "There is no such parcel" }, 404));
  await assert.rejects(geoservice.fetchJson("/v1/x"), /There is no such parcel/);
});

test("an answer that is not JSON is told by its status", async (t) => {
  const broken = { ok: false, status: 502, json: async () => JSON.parse("<html>") };
  t.mock.method(globalThis, "fetch", async () => broken);
  await assert.rejects(geoservice.fetchJson("/v1/x"), /HTTP 502/);
});

test("parameters are added to those an address has", () => {
  assert.equal(geoservice.withParameters("/v1/x?limit=5", { q: "净地", datetime: null }), "/v1/x?limit=5&q=%E5%87%80%E5%9C%B0");
  assert.equal(geoservice.withParameters("/v1/x", {}), "/v1/x");
});
