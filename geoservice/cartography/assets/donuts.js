/* From afar: one ring per park, or per district outside of parks, its segments the classes; rings add up to the list. */
(function (geoservice) {
  "use strict";

  const { LOOK } = geoservice;
  const HOLE = 0.58;
  const GAP = 4;

  /* Sum rows by unit: [{key, kind, name, counts, total, unmapped, at, rows}]. Every row is counted in one unit. */
  geoservice.unitsOf = (rows, classes) => {
    const byKind = new Map(KINDS.map(([kind]) => [kind, new Map()]));
    const all = [];
    for (const one of rows) {
      const [kind, key] = unitOf(one);
      const units = byKind.get(kind);
      let unit = units.get(key);
      if (!unit) {
        const name = kind === "none" ? "" : geoservice.fieldOf(one, `${kind}_name`) || key;
        unit = { kind, key, name, counts: classes.map(() => 0), total: 0, unmapped: 0, sum: [0, 0], rows: [] };
        units.set(key, unit);
        all.push(unit);
      }
      unit.counts[one.number] += 1;
      unit.total += 1;
      unit.rows.push(one);
      const { shape } = one;
      if (!shape) unit.unmapped += 1;
      else {
        unit.sum[0] += shape.at[0];
        unit.sum[1] += shape.at[1];
      }
    }
    return placed(all);
  };

  const KINDS = [
    ["park", "park_name"],
    ["district", "district_name"],
    ["none"],
  ];

  /* Kind and key of the unit a row is counted in: its park, else its district, else none. */
  function unitOf(one) {
    for (let n = 0; n < 2; n++) {
      const key = geoservice.fieldOf(one, KINDS[n][0]) || geoservice.fieldOf(one, KINDS[n][1]);
      if (key) return [KINDS[n][0], key];
    }
    return ["none", ""];
  }

  /* A unit stands amid its rows; one with no row on the map stands amid the others, so that the sum stays whole. */
  function placed(units) {
    for (const unit of units) {
      const mapped = unit.total - unit.unmapped;
      unit.at = mapped ? [unit.sum[0] / mapped, unit.sum[1] / mapped] : null;
    }
    const there = units.filter(({ at }) => at);
    const middle = (i) => there.reduce((sum, { at }) => sum + at[i], 0) / there.length;
    if (!there.length) return [];
    for (const unit of units) unit.at = unit.at || [middle(0), middle(1)];
    return units;
  }

  /* Units as the tiles tell them, for as long as the roll is on its way. */
  geoservice.unitsFromTiles = (features, classes) => {
    const units = new Map();
    for (const { properties, shape } of features) {
      if (!shape) continue;
      const counts = classes.map(({ value }) => (value ? properties[`n_${value}`] || 0 : 0));
      counts[counts.length - 1] = properties.count - counts.reduce((sum, one) => sum + one, 0);
      const { kind, unit: key, name } = properties;
      const at = [shape.parts[0][0], shape.parts[0][1]];
      units.set(`${kind}:${key}`, { kind, key, name, counts, total: properties.count, unmapped: properties.unmapped || 0, at, rows: [] });
    }
    return [...units.values()];
  };

  geoservice.donutRadius = (total) => Math.max(18, Math.min(38, 12 + 4.2 * Math.log2(1 + total) * 0.7));

  /* Units as rings in a view, the larger first; a ring that would lie on another is counted in it. */
  geoservice.ringsOf = (units, view) => {
    const rings = [];
    for (const unit of [...units].sort((a, b) => b.total - a.total)) {
      const [x, y] = [unit.at[0] * view.scale - view.x, unit.at[1] * view.scale - view.y];
      const radius = geoservice.donutRadius(unit.total);
      const under = rings.find((one) => Math.hypot(one.x - x, one.y - y) < one.radius + radius + GAP);
      if (!under) rings.push({ x, y, radius, units: [unit], counts: [...unit.counts], total: unit.total });
      else {
        under.units.push(unit);
        under.total += unit.total;
        unit.counts.forEach((count, i) => (under.counts[i] += count));
      }
    }
    return rings;
  };

  geoservice.ringName = ({ units }) => {
    const { word } = geoservice;
    const [{ kind, name }] = units;
    const first = kind === "none" ? word("elsewhere") : name;
    if (units.length > 1) return word("andOthers").replace("{name}", first).replace("{count}", units.length);
    return kind === "district" ? `${first} · ${word("outsideParks")}` : first;
  };

  /* A painter of the rings of layers that are summed up in a view. */
  geoservice.createDonuts = (layers) => {
    let rings = [];
    return {
      order: 1000,
      paint(brush, view) {
        rings = [];
        for (const layer of layers.filter((one) => one.summedAt(view.zoom))) {
          const found = geoservice.ringsOf(unitsShown(layer, view), view);
          found.forEach((ring) => paintRing(brush, ring, layer.classes));
          rings.push(...found.map((ring) => ({ ...ring, layer, view })));
        }
      },
      /* Rings keep their room from other names. */
      labels() {
        return rings.flatMap(({ x, y, radius, ...ring }) => [
          { text: "", x, y, width: 2 * radius, height: 2 * radius, priority: 0, weight: 0 },
          { ...title(ring), x, y: y + radius + 12 },
        ]);
      },
      /* The ring at a point of the unit square. */
      hit(x, y) {
        const struck = ({ view, radius, ...ring }) => Math.hypot(x * view.scale - view.x - ring.x, y * view.scale - view.y - ring.y) <= radius;
        return rings.find(struck) || null;
      },
    };
  };

  function unitsShown(layer, view) {
    if (layer.state === "ready") return summed(layer);
    return layer.unitsIn ? geoservice.unitsFromTiles(layer.unitsIn(view), layer.classes) : [];
  }

  /* The units of a layer, summed once for all views of what is listed. */
  function summed(layer) {
    if (layer.summed !== layer.passed) {
      layer.summed = layer.passed;
      layer.units = geoservice.unitsOf(layer.listedRows(), layer.classes);
    }
    return layer.units;
  }

  function paintRing(brush, ring, classes) {
    const { x, y, radius, counts, total } = ring;
    circle(brush, x, y, radius + 2.5, LOOK.paper);
    let from = -Math.PI / 2;
    counts.forEach((count, i) => {
      if (!count) return;
      const to = from + (count / total) * 2 * Math.PI;
      brush.beginPath();
      brush.arc(x, y, radius, from, to);
      brush.arc(x, y, radius * HOLE, to, from, true);
      brush.closePath();
      brush.fillStyle = classes[i].colour;
      brush.fill();
      brush.lineWidth = 0.75;
      brush.strokeStyle = LOOK.ink;
      brush.stroke();
      from = to;
    });
    circle(brush, x, y, radius * HOLE - 0.5, LOOK.paper);
    brush.textAlign = "center";
    brush.textBaseline = "middle";
    brush.fillStyle = LOOK.ink;
    brush.font = `600 ${total > 9999 ? 10 : 12}px ${geoservice.FONT}`;
    brush.fillText(geoservice.quantity(total, "number").number, x, y + 0.5);
  }

  function title(ring) {
    const text = geoservice.ringName(ring);
    const look = { font: `500 12px ${geoservice.FONT}`, size: 12, colour: LOOK.inkSoft, halo: LOOK.halo };
    return { ...look, text, width: 12 * text.length, height: 16, priority: 1, weight: ring.total };
  }

  function circle(brush, x, y, radius, colour) {
    brush.beginPath();
    brush.arc(x, y, radius, 0, 2 * Math.PI);
    brush.fillStyle = colour;
    brush.fill();
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
