/* From the pointer to a feature: a click selects, the next one what lies beneath, hovering names. */
(function (geoservice) {
  "use strict";

  /* Listen on the map; `layersOnTop()` gives the layers, the topmost first. */
  geoservice.watchPointer = (map, layersOnTop, { hover, select, selected, ringAt, selectUnit, busy }) => {
    const tip = geoservice.el("div.gs-tip", { hidden: true, role: "presentation" });
    map.getContainer().append(tip);
    let waiting = null;

    const place = ({ latlng }) => {
      const [x, y] = geoservice.toUnit(latlng.lng, latlng.lat);
      return [x, y, { zoom: map.getZoom(), scale: 256 * 2 ** map.getZoom() }];
    };
    const at = (event) => {
      const [x, y, view] = place(event);
      for (const layer of layersOnTop()) {
        const found = layer.hit(x, y, view);
        if (found) return found;
      }
      return null;
    };
    const click = (event) => {
      if (busy() || event.originalEvent.detail > 1) return; // a double click zooms
      const [x, y, view] = place(event);
      const ring = ringAt(x, y);
      if (ring) return selectUnit(ring);
      const all = layersOnTop().flatMap((layer) => layer.hits(x, y, view));
      return select(all.length ? all[(all.indexOf(selected()) + 1) % all.length] : null);
    };

    const move = (event) => {
      if (waiting) return;
      waiting = requestAnimationFrame(() => {
        waiting = null;
        const [x, y] = place(event);
        const ring = busy() ? null : ringAt(x, y);
        const found = busy() || ring ? null : at(event);
        hover(found);
        showTip(tip, ring ? ringWords(ring) : found && featureWords(found), event.containerPoint, map.getSize());
        map.getContainer().classList.toggle("gs-pointing", Boolean(found || ring));
      });
    };
    const leave = () => {
      hover(null);
      tip.hidden = true;
    };

    map.on("click", click);
    if (globalThis.matchMedia("(hover: hover)").matches) {
      map.on("mousemove", move);
      map.on("mouseout movestart", leave);
    }
  };

  function featureWords({ layer, number, properties }) {
    const swatch = layer.classes[number];
    return [geoservice.nameOf(properties), swatch ? geoservice.pick(swatch.title) : geoservice.pick(layer.title)];
  }

  function ringWords(ring) {
    return [geoservice.ringName(ring), `${geoservice.pick(ring.layer.title)} ${geoservice.quantity(ring.total, "number").number}`];
  }

  function showTip(tip, words, point, size) {
    tip.hidden = !words;
    if (!words) return;
    geoservice.fill(tip, [geoservice.el("strong", {}, words[0]), geoservice.el("span", {}, words[1])]);
    const width = tip.offsetWidth;
    tip.style.left = `${Math.min(point.x + 14, size.x - width - 8)}px`;
    tip.style.top = `${Math.min(point.y + 14, size.y - tip.offsetHeight - 8)}px`;
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
