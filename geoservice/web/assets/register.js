// The map of a register: rows and shapes choose each other; what data say is never run.
"use strict";

const told = JSON.parse(document.getElementById("told").textContent);
const canvas = L.canvas({ padding: 0.3 });
const map = L.map("map", { renderer: canvas, attributionControl: false, zoomSnap: 0.5, preferCanvas: true });
L.control.scale({ imperial: false }).addTo(map);

const BASE = {
  water: { color: "#b9d3e3", fillColor: "#cfe1ec", fillOpacity: 1, weight: 1 },
  green: { color: "#dfe7d6", fillColor: "#e4ecdb", fillOpacity: 1, weight: 0 },
  built: { color: "#e6e1d8", fillColor: "#e6e1d8", fillOpacity: 1, weight: 0 },
  road: { color: "#ffffff", weight: 1.5, fill: false },
};
const PLAIN = { color: "#1f2937", weight: 1, fillColor: "#fe7782", fillOpacity: 0.85 };
const CHOSEN = { color: "#1d5fe0", weight: 3, fillColor: "#fe7782", fillOpacity: 0.95 };

const shapes = new Map();
let chosen = null;

async function features(address) {
  const response = await fetch(address, { headers: { Accept: "application/geo+json" }, credentials: "same-origin" });
  return response.ok ? response.json() : { type: "FeatureCollection", features: [] };
}

function choose(key, move) {
  if (chosen !== null) {
    shapes.get(chosen)?.setStyle(PLAIN);
    document.querySelector("tr.chosen")?.classList.remove("chosen");
  }
  chosen = key;
  const shape = shapes.get(key);
  shape?.setStyle(CHOSEN);
  shape?.bringToFront();
  const line = [...document.querySelectorAll("tr[data-key]")].find((one) => one.dataset.key === key);
  line?.classList.add("chosen");
  if (move && shape) map.fitBounds(shape.getBounds(), { maxZoom: 16, padding: [48, 48] });
  if (!move) line?.scrollIntoView({ block: "nearest" });
}

function drawRows(collection) {
  const placed = collection.features.filter((feature) => feature.geometry);
  const layer = L.geoJSON({ type: "FeatureCollection", features: placed }, {
    style: () => PLAIN,
    pointToLayer: (_, place) => L.circleMarker(place, { ...PLAIN, radius: 6 }),
    onEachFeature: (feature, shape) => {
      shapes.set(String(feature.id), shape);
      shape.on("click", () => choose(String(feature.id), false));
    },
  }).addTo(map);
  if (placed.length) map.fitBounds(layer.getBounds(), { padding: [24, 24] });
}

async function show() {
  const [west, south, east, north] = told.bounds ?? [73, 18, 135, 53];
  map.fitBounds([[south, west], [north, east]]);
  for (const theme of ["built", "green", "water", "road"]) {
    for (const address of told.base[theme] ?? []) {
      L.geoJSON(await features(address), { style: () => BASE[theme], interactive: false }).addTo(map);
    }
  }
  drawRows(await features(told.data));
  document.body.dataset.ready = "yes";
}

for (const line of document.querySelectorAll("tr[tabindex]")) {
  line.addEventListener("click", () => choose(line.dataset.key, true));
  line.addEventListener("keydown", (event) => {
    if (event.key === "Enter") choose(line.dataset.key, true);
  });
}
show();
