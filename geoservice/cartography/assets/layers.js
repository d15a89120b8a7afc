/* Which layers are shown: data from the top down, then the themes of the ground. */
(function (geoservice) {
  "use strict";

  /* Return {element}: a button with its panel. */
  geoservice.createLayerControl = (layers, themes, { changed, show, zoom, backgrounds }) => {
    const { el, icon, word, pick } = geoservice;
    const hints = layers.map((layer) => el("small", { hidden: true }, word("zoomHint")));
    const data = layers.map((layer, i) =>
      choice(pick(layer.title), layer.switchedOn, hints[i], (on) => {
        layer.switchedOn = on;
        changed();
      }),
    );
    const ground = themes.map((theme) =>
      choice(word(`theme_${theme}`), true, null, (on) => show(theme, on)),
    );
    const beneath = backgrounds.choices.length > 1 ? backgrounds.choices.map((one) => radio(one, backgrounds)) : [];
    const panel = el(
      "div.gs-popover",
      { hidden: true, id: "gs-layers" },
      el("h2", {}, word("layers")),
      data.reverse(),
      ground.length || beneath.length ? el("h2", {}, word("ground")) : null,
      beneath,
      ground,
    );
    const toggle = () => {
      panel.hidden = !panel.hidden;
      button.setAttribute("aria-expanded", String(!panel.hidden));
      layers.forEach((layer, i) => (hints[i].hidden = zoom() >= layer.definition.min_zoom));
      panel.querySelectorAll("input[name=gs-ground]").forEach((one) => (one.checked = one.value === backgrounds.chosen()));
    };
    const button = el(
      "button.gs-button",
      {
        type: "button",
        title: word("layers"),
        "aria-label": word("layers"),
        "aria-expanded": "false",
        "aria-controls": "gs-layers",
        on: { click: toggle },
      },
      icon("layers"),
    );
    document.addEventListener("pointerdown", (event) => {
      if (!panel.hidden && !panel.contains(event.target) && !button.contains(event.target)) toggle();
    });
    return { element: el("div.gs-layer-control", {}, button, panel) };
  };

  /* One of several base maps. */
  function radio({ name, title }, backgrounds) {
    const { el } = geoservice;
    const on = { change: () => backgrounds.choose(name) };
    const box = el("input", { type: "radio", name: "gs-ground", value: name, on });
    return el("label.gs-choice", {}, box, el("span", {}, title));
  }

  function choice(title, on, hint, act) {
    const { el } = geoservice;
    const box = el("input", { type: "checkbox", checked: on, on: { change: (event) => act(event.target.checked) } });
    return el("label.gs-choice", {}, box, el("span", {}, title), hint);
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
