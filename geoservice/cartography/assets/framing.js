/* Bring things into view, clear of the panels. */
(function (geoservice) {
  "use strict";

  const NARROW = 720;

  geoservice.isNarrow = () => innerWidth < NARROW && !geoservice.isWall();

  /* How much of the map's edges the panels cover. */
  geoservice.paddingOf = (card = false) => {
    if (geoservice.isNarrow()) {
      // The edge of a city is seldom where anything is: on a narrow screen it may leave it, and the rest grows.
      const side = card ? 16 : -20;
      return { paddingTopLeft: [side, 16], paddingBottomRight: [side, card ? innerHeight * 0.5 : 184] };
    }
    // A wall looked at on a phone shows no panel.
    if (geoservice.isWall()) return { paddingTopLeft: [innerWidth < NARROW ? 16 : 336, 24], paddingBottomRight: [32, 32] };
    if (document.body.classList.contains("gs-item-page")) {
      return { paddingTopLeft: [664, 24], paddingBottomRight: [80, 40] };
    }
    const bottom = document.body.classList.contains("gs-has-time") ? 96 : 40;
    return { paddingTopLeft: [392, 24], paddingBottomRight: [card ? 456 : 80, bottom] };
  };

  /* Fly to a box of the unit square. */
  geoservice.flyTo = (map, box, { card = true, maxZoom = 15.5 } = {}) => {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const view = { ...geoservice.paddingOf(card), maxZoom, duration: 0.7, animate: !still };
    map[still ? "fitBounds" : "flyToBounds"](cornersOf(box), view);
  };

  /* Fit the map to bounds in degrees, or to what features cover; nothing where neither is known. */
  geoservice.fitHome = (map, bounds, features, { card, animate }) => {
    const box = bounds ? null : geoservice.boxAround(features);
    if (!bounds && !box) return;
    const corners = bounds ? [[bounds[1], bounds[0]], [bounds[3], bounds[2]]] : cornersOf(box);
    map.fitBounds(corners, { ...geoservice.paddingOf(card), animate });
  };

  /* The box around features that are on the map; null where none is. */
  geoservice.boxAround = (features) => {
    let around = null;
    for (const { shape } of features) {
      if (!shape) continue;
      const { box } = shape;
      around = around
        ? [Math.min(around[0], box[0]), Math.min(around[1], box[1]), Math.max(around[2], box[2]), Math.max(around[3], box[3])]
        : [...box];
    }
    return around;
  };

  function cornersOf(box) {
    const [west, north] = geoservice.toDegrees(box[0], box[1]);
    const [east, south] = geoservice.toDegrees(box[2], box[3]);
    return [[south, west], [north, east]];
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
