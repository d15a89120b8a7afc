// One import: how it was read, what was found, what it would change on the map, and what can be done about it.
"use strict";

const UNITS = ["", "m2", "mu", "ha", "km2", "yuan", "wan", "yi"];
const here = `imports/${told.number}`;
const DONE = { received: 0, running: 1, failed: 1, checked: 2, published: 4, repeated: 4, rejected: 4, undone: 4 };
let known = null;
let map = null;

function steps(state) {
  const reached = state === "running" && known.job?.kind === "import_publish" ? 3 : DONE[state];
  return element("ol", { className: "steps" }, ...[1, 2, 3, 4].map((step) => say(`step_${step}`)).map((word, i) =>
    element("li", { className: i < reached ? "done" : i === reached ? "now" : "" }, element("b", { textContent: i < reached ? "✓" : i + 1 }), word)));
}

function progress(job) {
  const told = job.progress;
  const bar = element("i");
  const words = element("p", { className: "quiet number" });
  if (told?.total) {
    bar.style.width = `${Math.min(100, (100 * told.done) / told.total)}%`;
    words.textContent = `${told.step} · ${count(told.done)} / ${count(told.total)}` + (told.rate_per_s ? ` · ${count(Math.round(told.rate_per_s))}${say("perSecond")}` : "") +
      (told.remaining_s ? ` · ${say("left").replace("{seconds}", count(Math.ceil(told.remaining_s)))}` : "");
  } else words.textContent = say("waiting");
  const stop = element("button", { className: "bad", textContent: say("cancel") });
  stop.addEventListener("click", () => ask("POST", `jobs/${job.id}/cancel`).then(refresh, oops));
  return element("section", { className: "card" }, element("div", { className: `bar${told?.total ? "" : " open"}` }, bar), words, stop);
}

function reading() {
  const file = known.file ?? {};
  const because = (value, evidence) => (value ? element("span", {}, value, evidence ? element("span", { className: "quiet", textContent: ` · ${say("evidence")}: ${evidence}` }) : "") : null);
  return card(say("read"), facts([
    [say("what"), known.noun ? `${zh ? known.noun_text : known.noun}` : null], [say("format"), file.format], [say("layer"), file.layer],
    [say("encoding"), because(file.encoding, file.encoding_evidence)], [say("crs"), because(file.crs, file.crs_evidence)],
    [say("rows"), known.counts ? count(known.counts.rows) : null], [say("size"), known.size ? bytes(known.size) : null],
    [say("hash"), known.file_sha256 ? element("code", { textContent: known.file_sha256.slice(0, 16) }) : null],
    [say("who"), `${known.uploaded_by ?? known.actor} · ${moment(known.uploaded_at ?? known.at)}`]]),
  known.check?.profile ? said("good", `${say("known")}: ${known.check.profile.name}`) : null);
}

function option(value, words, chosen) { return element("option", { value, textContent: words, selected: value === chosen }); }

function mappingForm() {
  const columns = known.check?.columns ?? {};
  const noun = element("select", { "aria-label": say("nounAsk") }, ...Object.entries(told.nouns).map(([name, kind]) => option(name, zh ? kind.zh : name, known.noun)));
  const crs = element("input", { type: "text", placeholder: known.file?.crs ?? "EPSG:4528", value: known.asked?.crs ?? "", "aria-label": say("crs") });
  const encoding = element("input", { type: "text", placeholder: known.file?.encoding ?? "utf-8", value: known.asked?.encoding ?? "", "aria-label": say("encoding") });
  const layer = element("input", { type: "text", placeholder: known.file?.layer ?? "", value: known.asked?.layer ?? "", "aria-label": say("layer") });
  const mapped = known.mapping?.fields ?? {};
  const read = Object.fromEntries(known.fields.map((field) => [field.field, field]));
  const controls = {};
  const body = element("tbody");
  const spare = element("tbody", { hidden: true });
  const others = element("button", { textContent: say("others") });
  others.addEventListener("click", () => { spare.hidden = false; others.hidden = true; });
  const all = Object.entries(told.nouns[known.noun]?.fields ?? {});
  for (const [field, label] of all) {
    const rule = mapped[field] ?? {};
    const fixed = rule.column === undefined && Object.keys(rule).length > 0;
    const column = element("select", { "aria-label": label, disabled: fixed }, option("", fixed ? `= ${rule.const ?? rule.template ?? ""}` : say("unmapped"), rule.column ?? ""), ...Object.keys(columns).map((name) => option(name, name, rule.column)));
    const measured = /_area_m2$|_fen$/.test(field);
    const unit = element("select", { "aria-label": `${label} ${say("unit")}`, hidden: !measured }, ...UNITS.map((name) => option(name, name || "—", rule.unit ?? "")));
    controls[field] = { column, unit, rule, fixed };
    const seen = element("td", { className: "quiet", textContent: read[field]?.samples.join(" · ") ?? "" });
    column.addEventListener("change", () => { seen.textContent = (columns[column.value] ?? []).join(" · "); });
    (mapped[field] ? body : spare).append(element("tr", {}, element("td", { textContent: zh ? label : field }), element("td", {}, column), element("td", {}, unit), seen));
  }
  const again = element("button", { textContent: say("again") });
  again.addEventListener("click", () => recheck(noun.value, { crs: crs.value.trim(), encoding: encoding.value.trim(), layer: layer.value.trim() }, controls));
  const heads = ["field", "column", "unit", "samples"].map((name) => element("th", { scope: "col", textContent: say(name) }));
  return card(say("mapping"),
    element("div", { className: "deed" }, ...[[say("nounAsk"), noun], [say("crs"), crs], [say("encoding"), encoding], [say("layer"), layer]].map(([words, control]) => element("label", {}, words, control))),
    Object.keys(columns).length ? element("div", { className: "scroll" }, element("table", {}, element("thead", {}, element("tr", {}, ...heads)), body, spare)) : null,
    told.may.check ? element("div", { className: "deed" }, all.length ? others : null, again) : null, told.may.write && known.noun ? profileForm() : null);
}

