/* From the pointer to a feature: a click selects, hovering names. */
(function (geoservice) {
  "use strict";

  /* Listen on the map; `layersOnTop()` gives the layers, the topmost first. */
  geoservice.watchPointer = (map, layersOnTop, { hover, select }) => {
    const tip = geoservice.el("div.gs-tip", { hidden: true, role: "presentation" });
    map.getContainer().append(tip);
    let waiting = null;

    const at = ({ latlng }) => {
      const [x, y] = geoservice.toUnit(latlng.lng, latlng.lat);
      const view = { zoom: map.getZoom(), scale: 256 * 2 ** map.getZoom() };
      for (const layer of layersOnTop()) {
        const found = layer.hit(x, y, view);
        if (found) return found;
      }
      return null;
    };

    const move = (event) => {
      if (waiting) return;
      waiting = requestAnimationFrame(() => {
        waiting = null;
        const found = at(event);
        hover(found);
        showTip(tip, found, event.containerPoint, map.getSize());
        map.getContainer().classList.toggle("gs-pointing", Boolean(found));
      });
    };
    const leave = () => {
      hover(null);
      tip.hidden = true;
    };

    map.on("click", (event) => select(at(event)));
    if (globalThis.matchMedia("(hover: hover)").matches) {
      map.on("mousemove", move);
      map.on("mouseout movestart", leave);
    }
  };

  function showTip(tip, feature, point, size) {
    tip.hidden = !feature;
    if (!feature) return;
    const swatch = feature.layer.classes[feature.number];
    geoservice.fill(tip, [
      geoservice.el("strong", {}, geoservice.nameOf(feature.properties)),
      geoservice.el("span", {}, swatch ? geoservice.pick(swatch.title) : geoservice.pick(feature.layer.title)),
    ]);
    const width = tip.offsetWidth;
    tip.style.left = `${Math.min(point.x + 14, size.x - width - 8)}px`;
    tip.style.top = `${Math.min(point.y + 14, size.y - tip.offsetHeight - 8)}px`;
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
