/* Two days side by side: left of the divider the day of the slider, right of it another. */
(function (geoservice) {
  "use strict";

  const AHEAD_DAYS = 182;
  const STEP = 24;

  /* Return {element, button, start(day), day()}. */
  geoservice.createCompare = (screen) => {
    const { el, icon, word } = geoservice;
    const { map } = screen;
    let other = null;
    let at = 0.5;

    const input = el("input", { type: "date", "aria-label": word("compareWith"), on: { change: () => input.value && start(geoservice.dayOf(input.value)) } });
    const left = el("span.gs-compare-day");
    const handle = el("div.gs-divider", { role: "slider", tabindex: "0", "aria-label": word("divider"), "aria-valuemin": 0, "aria-valuemax": 100 });
    const close = el("button.gs-button", { type: "button", "aria-label": word("close"), title: word("close"), on: { click: () => stop() } }, icon("close"));
    const element = el("div.gs-compare", { hidden: true }, handle, el("div.gs-compare-bar", {}, left, el("span", { "aria-hidden": "true" }, "⇆"), input, close));
    const button = el(
      "button.gs-button.gs-compare-button",
      { type: "button", title: word("compare"), "aria-label": word("compare"), "aria-pressed": "false", on: { click: () => (other === null ? start(screen.day() + AHEAD_DAYS) : stop()) } },
      icon("compare"),
    );

    const place = () => {
      const box = map.getContainer().getBoundingClientRect();
      handle.style.left = `${box.left + at * box.width}px`;
      handle.setAttribute("aria-valuenow", String(Math.round(at * 100)));
      map.geoserviceSplit = other === null ? null : at * box.width;
      geoservice.canvasOf(map).redraw();
    };
    const start = (day) => {
      other = day;
      input.value = geoservice.dateOf(day);
      element.hidden = false;
      button.setAttribute("aria-pressed", "true");
      for (const layer of screen.layers) if (layer.track) layer.setOtherDay(day);
      refresh();
      place();
      screen.update();
    };
    const stop = () => {
      other = null;
      element.hidden = true;
      button.setAttribute("aria-pressed", "false");
      for (const layer of screen.layers) layer.setOtherDay(null);
      place();
      screen.update();
    };
    /* Layers that came after comparing began join in; the left day follows the slider. */
    const refresh = () => {
      if (other === null) return;
      geoservice.fill(left, [geoservice.dateOf(screen.day())]);
      for (const layer of screen.layers) if (layer.track && layer.otherDay !== other) layer.setOtherDay(other);
    };
    const moveTo = (share) => {
      at = Math.max(0.02, Math.min(0.98, share));
      place();
    };

    handle.addEventListener("pointerdown", (event) => {
      handle.setPointerCapture(event.pointerId);
      const box = map.getContainer().getBoundingClientRect();
      const move = ({ clientX }) => moveTo((clientX - box.left) / box.width);
      handle.addEventListener("pointermove", move);
      handle.addEventListener("pointerup", () => handle.removeEventListener("pointermove", move), { once: true });
    });
    handle.addEventListener("keydown", (event) => {
      const steps = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!steps) return;
      event.preventDefault();
      event.stopPropagation();
      moveTo(at + (steps * STEP) / map.getSize().x);
    });
    // The canvas moves with the map, the divider stays: the two sides are drawn again as they move.
    map.on("move", () => other !== null && geoservice.canvasOf(map).redraw());
    map.on("resize", place);
    return { element, button, start, refresh, day: () => other };
  };
})((globalThis.geoservice = globalThis.geoservice || {}));