function recheck(noun, source, controls) {
  const asked = { noun, profile: false };
  for (const [name, value] of Object.entries(source)) if (value) asked[name] = value;
  if (noun === known.noun && Object.keys(controls).length) {
    const fields = {};
    for (const [field, { column, unit, rule, fixed }] of Object.entries(controls)) {
      if (fixed) fields[field] = rule;
      else if (column.value) fields[field] = { ...rule, column: column.value, ...(unit.value ? { unit: unit.value } : {}) };
      if (fields[field] && !fixed && !unit.value) delete fields[field].unit;
    }
    const { source: _, ...rest } = known.mapping;
    if (Object.keys(fields).length) asked.mapping = { ...rest, fields };
  }
  ask("POST", `${here}/check`, asked).then(refresh, oops);
}

function profileForm() {
  const name = element("input", { type: "text", maxLength: 100, "aria-label": say("profileName"), placeholder: say("profileName") });
  const save = element("button", { textContent: say("save") });
  const note = element("span", { role: "status" });
  save.addEventListener("click", () => ask("POST", "mapping-profiles", { import: told.number, name: name.value }).then(() => { note.textContent = say("saved"); }, oops));
  return element("div", { className: "deed" }, element("label", {}, say("profile"), name), save, note);
}

function finding(one) {
  const words = element("li", {}, zh ? one.message : one.message_en);
  const remedy = zh ? one.remedy : one.remedy_en;
  if (remedy) words.append(element("span", { className: "quiet", textContent: ` ${remedy}` }));
  if (one.place && map) {
    const look = element("button", { textContent: say("place") });
    look.addEventListener("click", () => map.look(one.place));
    words.append(look);
  }
  return words;
}

function findings() {
  const groups = known.findings?.groups ?? [];
  const body = groups.map((group) => {
    const list = element("ul", {}, ...group.findings.slice(0, 3).map(finding));
    const more = element("button", { textContent: `${say("all")} (${count(group.count)})`, hidden: group.count <= 3 });
    more.addEventListener("click", async () => {
      const found = await ask("GET", `${here}/findings?severity=${group.severity}&code=${encodeURIComponent(group.code)}&limit=1000`);
      list.replaceChildren(...found.findings.filter((one) => one.field === group.field).map(finding));
      more.hidden = true;
    });
    return element("div", { className: "finding" }, tag(group.severity, say(group.severity)), " ", element("span", { className: "number", textContent: `× ${count(group.count)}` }), more, list);
  });
  return card(say("found"), ...(body.length ? body : [element("p", { className: "quiet", textContent: say("clean") })]));
}

function mapCard() {
  const counts = known.check?.changes;
  if (!counts || !Object.keys(counts).length) return null;
  map = new CheckMap(counts);
  const note = element("p", { className: "quiet" });
  ask("GET", `${here}/features`).then((found) => {
    map.show(found.features);
    const total = Object.values(counts).reduce((sum, value) => sum + value, 0);
    if (found.drawn < total) note.textContent = `${say("drawn")} ${count(found.drawn)} / ${count(total)}`;
  }, oops);
  return card(say("onMap"), map.place, map.legend, note);
}

