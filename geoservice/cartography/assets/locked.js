/* The shell around a sealed map: ask for the passphrase, open it with what the browser has built in, and become it.
   Runs alone, before any other script of ours, and in browsers of five years ago. */
(function () {
  "use strict";

  const about = JSON.parse(document.getElementById("locked-about").textContent);
  const lang = new URLSearchParams(location.search).get("lang") || about.language;
  const language = lang === "en" ? "en" : "zh";
  const subtle = globalThis.crypto && globalThis.crypto.subtle;
  const say = (key, given) => about.words[language][key].replace(/\{(\w+)\}/g, (_, name) => given[name]);

  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = `${say("title")} · ${about.city[language]}`;
  const told = el("p", { className: "told", role: "status" });
  const entry = el("input", { type: "password", id: "passphrase", autocomplete: "off", required: true });
  const button = el("button", { type: "submit", textContent: say("open") });
  const form = el("form", {}, [el("label", { htmlFor: "passphrase", textContent: say("passphrase") }), entry, button]);
  const box = el("main", {}, [
    el("h1", { textContent: about.city[language] }),
    el("p", { textContent: say("intro") }),
    form,
    told,
    el("p", { className: "terms", textContent: `${say("made", { day: about.made, viewer: about.viewer[language] })} · ${say("until", { day: about.until })}` }),
  ]);
  document.body.prepend(box);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    open(entry.value);
  });
  if (expired()) refuse("expired", { day: about.until });
  else if (!subtle) refuse("no_crypto");
  else entry.focus();

  async function open(passphrase) {
    if (expired()) return refuse("expired", { day: about.until });
    busy(true);
    let page;
    try {
      page = await unlocked(passphrase);
    } catch (error) {
      busy(false);
      told.textContent = say("wrong");
      told.className = "told bad";
      entry.select();
      return undefined;
    }
    // The page inside takes this one's place; its scripts carry the nonce this page's policy names.
    document.open();
    document.write(page);
    document.close();
    return undefined;
  }

  async function unlocked(passphrase) {
    const bytes = new TextEncoder().encode(passphrase.normalize("NFKC"));
    const base = await subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveKey"]);
    const derivation = { name: "PBKDF2", hash: "SHA-256", salt: binary(about.salt), iterations: about.iterations };
    const key = await subtle.deriveKey(derivation, base, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
    const seal = { name: "AES-GCM", iv: binary(about.nonce), additionalData: new TextEncoder().encode(about.bound) };
    const body = binary(document.getElementById("locked-body").textContent);
    return text(new Uint8Array(await subtle.decrypt(seal, key, body)));
  }

  /* The text of gzip: by the browser itself where it can, else by the library the file carries. */
  async function text(packed) {
    if (!globalThis.DecompressionStream) return new TextDecoder().decode(globalThis.fflate.gunzipSync(packed));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  }

  /* Days are the city's: in Shanghai, whatever the clock of the reader is set to. */
  function expired() {
    return new Date(Date.now() + 8 * 3600 * 1000).toISOString().slice(0, 10) > about.until;
  }

  function refuse(key, given) {
    form.hidden = true;
    told.textContent = say(key, given);
    told.className = "told bad";
  }

  function busy(is) {
    button.disabled = entry.disabled = is;
    if (!is) return;
    told.className = "told";
    told.textContent = say("opening");
  }

  function binary(text) {
    const found = atob(text);
    const bytes = new Uint8Array(found.length);
    for (let i = 0; i < found.length; i += 1) bytes[i] = found.charCodeAt(i);
    return bytes;
  }

  function el(name, properties, children) {
    const made = Object.assign(document.createElement(name), properties);
    (children || []).forEach((child) => made.append(child));
    return made;
  }
})();
