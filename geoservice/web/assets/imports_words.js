// What both import pages share: words, elements, requests. Every text from data goes through textContent.
"use strict";

const told = JSON.parse(document.getElementById("told").textContent);
const zh = told.language === "zh";
const say = (name) => told.words[name] ?? name;
const text = (both) => (both ? (zh ? both.zh : both.en) : "");
const page = document.getElementById("page");
const api = (path) => `${told.root}/v1/${path}`;
const count = (value) => Number(value ?? 0).toLocaleString("en-US");
const moment = (instant) => (instant ? new Date(instant).toLocaleString(zh ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "Asia/Shanghai" }) : "");
const bytes = (size) => (size >= 1e6 ? `${(size / 1e6).toFixed(1)} MB` : `${Math.ceil((size ?? 0) / 1e3)} kB`);

function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function csrf() {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith("geoservice_csrf="));
  return found ? decodeURIComponent(found.split("=")[1]) : "";
}

async function ask(method, path, body) {
  const headers = { Accept: "application/json", "X-CSRF-Token": csrf() };
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(api(path), { method, headers, body: body && JSON.stringify(body), credentials: "same-origin" });
  const answer = await response.text();
  const document = answer ? JSON.parse(answer) : {};
  if (!response.ok) throw new Error([document.title, document.value, document.remedy].filter(Boolean).join(" · "));
  return document;
}

const tag = (kind, words) => element("span", { className: `tag ${kind}`, textContent: words });
const said = (kind, words) => element("p", { className: `said ${kind}`, textContent: words, role: kind === "bad" ? "alert" : "status" });
const card = (title, ...children) => element("section", { className: "card" }, element("h2", { textContent: title }), ...children);

function facts(pairs) {
  const list = element("dl", { className: "facts" });
  for (const [name, value] of pairs) {
    if (value) list.append(element("dt", { textContent: name }), element("dd", {}, value));
  }
  return list;
}
