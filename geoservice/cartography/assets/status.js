/* What is being fetched and what failed, with a way to try again. */
(function (geoservice) {
  "use strict";

  /* Return {element, run(title, load)}: `load(progress)` is awaited while its title is shown. */
  geoservice.createStatus = () => {
    const { el, word, pick } = geoservice;
    const element = el("div.gs-status", { role: "status", "aria-live": "polite" });

    const run = async (title, load) => {
      const count = el("span.gs-number");
      const note = el("p.gs-toast", {}, el("span.gs-spin", { "aria-hidden": "true" }), `${word("loading")} ${pick(title)}`, count);
      element.append(note);
      try {
        await load((number) => (count.textContent = geoservice.quantity(number, "number").number));
        note.remove();
      } catch (error) {
        const again = () => {
          note.remove();
          run(title, load);
        };
        note.classList.add("gs-problem");
        geoservice.fill(note, [
          geoservice.icon("alert"),
          el("span", {}, `${pick(title)}: ${word("failed")} (${error.message})`),
          el("button.gs-chip", { type: "button", on: { click: again } }, word("retry")),
        ]);
      }
    };
    return { element, run };
  };
})((globalThis.geoservice = globalThis.geoservice || {}));
