// The list of imports, and the place where a file is dropped.
"use strict";

function send(path, file, method, tell) {
  // fetch tells nothing of what is on its way, and a ledger of half a gigabyte is a while on its way.
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, api(path));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-CSRF-Token", csrf());
    request.upload.addEventListener("progress", (event) => tell(event.loaded / event.total));
    request.addEventListener("error", () => reject(new Error(say("lost"))));
    request.addEventListener("load", () => {
      const document = JSON.parse(request.responseText || "{}");
      if (request.status < 300) resolve(document);
      else reject(new Error([document.title, document.value, document.remedy].filter(Boolean).join(" · ")));
    });
    request.send(file);
  });
}

async function handIn(files, note) {
  const parts = [...files].sort((a, b) => Number(/\.shp$/i.test(b.name)) - Number(/\.shp$/i.test(a.name)));
  const bar = element("i");
  const line = element("p", { className: "quiet" });
  note.replaceChildren(line, element("div", { className: "bar" }, bar));
  const tell = (part) => (share) => { line.textContent = `${say("sending")} ${part.name} · ${Math.round(share * 100)} %`; bar.style.width = `${share * 100}%`; };
  try {
    const single = parts.length === 1;
    const made = await send(`imports?name=${encodeURIComponent(parts[0].name)}&check=${single}`, parts[0], "POST", tell(parts[0]));
    for (const part of parts.slice(1)) await send(`imports/${made.id}/files/${encodeURIComponent(part.name)}`, part, "PUT", tell(part));
    if (!single) await ask("POST", `imports/${made.id}/check`, {});
    location.assign(`${told.root}/imports/${made.id}?lang=${told.language}`);
  } catch (error) {
    note.replaceChildren(said("bad", error.message));
  }
}

function dropZone() {
  const note = element("div", { "aria-live": "polite" });
  const choose = element("input", { type: "file", multiple: true });
  const zone = element("label", { className: "drop" }, element("strong", { textContent: say("drop") }), element("span", { className: "quiet", textContent: say("kinds") }), choose);
  choose.addEventListener("change", () => choose.files.length && handIn(choose.files, note));
  for (const name of ["dragover", "dragleave", "drop"]) {
    zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.toggle("over", name === "dragover"); });
  }
  zone.addEventListener("drop", (event) => event.dataTransfer.files.length && handIn(event.dataTransfer.files, note));
  return element("div", {}, zone, note);
}

function line(one) {
  const address = `${told.root}/imports/${one.id}?lang=${told.language}`;
  const row = element("tr", { className: "link" },
    element("td", { className: "number", textContent: one.id }),
    element("td", {}, element("a", { href: address, textContent: one.file_name })),
    element("td", { textContent: (zh ? one.noun_text : one.noun) ?? "" }),
    element("td", {}, tag(one.state, text(one.state_text))),
    element("td", { className: "number", textContent: one.counts ? count(one.counts.rows) : "" }),
    element("td", { textContent: moment(one.at) }),
    element("td", { textContent: one.actor }));
  row.addEventListener("click", () => location.assign(address));
  return row;
}

async function showList() {
  const body = element("tbody");
  const later = element("button", { textContent: say("more"), hidden: true });
  let before = null;
  const read = async () => {
    const found = (await ask("GET", `imports?limit=50${before ? `&before=${before}` : ""}`)).imports;
    body.append(...found.map(line));
    before = found.at(-1)?.id;
    later.hidden = found.length < 50;
    return found.length;
  };
  later.addEventListener("click", read);
  const number = await read();
  const heads = ["№", say("file"), say("what"), say("state"), say("rows"), say("when"), say("who")];
  const table = element("table", {}, element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col", textContent: head })))), body);
  page.replaceChildren(...(told.may.check ? [dropZone()] : []),
    card(say("past"), number ? element("div", { className: "scroll" }, table) : element("p", { className: "quiet", textContent: say("none") }), later));
}

if (told.number === null) showList().catch((error) => page.replaceChildren(said("bad", error.message)));
