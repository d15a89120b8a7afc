/* The small map of a page of features: their shapes, nothing else; a click leads to the row. */
(function () {
  "use strict";

  const held = document.getElementById("features");
  const place = document.getElementById("map");
  if (!held || !place || !window.L) return;

  const map = L.map(place, { attributionControl: false, zoomSnap: 0.25 });
  const plain = { color: "#1f2937", weight: 1, fillColor: "#0f766e", fillOpacity: 0.35 };
  const drawn = L.geoJSON(JSON.parse(held.textContent), {
    style: plain,
    pointToLayer: (feature, where) => L.circleMarker(where, { ...plain, radius: 5 }),
    onEachFeature: (feature, layer) => {
      const row = document.getElementById("row-" + feature.id);
      if (!row) return;
      layer.on("click", () => {
        location.hash = row.id;
      });
      row.addEventListener("mouseenter", () => layer.setStyle({ weight: 3 }));
      row.addEventListener("mouseleave", () => layer.setStyle({ weight: 1 }));
    },
  }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  const bounds = drawn.getBounds();
  if (bounds.isValid()) map.fitBounds(bounds, { padding: [16, 16], maxZoom: 18 });
})();
