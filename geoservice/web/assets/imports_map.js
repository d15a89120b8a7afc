// The map of a check: what would become of each shape, told by colour, dash and word alike.
"use strict";

const STYLES = {
  refused: { color: "#8f1d13", weight: 2.5, dashArray: "2 4", fillColor: "#b42318", fillOpacity: 0.25 },
  conflicting: { color: "#9a3412", weight: 2.5, dashArray: "8 4", fillColor: "#ea580c", fillOpacity: 0.3 },
  ended: { color: "#525252", weight: 2, dashArray: "6 6", fillColor: "#525252", fillOpacity: 0.15 },
  changed: { color: "#a16207", weight: 2, fillColor: "#facc15", fillOpacity: 0.35 },
  new: { color: "#0f766e", weight: 2, fillColor: "#14b8a6", fillOpacity: 0.35 },
  unchanged: { color: "#9ca3af", weight: 1, fillColor: "#d1d5db", fillOpacity: 0.3 },
};
const BEFORE = { color: "#1f2937", weight: 1.5, dashArray: "3 5", fill: false };

function swatch(state) {
  const style = STYLES[state];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({ width: 24, height: 16, "aria-hidden": "true" })) svg.setAttribute(name, value);
  const box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const drawn = { x: 1, y: 1, width: 22, height: 14, rx: 2, fill: style.fillColor, "fill-opacity": style.fillOpacity, stroke: style.color, "stroke-width": 1.5, "stroke-dasharray": style.dashArray ?? "" };
  for (const [name, value] of Object.entries(drawn)) box.setAttribute(name, value);
  svg.append(box);
  return svg;
}

function words(properties) {
  const what = element("div", {}, element("strong", { textContent: properties.number ?? "" }), ` ${say(properties.state)}`);
  if (properties.row) what.append(element("div", { textContent: say("row").replace("{row}", properties.row) }));
  if (properties.fields.length) what.append(element("div", { textContent: properties.fields.join("、") }));
  return what;
}

class CheckMap {
  constructor(counts) {
    this.place = element("div", { className: "map", role: "img", "aria-label": say("onMap") });
    this.legend = element("div", { className: "legend" });
    this.layers = {};
    for (const state of Object.keys(STYLES)) {
      if (!counts[state]) continue;
      const box = element("input", { type: "checkbox", checked: true });
      box.addEventListener("change", () => (box.checked ? this.layers[state]?.addTo(this.map) : this.layers[state]?.remove()));
      this.legend.append(element("label", {}, box, swatch(state), `${say(state)} ${count(counts[state])}`));
    }
  }

  // Leaflet measures its container, which must stand in the page by then.
  show(features) {
    this.map = L.map(this.place, { preferCanvas: true, zoomSnap: 0.25, maxZoom: 21, attributionControl: false });
    L.control.scale({ imperial: false }).addTo(this.map);
    for (const [state, style] of Object.entries(STYLES).reverse()) {
      const own = features.filter((feature) => feature.properties.state === state);
      if (!own.length) continue;
      const group = L.featureGroup();
      for (const feature of own) {
        if (feature.properties.before) L.geoJSON(feature.properties.before, { style: BEFORE, interactive: false }).addTo(group);
        const point = (_, at) => L.circleMarker(at, { radius: 5, ...style });
        L.geoJSON(feature.geometry, { style, pointToLayer: point }).bindPopup(() => words(feature.properties)).addTo(group);
      }
      this.layers[state] = group.addTo(this.map);
    }
    const drawn = Object.values(this.layers);
    if (drawn.length) this.map.fitBounds(L.featureGroup(drawn).getBounds().pad(0.05), { animate: false });
    else this.map.setView([33.2, 119.5], 10);
  }

  look(place) {
    this.place.scrollIntoView({ block: "nearest" });
    this.map.setView([place[1], place[0]], Math.max(this.map.getZoom(), 17));
    this.mark?.remove();
    this.mark = L.circleMarker([place[1], place[0]], { radius: 12, color: "#8f1d13", weight: 3, fill: false }).addTo(this.map);
  }
}
