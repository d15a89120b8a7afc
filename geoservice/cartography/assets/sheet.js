/* On a phone the panel is a sheet that rests at three heights; its handle is dragged or tapped. */
(function (geoservice) {
  "use strict";

  const RESTS = ["peek", "half", "full"];

  /* The rest nearest to a height, given the heights of the rests. */
  geoservice.nearestRest = (height, heights) =>
    RESTS.reduce((best, rest) => (Math.abs(heights[rest] - height) < Math.abs(heights[best] - height) ? rest : best));

  /* Make `panel` a sheet; return {rest(name)}. On a wide screen the style sheet ignores all this. */
  geoservice.createSheet = (panel) => {
    const handle = geoservice.el("button.gs-handle", { type: "button", "aria-label": geoservice.word("list") });
    panel.prepend(handle);
    const rest = (name) => {
      panel.dataset.rest = name;
      panel.style.height = "";
      if (name === "peek") panel.scrollTop = 0;
    };
    let from = null;

    handle.addEventListener("pointerdown", (event) => {
      from = { y: event.clientY, height: panel.offsetHeight, moved: false };
      handle.setPointerCapture(event.pointerId);
    });
    handle.addEventListener("pointermove", (event) => {
      if (!from) return;
      const rise = from.y - event.clientY;
      from.moved = from.moved || Math.abs(rise) > 6;
      if (from.moved) panel.style.height = `${from.height + rise}px`;
    });
    handle.addEventListener("pointerup", () => {
      if (from && from.moved) rest(geoservice.nearestRest(panel.offsetHeight, heights()));
      else rest(RESTS[(RESTS.indexOf(panel.dataset.rest) + 1) % RESTS.length]);
      from = null;
    });
    handle.addEventListener("pointercancel", () => (from = null));
    handle.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        rest(RESTS[(RESTS.indexOf(panel.dataset.rest) + 1) % RESTS.length]);
      }
    });
    rest("peek");
    return { rest };
  };

  function heights() {
    return { peek: 168, half: innerHeight * 0.55, full: innerHeight - 64 };
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