function decision() {
  const check = known.check;
  const mine = told.may.all || known.uploaded_by === told.who;
  if (!check || !told.may.write || !mine) return null;
  const since = element("input", { type: "date", value: new Date().toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" }) });
  const ending = element("input", { type: "checkbox" });
  const why = element("input", { type: "text", "aria-label": say("why") });
  const publish = (accept) => ask("POST", `${here}/publish`, { accept, valid_from: since.value, end_missing: ending.checked }).then(refresh, oops);
  const all = element("button", { className: "first", textContent: `${say("acceptAll")} (${count(known.counts.to_load)})`, disabled: !check.ok || check.blocked || check.repeats });
  const good = element("button", { textContent: `${say("acceptGood")} (${count(known.counts.to_load)})`, hidden: check.ok, disabled: check.blocked || !known.counts.to_load });
  const away = element("button", { className: "bad", textContent: say("reject") });
  all.addEventListener("click", () => publish("all"));
  good.addEventListener("click", () => publish("good"));
  away.addEventListener("click", () => (why.value.trim().length > 1 ? ask("POST", `${here}/reject`, { reason: why.value }).then(refresh, oops) : why.focus()));
  const missing = check.missing?.count ? element("label", { className: "tick" }, ending, `${say("endMissing")}: ${count(check.missing.count)}（${say("scope")}: ${check.missing.scope}）`) : null;
  return card(say("decide"), element("p", { textContent: text(check.verdict) }), check.repeats ? said("warn", `${say("same")}${check.repeats}`) : null,
    check.missing?.unclear ? said("warn", check.missing.unclear) : null,
    element("div", { className: "deed" }, element("label", {}, say("since"), since), missing, all, good),
    element("div", { className: "deed" }, element("label", {}, say("why"), why), away));
}

function outcome() {
  const result = known.result;
  if (!result || !["published", "repeated", "undone", "rejected"].includes(known.state)) return null;
  if (known.state === "repeated") return said("warn", `${say("same")}${result.repeats}`);
  const numbers = ["new", "changed", "unchanged", "ended", "ended_links", "rejected"].filter((name) => result[name]).map((name) => `${say(name)} ${count(result[name])}`);
  const kept = known.original ? say(known.original.kept ? "keptFolder" : "kept") : null;
  const rejects = known.rejects?.length ? element("details", {}, element("summary", { textContent: `${say("rejects")} (${count(known.rejects.length)})` }),
    element("ul", {}, ...known.rejects.slice(0, 500).map((row) => element("li", { textContent: `${row.row} · ${row.key ?? ""} · ${row.messages.join("；")}` })))) : null;
  return card(say("result"), element("p", { textContent: [...numbers, result.reason, known.undo_reason].filter(Boolean).join(" · ") || "—" }), element("p", { className: "quiet", textContent: [moment(known.at), known.actor, kept].filter(Boolean).join(" · ") }), rejects);
}

function undoing() {
  if (known.state !== "published" || !told.may.write) return null;
  const why = element("input", { type: "text", "aria-label": say("why") });
  const go = element("button", { className: "bad", textContent: say("undo") });
  const note = element("div");
  go.addEventListener("click", () => (why.value.trim().length > 1 ? ask("POST", `${here}/undo`, { reason: why.value }).then(refresh, oops) : why.focus()));
  ask("GET", `${here}/dependents`).then(({ dependents }) => {
    go.disabled = dependents.length > 0;
    if (dependents.length) note.append(said("warn", `${say("depends")} ${dependents.slice(0, 5).map((one) => `${one.noun} ${one.key}`).join("、")}`));
  }, oops);
  return card(say("undo"), element("p", { className: "quiet", textContent: say("undoHint") }), note, element("div", { className: "deed" }, element("label", {}, say("why"), why), go));
}

function oops(error) {
  page.prepend(said("bad", error.message));
}

function draw() {
  document.getElementById("title").textContent = known.file_name;
  map = null;
  const busy = known.job && ["queued", "running"].includes(known.job.state);
  const head = element("div", {}, steps(known.state), tag(known.state, text(known.state_text)));
  if (known.job?.state === "failed" && known.job.error) head.append(said("bad", [known.job.error.subject, known.job.error.value, known.job.error.remedy].filter(Boolean).join(" · ")));
  if (busy) { page.replaceChildren(head, progress(known.job)); return true; }
  const side = element("div", { className: "side" }, mapCard(), decision(), outcome(), undoing());
  const main = element("div", {}, known.noun || known.file ? reading() : null, findings(), ["checked", "failed", "received"].includes(known.state) ? mappingForm() : null);
  page.replaceChildren(head, element("div", { className: "columns" }, main, side));
  return false;
}

async function refresh() {
  known = await ask("GET", here);
  if (draw()) setTimeout(() => refresh().catch(oops), 700);
}

if (told.number !== null) refresh().catch((error) => page.replaceChildren(said("bad", error.message)));
