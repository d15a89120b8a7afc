/* Drawing on the map: a line to measure, an area to measure and to sum up what lies in it. */
(function (geoservice) {
  "use strict";

  const CLOSE_PX = 12;
  const MOST_POINTS = 100;
  const ACCENT = "#1D5FE0";

  /* Return {element, buttons, active(), stop()}; the element tells what was measured. */
  geoservice.createTools = (screen) => {
    const { el, icon, word } = geoservice;
    const { map, highlight } = screen;
    let drawing = null;

    const body = el("div.gs-tool-body", { "aria-live": "polite" });
    const shut = el("button.gs-button", { type: "button", "aria-label": word("close"), title: word("close"), on: { click: () => stop() } }, icon("close"));
    const title = el("h2");
    const element = el("section.gs-tool", { hidden: true }, el("div.gs-tool-top", {}, title, shut), body);
    const buttons = ["measure", "region"].map((kind) =>
      el("button.gs-button", { type: "button", title: word(kind), "aria-label": word(kind), "aria-pressed": "false", on: { click: () => toggle(kind) } }, icon(kind === "region" ? "area" : kind)),
    );

    const toggle = (kind) => (drawing && drawing.kind === kind ? stop() : start(kind));
    const start = (kind) => {
      stop();
      drawing = { kind, points: [], done: false, ahead: null };
      element.hidden = false;
      geoservice.fill(title, [word(kind)]);
      buttons.forEach((one, i) => one.setAttribute("aria-pressed", String(["measure", "region"][i] === kind)));
      map.getContainer().classList.add("gs-drawing");
      map.doubleClickZoom.disable();
      tell();
    };
    const stop = () => {
      if (!drawing) return;
      drawing = null;
      element.hidden = true;
      buttons.forEach((one) => one.setAttribute("aria-pressed", "false"));
      map.getContainer().classList.remove("gs-drawing");
      map.doubleClickZoom.enable();
      if (screen.filters.within) {
        screen.filters.within = null;
        screen.update();
      }
      highlight.canvas.redraw();
    };
    const finish = () => {
      if (drawing.points.length < (drawing.kind === "region" ? 3 : 2)) return;
      drawing.done = true;
      drawing.ahead = null;
      map.getContainer().classList.remove("gs-drawing");
      tell();
      if (drawing.kind === "region" && screen.config.api) sumUp(drawing);
    };
    const add = ({ latlng, containerPoint }) => {
      if (!drawing || drawing.done) return;
      const { points, kind } = drawing;
      const near = (one) => map.latLngToContainerPoint([one[1], one[0]]).distanceTo(containerPoint) < CLOSE_PX;
      const last = points[points.length - 1];
      if ((points.length > 2 && kind === "region" && near(points[0])) || (last && near(last))) return finish();
      points.push([latlng.lng, latlng.lat]);
      if (points.length >= MOST_POINTS) return finish();
      return tell();
    };
    const look = ({ latlng }) => {
      if (!drawing || drawing.done) return;
      drawing.ahead = [latlng.lng, latlng.lat];
      highlight.canvas.redraw();
    };
    const tell = () => {
      const { kind, points, done } = drawing;
      const facts = [[word("length"), points.length > 1 ? geoservice.formatLength(geoservice.lengthOf(kind === "region" && points.length > 2 ? [...points, points[0]] : points)) : null]];
      if (kind === "region") {
        const area = geoservice.areaOf(points);
        if (area) facts.push([word("area"), [geoservice.format(area, "mu"), geoservice.format(area, "ha")].join(" · ")]);
      }
      geoservice.fill(body, [!done && el("p.gs-tool-hint", {}, word(kind === "region" ? "areaHint" : "measureHint")), geoservice.facts(facts)]);
      highlight.canvas.redraw();
    };
    const sumUp = async (asked) => {
      const wait = el("p.gs-tool-hint", {}, `${word("loading")} …`);
      body.append(wait);
      try {
        const area = asked.points.flat().map((one) => one.toFixed(6)).join(",");
        const url = geoservice.withParameters(`${screen.config.api}/totals`, { area, datetime: geoservice.dateOf(screen.day()) });
        const totals = await geoservice.fetchJson(url);
        if (drawing !== asked) return;
        wait.remove();
        body.append(...geoservice.totalsOf(totals));
        screen.filters.within = new Set(Object.entries(totals.keys).flatMap(([source, keys]) => keys.map((key) => `${source}/${key}`)));
        screen.update();
      } catch (error) {
        if (drawing === asked) geoservice.fill(wait, [`${word("failed")}: ${error.message}`]);
      }
    };

    highlight.canvas.addPainter({ order: 1, paint: (brush, view) => drawing && paint(brush, view, drawing) });
    map.on("click", add);
    map.on("mousemove", look);
    map.on("dblclick", () => drawing && !drawing.done && finish());
    return { element, buttons, active: () => Boolean(drawing) && !drawing.done, stop };
  };

  function paint(brush, view, { kind, points, done, ahead }) {
    const all = ahead && !done ? [...points, ahead] : points;
    if (!all.length) return;
    const pixels = all.map(([longitude, latitude]) => {
      const [x, y] = geoservice.toUnit(longitude, latitude);
      return [x * view.scale - view.x, y * view.scale - view.y];
    });
    brush.beginPath();
    pixels.forEach(([x, y], i) => (i ? brush.lineTo(x, y) : brush.moveTo(x, y)));
    if (kind === "region" && pixels.length > 2) {
      brush.closePath();
      brush.fillStyle = "rgba(29, 95, 224, 0.12)";
      brush.fill();
    }
    for (const [width, colour] of [[5, "#FFFFFF"], [2, ACCENT]]) {
      brush.lineWidth = width;
      brush.strokeStyle = colour;
      brush.setLineDash(done ? [] : [6, 4]);
      brush.stroke();
    }
    brush.setLineDash([]);
    for (const [x, y] of done ? pixels : pixels.slice(0, points.length)) {
      brush.beginPath();
      brush.arc(x, y, 4, 0, 2 * Math.PI);
      brush.fillStyle = "#FFFFFF";
      brush.fill();
      brush.lineWidth = 2;
      brush.strokeStyle = ACCENT;
      brush.stroke();
    }
  }

  /* The totals of an area as sections: what the reader may not see is not among them. */
  geoservice.totalsOf = ({ parcels, projects, households, datetime }) => {
    const { el, word, section, facts, label } = geoservice;
    const uses = parcels && parcels.by_use.filter((one) => one.available_m2 > 0).map((one) => [one.use || word("other"), one.available_m2, "mu"]);
    return [
      el("p.gs-tool-hint", {}, `${word("totalsRule")} · ${datetime}`),
      parcels && section(word("parcels"), facts([[word("numberOf"), parcels.count, "number"], [word("area"), parcels.area_m2, "mu"], [label("verdict_status", "available"), parcels.available_m2, "mu"]])),
      uses && uses.length && section(word("availableByUse"), facts(uses)),
      projects && section(word("projects"), facts([[word("numberOf"), projects.count, "number"], [word("investment"), projects.investment_fen, "yi"], [word("invested"), projects.invested_fen, "yi"]])),
      households && section(word("clearance"), facts([[word("tasks"), households.tasks, "number"], [word("householdsTotal"), households.total, "number"], [word("remaining"), households.remaining, "number"]])),
    ].filter(Boolean);
  };
})((globalThis.geoservice = globalThis.geoservice || {}));
