// The editing page: forms from what the service says may be changed; every text from data goes through textContent.
"use strict";

const told = JSON.parse(document.getElementById("told").textContent);
const zh = told.language === "zh";
const say = (name) => told.words[name];
const label = (field) => (zh ? field.label : field.name.replace(/_(fen|m2)$/, "").replaceAll("_", " ")) + (field.unit ? ` (${field.name.endsWith("_fen") ? say("wan") : field.unit})` : "");
const api = (path) => `${told.root}/v1/records/${path}`;
const address = (noun, key) => api(`${noun}/${encodeURIComponent(key)}`);

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function csrf() {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith("geoservice_csrf="));
  return found ? decodeURIComponent(found.split("=")[1]) : "";
}

async function ask(method, path, body, etag) {
  const headers = { Accept: "application/json", "X-CSRF-Token": csrf() };
  if (body) headers["Content-Type"] = "application/json";
  if (etag) headers["If-Match"] = etag;
  const response = await fetch(path, { method, headers, body: body && JSON.stringify(body), credentials: "same-origin" });
  const text = await response.text();
  return { status: response.status, document: text ? JSON.parse(text) : {} };
}

const FEN_PER_WAN = 1_000_000;

function input(field, value, name) {
  if (field.kind === "reference" && name) value = name;
  if (field.kind === "fen" && typeof value === "number") value /= FEN_PER_WAN;
  if (field.kind === "flag") return element("input", { type: "checkbox", checked: value === true });
  if (field.kind === "choice") {
    const choice = element("select", {}, element("option", { value: "", textContent: "" }));
    for (const [code, words] of Object.entries(field.choices)) {
      choice.append(element("option", { value: code, textContent: zh ? words.zh : words.en }));
    }
    choice.value = value ?? "";
    return choice;
  }
  const types = { day: "date", number: "number", whole: "number", fen: "number" };
  const text = Array.isArray(value) ? value.join("、") : value ?? "";
  return element("input", { type: types[field.kind] ?? "text", value: text, step: "any", autocomplete: "off" });
}

function valueOf(field, control) {
  if (field.kind === "flag") return control.checked;
  const text = control.value.trim();
  if (text === "") return null;
  if (field.kind === "fen") return Math.round(Number(text) * FEN_PER_WAN);
  if (field.kind === "number" || field.kind === "whole") return Number(text);
  if (field.kind === "list") return text.split(/[、,，]/).map((word) => word.trim()).filter(Boolean);
  return text;
}

function shown(value) {
  if (value === null || value === undefined || value === "") return say("none");
  if (value === true || value === false) return say(value ? "yes" : "no");
  return Array.isArray(value) ? value.join("、") : String(value);
}

function message(card, kind, lines) {
  card.querySelector(".said")?.remove();
  const box = element("div", { className: `said ${kind}` });
  box.setAttribute("role", kind === "bad" ? "alert" : "status");
  for (const line of lines.filter(Boolean)) box.append(element("div", { textContent: line }));
  card.append(box);
}

const sentences = (problem) => [`${problem.title}${problem.value ? `: ${problem.value}` : ""}`, problem.remedy];
const notices = (document) => (document.notices ?? []).map((notice) => (zh ? notice.message : notice.message_en));

