/* The whole state of the screen in its address: view, day, themes, layers, filters; what is selected stands behind #. */
(function (geoservice) {
  "use strict";

  const OURS = ["view", "ground", "day", "compare", "theme", "layers", "class", "pick", "unmapped"];

  /* The state an address names. Whatever it cannot mean is left out. */
  geoservice.readState = (search, hash) => {
    const given = new URLSearchParams(search);
    const list = (name) => (given.get(name) || "").split(";").filter(Boolean);
    const pairs = (name) => list(name).map((one) => one.split("~").map(plain)).map(([first, ...rest]) => [first, rest]);
    const numbers = (given.get("view") || "").split(",").map(Number);
    return {
      selected: safely(() => decodeURIComponent(hash.replace(/^#/, ""))) || null,
      view: numbers.length === 3 && numbers.every(Number.isFinite) ? { zoom: numbers[0], longitude: numbers[1], latitude: numbers[2] } : null,
      ground: given.get("ground"),
      day: dayIn(given.get("day")),
      compare: dayIn(given.get("compare")),
      themes: pairs("theme").map(([layer, [number]]) => [layer, Number(number)]),
      layers: given.has("layers") ? new Set(list("layers")) : null,
      chosen: pairs("class").map(([layer, values]) => [layer, values.map((one) => one || null)]),
      picked: pairs("pick").map(([name, [value]]) => [name, value || ""]),
      unmapped: given.get("unmapped") === "1",
    };
  };

  /* The address of a state: parameters of others (the language, the day of the data) stay. */
  geoservice.writeState = (state, search) => {
    const given = new URLSearchParams(search);
    OURS.forEach((name) => given.delete(name));
    const set = (name, value) => value && given.set(name, value);
    const { view } = state;
    set("view", view && [view.zoom.toFixed(2), view.longitude.toFixed(5), view.latitude.toFixed(5)].join(","));
    set("ground", state.ground);
    set("day", state.day !== null && geoservice.dateOf(state.day));
    set("compare", state.compare !== null && geoservice.dateOf(state.compare));
    set("theme", state.themes.filter(([, number]) => number).map(([layer, number]) => `${layer}~${number}`).join(";"));
    if (state.layers) given.set("layers", [...state.layers].join(";"));
    set("class", state.chosen.filter(([, values]) => values.length).map(([layer, values]) => [layer, ...values.map((one) => marked(one ?? ""))].join("~")).join(";"));
    set("pick", state.picked.filter(([, value]) => value).map(([name, value]) => `${name}~${marked(value)}`).join(";"));
    set("unmapped", state.unmapped && "1");
    const text = given.toString();
    return `${text ? `?${text}` : ""}${state.selected ? `#${encodeURIComponent(state.selected)}` : ""}`;
  };

  /* What stands between the parts must not stand in them. */
  function marked(text) {
    return text.replace(/[~;!]/g, (one) => `!${one.charCodeAt(0).toString(16)}`);
  }

  function plain(text) {
    return text.replace(/!([0-9a-f]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
  }

  function dayIn(text) {
    return text && /^\d{4}-\d{2}-\d{2}$/.test(text) && Number.isFinite(Date.parse(text)) ? geoservice.dayOf(text) : null;
  }

  function safely(act) {
    try {
      return act();
    } catch {
      return null;
    }
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
