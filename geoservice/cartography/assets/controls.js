/* Zoom, home, full screen, and a metric scale. */
(function (geoservice) {
  "use strict";

  geoservice.createControls = (map, { home, layerControl, tools, compare, print }) => {
    const { el, icon, word } = geoservice;
    const button = (name, title, act) =>
      el("button.gs-button", { type: "button", title: word(title), "aria-label": word(title), on: { click: act } }, icon(name));
    const whole = () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
    return el(
      "div.gs-controls",
      {},
      layerControl,
      el(
        "div.gs-stack",
        {},
        button("plus", "zoomIn", () => map.zoomIn()),
        button("minus", "zoomOut", () => map.zoomOut()),
      ),
      button("home", "home", home),
      el("div.gs-stack", {}, tools, compare),
      button("print", "print", print),
      document.fullscreenEnabled && button("full", "fullScreen", whole),
    );
  };

  geoservice.addScale = (map) => {
    L.control.scale({ imperial: false, maxWidth: 112, position: "bottomleft" }).addTo(map);
  };
})((globalThis.geoservice = globalThis.geoservice || {}));
