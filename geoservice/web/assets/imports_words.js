// What both import pages share: words, elements, requests. Every text from data goes through textContent.
"use strict";

const told = JSON.parse(document.getElementById("told").textContent);
const zh = told.language === "zh";
const WORDS = {
  title: ["数据导入", "Imports"], drop: ["把文件拖到这里，或点击选择", "Drop files here, or click to choose"],
  kinds: ["Shapefile（含各部分或 ZIP）、GeoPackage、GDB、GeoJSON、界址点 TXT、Excel、CSV、KML、DXF 等", "Shapefile (all its parts, or zipped), GeoPackage, GDB, GeoJSON, boundary-point TXT, Excel, CSV, KML, DXF …"],
  past: ["导入记录", "Imports so far"], none: ["还没有导入过文件。", "Nothing was imported yet."],
  file: ["文件", "File"], what: ["内容", "Contents"], state: ["状态", "State"], rows: ["行数", "Rows"], when: ["时间", "When"], who: ["经办", "By"],
  sending: ["上传中", "Sending"], lost: ["无法连接服务。", "The service cannot be reached."], more: ["更早的记录", "Earlier"],
  steps: [["上传", "检查", "决定", "发布"], ["Hand in", "Check", "Decide", "Publish"]],
  format: ["格式", "Format"], encoding: ["编码", "Encoding"], crs: ["坐标系", "Reference system"], layer: ["图层", "Layer"], hash: ["校验值", "Hash"], size: ["大小", "Size"],
  evidence: ["依据", "evidence"], read: ["识别结果", "How the file was read"], mapping: ["字段对应", "Fields"], field: ["字段", "Field"], column: ["文件中的列", "Column in the file"],
  unit: ["单位", "Unit"], samples: ["读出的值", "Values as read"], unmapped: ["（不取）", "(not taken)"], again: ["按以上修改重新检查", "Check again with these changes"],
  others: ["其余字段", "Other fields"],
  found: ["检查意见", "Findings"], clean: ["没有意见。", "Nothing to say."], row: ["第", "row "], rowEnd: [" 行", ""], place: ["看位置", "show"], all: ["全部列出", "list all"],
  error: ["错误", "Error"], warning: ["提醒", "Warning"], info: ["说明", "Note"], onMap: ["图上的变化", "On the map"],
  new: ["新增", "New"], changed: ["变更", "Changed"], unchanged: ["不变", "Unchanged"], ended: ["文件中已没有", "Gone from the file"], conflicting: ["与现有冲突", "In conflict"], refused: ["不能导入", "Refused"],
  before: ["变更前", "before"], decide: ["决定", "Decide"], acceptAll: ["全部导入", "Accept all"], acceptGood: ["只导入正确的行", "Accept the good rows"], reject: ["退回", "Reject"],
  since: ["生效日期", "Valid from"], endMissing: ["文件中已没有的同时终止", "End what the file no longer contains"], why: ["理由", "Reason"], scope: ["范围", "scope"],
  profile: ["保存字段对应，下次自动识别", "Save this mapping for next time"], profileName: ["方案名称（例如来文单位）", "Name, such as the sender's"], save: ["保存", "Save"], saved: ["已保存。", "Saved."],
  known: ["按已保存的方案识别", "Recognised by the saved profile"], same: ["此文件以前已导入过，再次导入不会有任何变化：№ ", "This file was imported before; importing it again changes nothing: № "],
  undo: ["撤销此次导入", "Undo this import"], undoHint: ["撤销为一步：恢复导入前的状态，一切仍有记录。", "One step: what was before is so again, and everything stays on record."],
  depends: ["之后的记录依赖此次导入，不能撤销：", "Later records depend on this import, so it cannot be undone:"], cancel: ["取消", "Cancel"],
  waiting: ["排队中…", "Waiting…"], perSecond: ["/秒", "/s"], left: ["还需约 ", "about "], leftEnd: [" 秒", " s left"], nounAsk: ["文件内容是什么", "What the file holds"],
  drawn: ["图上只画出最需要看的", "The map draws what most needs a look:"], result: ["结果", "Result"], rejects: ["未导入的行", "Rows left out"], kept: ["原文件保存在保险库中", "The original is kept in the vault"],
  keptFolder: ["原文件保存在受保护的目录中", "The original is kept in a protected folder"],
};
const say = (name) => { const word = WORDS[name]; return word ? word[zh ? 0 : 1] : name; };
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
