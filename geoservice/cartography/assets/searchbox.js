/* The search field: "/" goes there, arrows walk through the results, Enter opens, Escape leaves. */
(function (geoservice) {
  "use strict";

  const PAUSE_MS = 250;

  /* `features()` gives what is loaded; `remote(query)` asks the service for what is not, or is null. */
  geoservice.createSearch = ({ features, remote, select, focused }) => {
    const { el, word, icon } = geoservice;
    const input = el("input", {
      type: "search",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      placeholder: word("search"),
      "aria-label": word("search"),
      "aria-expanded": "false",
      "aria-controls": "gs-results",
    });
    const results = el("ul.gs-results", { id: "gs-results", role: "listbox", hidden: true });
    const element = el("div.gs-search", { role: "search" }, icon("search"), input, el("kbd", {}, "/"), results);
    let found = [];
    let at = -1;
    let pause = null;

    const show = (list) => {
      found = list;
      at = list.length ? 0 : -1;
      const none = el("li.gs-empty", {}, word("searchNone"));
      geoservice.fill(results, list.length ? list.map((one, i) => result(one, i, () => open(one))) : [none]);
      results.hidden = !input.value.trim();
      input.setAttribute("aria-expanded", String(!results.hidden));
      mark();
    };
    const mark = () => {
      [...results.children].forEach((one, i) => one.setAttribute("aria-selected", String(i === at)));
      input.setAttribute("aria-activedescendant", at >= 0 ? `gs-result-${at}` : "");
      if (at >= 0) results.children[at].scrollIntoView({ block: "nearest" });
    };
    const open = (one) => {
      leave();
      select(one);
    };
    const leave = () => {
      input.value = "";
      results.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.blur();
    };
    const search = () => {
      const query = input.value;
      show(geoservice.findFeatures(features(), query));
      clearTimeout(pause);
      if (!remote || query.trim().length < 2) return;
      pause = setTimeout(async () => {
        const more = await remote(query.trim());
        const known = new Set(found.map((one) => one.key));
        if (input.value === query) show([...found, ...more.filter((one) => !known.has(one.key))].slice(0, 16));
      }, PAUSE_MS);
    };
    const press = (event) => {
      if (event.key === "ArrowDown") at = Math.min(at + 1, found.length - 1);
      else if (event.key === "ArrowUp") at = Math.max(at - 1, 0);
      else if (event.key === "Enter" && found[at]) open(found[at]);
      else if (event.key === "Escape") leave();
      else return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key.startsWith("Arrow")) mark();
    };

    input.addEventListener("input", search);
    input.addEventListener("keydown", press);
    input.addEventListener("focus", focused);
    document.addEventListener("pointerdown", (event) => element.contains(event.target) || (results.hidden = true));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.target.closest("input, select, textarea")) return;
      event.preventDefault();
      input.focus();
    });
    return { element };
  };

  function result(one, i, act) {
    const { el } = geoservice;
    const { parcel_number: parcel, project_number: project, task_number: task } = one.properties;
    const line = [parcel || project || task, geoservice.secondLine(one.properties, one.layer.definition.line)];
    return el(
      "li.gs-row",
      { role: "option", id: `gs-result-${i}`, on: { click: act } },
      geoservice.swatchOf(one),
      el(
        "span.gs-row-text",
        {},
        el("span.gs-row-name", {}, geoservice.nameOf(one.properties)),
        el("span.gs-row-line", {}, [geoservice.pick(one.layer.title), ...line].filter(Boolean).join(" · ")),
      ),
    );
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