function recordCard(record, form, heading, afterEnd, level = "h3") {
  const card = element("section", { className: "record" }, element(level, { textContent: heading(record) }));
  const grid = element("div", { className: "grid" });
  const controls = new Map();
  const names = new Set(form.fields.map((field) => field.name));
  for (const [name, value] of Object.entries(record.fields)) {
    if (!names.has(name) && value !== null && form.identity?.includes(name)) {
      grid.append(element("div", {}, element("label", { textContent: name }), element("div", { className: "plain", textContent: shown(value) })));
    }
  }
  for (const field of form.fields) {
    const control = input(field, record.fields[field.name], record.names?.[field.name]);
    control.setAttribute("aria-label", label(field));
    const text = element("span", { textContent: label(field) });
    if (field.reason) text.append(element("span", { className: "due", textContent: ` · ${say("due")}` }));
    const box = element("label", {}, text, control);
    grid.append(box);
    controls.set(field, control);
    control.addEventListener("input", () => box.classList.toggle("changed", different(field, control, record)));
  }
  const reason = element("input", { type: "text", maxLength: 1000, name: "reason" });
  const save = element("button", { type: "button", textContent: say("save"), disabled: form.fields.length === 0 });
  const foot = element("div", { className: "foot" }, element("label", {}, say("reason"), reason), save);
  card.append(grid, foot);
  save.addEventListener("click", () => send());
  if (form.end) {
    const end = element("button", { type: "button", className: "second", textContent: say("end") });
    end.addEventListener("click", () => finish());
    foot.append(end);
  }

  async function send() {
    const fields = {};
    for (const [field, control] of controls) {
      if (different(field, control, record)) fields[field.name] = valueOf(field, control);
    }
    if (Object.keys(fields).length === 0) return message(card, "warn", [say("same")]);
    await attempt("PATCH", address(record.noun, record.key), { fields, reason: reason.value || null });
  }

  async function finish() {
    const query = new URLSearchParams({ reason: reason.value });
    await attempt("DELETE", `${address(record.noun, record.key)}?${query}`);
  }

  async function attempt(method, path, body) {
    save.disabled = true;
    card.querySelector(".said")?.remove();
    try {
      const { status, document } = await ask(method, path, body, record.etag);
      if (status === 204) return afterEnd(card);
      if (status === 200) {
        record = { ...record, ...document };
        refresh();
        reason.value = "";
        return message(card, notices(document).length ? "warn" : "good", [say("saved"), ...notices(document)]);
      }
      if (status === 412) {
        record = { ...record, ...(await ask("GET", address(record.noun, record.key))).document };
        return message(card, "warn", [say("stale")]);
      }
      message(card, "bad", sentences(document));
    } catch {
      message(card, "bad", [say("lost")]);
    } finally {
      save.disabled = false;
    }
  }

  function refresh() {
    for (const [field, control] of controls) {
      const fresh = input(field, record.fields[field.name], record.names?.[field.name]);
      if (field.kind === "flag") control.checked = fresh.checked;
      else control.value = fresh.value;
      control.closest("label").classList.remove("changed");
    }
  }
  return card;
}

function different(field, control, record) {
  const named = field.kind === "reference" ? record.names?.[field.name] : undefined;
  const held = named ?? record.fields[field.name] ?? (field.kind === "flag" ? false : null);
  return JSON.stringify(valueOf(field, control)) !== JSON.stringify(held);
}

function additionCard(part, done) {
  const fields = [...part.creation, ...part.fields.filter((field) => !part.creation.some((other) => other.name === field.name))];
  const empty = { noun: part.noun, key: "", fields: {} };
  const card = element("details", { className: "record" }, element("summary", { textContent: `${say("add")} · ${zh ? part.label : part.noun}` }));
  const grid = element("div", { className: "grid" });
  const controls = fields.map((field) => [field, input(field, undefined)]);
  for (const [field, control] of controls) grid.append(element("label", {}, element("span", { textContent: label(field) }), control));
  const add = element("button", { type: "button", textContent: say("add") });
  card.append(grid, element("div", { className: "foot" }, add));
  add.addEventListener("click", async () => {
    const values = { [part.field]: told.key };
    for (const [field, control] of controls) if (different(field, control, empty)) values[field.name] = valueOf(field, control);
    try {
      const { status, document } = await ask("POST", api(part.noun), { fields: values });
      if (status === 201) done(document, card);
      else message(card, "bad", sentences(document));
    } catch {
      message(card, "bad", [say("lost")]);
    }
  });
  return card;
}

function headingOf(part) {
  const words = (field, value) => field?.choices?.[value]?.[zh ? "zh" : "en"] ?? value;
  return (record) => {
    const named = (part.identity ?? []).map((name) => record.names?.[name] ?? words(part.creation?.find((field) => field.name === name), record.fields[name]));
    return named.filter(Boolean).join(" · ") || record.key;
  };
}

async function show() {
  const place = document.getElementById("editor");
  const { status, document: record } = await ask("GET", address(told.noun, told.key));
  if (status !== 200) return message(place, "bad", sentences(record));
  const since = record.valid_from ? ` · ${say("since")}${record.valid_from}` : "";
  place.append(recordCard(record, record.form, () => `${zh ? record.form.label : record.noun}${since}`, (card) => message(card, "good", [say("ended")]), "h2"));
  for (const part of told.parts) await showPart(place, part);
}

async function showPart(place, part) {
  const query = new URLSearchParams({ field: part.field, value: told.key });
  const { status, document: found } = await ask("GET", `${api(part.noun)}?${query}`);
  if (status !== 200) return;
  place.append(element("h2", { textContent: zh ? part.label : part.noun.replaceAll("_", " ") }));
  const heading = headingOf(part);
  const one = (record) => recordCard(record, part, heading, (card) => card.remove());
  const cards = element("div", {}, ...found.records.map(one));
  place.append(cards);
  if (part.create) {
    place.append(additionCard(part, (record, card) => {
      cards.append(one(record));
      card.open = false;
      message(card, notices(record).length ? "warn" : "good", [say("saved"), ...notices(record)]);
    }));
  }
}

show();
