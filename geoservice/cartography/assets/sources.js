/* Bring features: from a block of the page, or from the service page by page. */
(function (geoservice) {
  "use strict";

  /* All features of a list of places {block} or {url}. `progress` hears the number so far. */
  geoservice.loadFeatures = async (places, progress = () => {}) => {
    const features = [];
    for (const place of places) {
      const pages = place.block ? [fromBlock(place.block)] : fromService(place.url);
      for await (const page of pages) {
        for (const feature of page.features) features.push(feature);
        progress(features.length);
      }
    }
    return features;
  };

  /* One document of a place {block} or {url}. */
  geoservice.loadDocument = async (place) => (place.block ? fromBlock(place.block) : geoservice.fetchJson(place.url));

  /* Tiles of a place: from the service, or packed in a block of the page. `detail` is the lowest zoom of features. */
  geoservice.tilesOf = (place, detail = 0) => {
    if (place.url) return geoservice.tilesFrom(place.url, detail);
    const packed = fromBlock(place.block);
    return async ({ z, x, y }) => (packed[`${z}/${x}/${y}`] ? geoservice.unpack(packed[`${z}/${x}/${y}`]) : null);
  };

  /* Bytes that were compressed with gzip and written as base64. */
  geoservice.unpack = async (text) => {
    const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).arrayBuffer();
  };

  /* A template of tiles with other parameters; the braces stay as they are. */
  geoservice.withDay = (template, parameters) => {
    const [path, query] = template.split("?");
    return geoservice.withParameters(`${path}?${query || ""}`, parameters);
  };

  /* One JSON answer of the service, or an error that says what the service said. */
  geoservice.fetchJson = async (url) => {
    const answer = await fetch(url, { headers: { Accept: "application/geo+json, application/json" } });
    if (!answer.ok) throw new Error(await said(answer));
    return answer.json();
  };

  /* The address of the next page, null at the end; of a link only path and query count: the host is ours. */
  geoservice.nextPage = (page, url, base) => {
    const link = (page.links || []).find((one) => one.rel === "next");
    if (!link) return null;
    const next = new URL(link.href, new URL(url, base));
    return next.pathname + next.search;
  };

  /* An address with further parameters; null takes one away. */
  geoservice.withParameters = (url, parameters) => {
    const [path, query] = url.split("?");
    const search = new URLSearchParams(query || "");
    for (const [name, value] of Object.entries(parameters)) {
      if (value === null) search.delete(name);
      else if (value !== undefined) search.set(name, value);
    }
    const text = search.toString();
    return text ? `${path}?${text}` : path;
  };

  function fromBlock(id) {
    const block = document.getElementById(id);
    const page = JSON.parse(block.textContent);
    block.remove();
    return page;
  }

  async function* fromService(url) {
    for (let next = url; next; ) {
      const page = await geoservice.fetchJson(next);
      yield page;
      next = geoservice.nextPage(page, next, document.baseURI);
    }
  }

  async function said(answer) {
    try {
      const problem = await answer.json();
      return problem.detail || problem.title || String(answer.status);
    } catch {
      return `HTTP ${answer.status}`;
    }
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
