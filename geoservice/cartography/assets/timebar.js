/* The time slider: any day between the first and the last change, played like a film; the future is marked as planned. */
(function (geoservice) {
  "use strict";

  const FILM_MS = 24000;
  const MARGIN_DAYS = 31;
  const LAST_TICK = 0.85;

  /* Return {element, setSpan([first, last]), setDay(day)}. `today` and `base` are day numbers, `moved(day)` is called
     when the reader moves the slider. */
  geoservice.createTimebar = ({ today, base, moved }) => {
    const { el, icon, word } = geoservice;
    let span = [base - 365, base + 365];
    let day = base;
    let playing = null;

    const input = el("input", { type: "range", min: span[0], max: span[1], step: 1, value: base, "aria-label": word("day") });
    const date = el("output.gs-time-date", {});
    const note = el("span.gs-badge.gs-plan", {}, word("planned"));
    const play = el("button.gs-button.gs-play", { type: "button" });
    const back = el("button.gs-chip", { type: "button", on: { click: () => go(base) } }, word(base === today ? "today" : "backToDay"));
    const ticks = el("div.gs-ticks", { "aria-hidden": "true" });
    const future = el("div.gs-future", { "aria-hidden": "true" });
    const element = el(
      "section.gs-timebar",
      { "aria-label": word("timeline"), hidden: true },
      play,
      el("div.gs-time-words", {}, date, note),
      el("div.gs-time-track", {}, future, input, ticks),
      back,
    );

    const show = () => {
      input.value = String(day);
      const text = geoservice.dateOf(day);
      geoservice.fill(date, [text]);
      input.setAttribute("aria-valuetext", day > today ? `${text} ${word("planned")}` : text);
      note.classList.toggle("gs-away", day <= today);
      back.classList.toggle("gs-away", day === base);
      element.classList.toggle("gs-time-moved", day !== base);
    };
    const go = (to) => {
      day = Math.max(span[0], Math.min(span[1], Math.round(to)));
      show();
      moved(day);
    };
    const stop = () => {
      cancelAnimationFrame(playing);
      playing = null;
      geoservice.fill(play, [icon("play")]);
      play.setAttribute("aria-label", word("play"));
      play.title = word("play");
    };
    const start = () => {
      if (day >= span[1]) go(span[0]);
      geoservice.fill(play, [icon("pause")]);
      play.setAttribute("aria-label", word("pause"));
      play.title = word("pause");
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      const [from, began] = [day, performance.now()];
      const step = (now) => {
        const run = ((now - began) / FILM_MS) * (span[1] - span[0]);
        const to = from + (still ? Math.floor(run / 30) * 30 : run);
        if (Math.round(to) !== day) go(to);
        if (day >= span[1]) stop();
        else playing = requestAnimationFrame(step);
      };
      playing = requestAnimationFrame(step);
    };

    play.addEventListener("click", () => (playing === null ? start() : stop()));
    input.addEventListener("input", () => {
      stop();
      go(Number(input.value));
    });
    element.addEventListener("keydown", (event) => event.stopPropagation());
    stop();
    show();

    const setSpan = (found) => {
      if (!found) return;
      span = [Math.min(found[0], base, day) - MARGIN_DAYS, Math.max(found[1], base, day) + MARGIN_DAYS];
      [input.min, input.max] = span.map(String);
      const share = (one) => `${(100 * (one - span[0])) / (span[1] - span[0])}%`;
      future.style.left = share(Math.min(today, span[1]));
      geoservice.fill(ticks, yearsIn(span).map(([start, year]) => tick(share(start), year, LAST_TICK < (start - span[0]) / (span[1] - span[0]))));
      element.hidden = false;
      document.body.classList.add("gs-has-time");
      show();
    };
    const setDay = (to) => {
      if (to === day) return;
      day = to;
      if (day < span[0] || day > span[1]) setSpan([Math.min(span[0], day), Math.max(span[1], day)]);
      show();
    };
    return { element, setSpan, setDay, stop };
  };

  function yearsIn([first, last]) {
    const years = [];
    for (let year = Number(geoservice.dateOf(first).slice(0, 4)) + 1; ; year++) {
      const day = geoservice.dayOf(`${year}-01-01`);
      if (day > last) return years;
      years.push([day, year]);
    }
  }

  /* A tick near the end has its year on the left, where there is room. */
  function tick(left, year, last) {
    const one = geoservice.el(last ? "span.gs-tick-last" : "span", {}, year);
    one.style.left = left;
    return one;
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
