/* The pictures of the wall: each a map page in a frame of its own, taken only when it is whole. An old picture stays
   until a new one is there, so that a server that is away darkens nothing. */
(function (wall) {
  "use strict";

  const LARGER = 1.5;
  const GIVEN_UP_MS = 45000;
  const LOOK_MS = 200;
  const DRAWN_MS = 900;

  /* Return {prepare(slide), show(slide), has(slide), takenAt(slide), keep(slides), resize()} over an element. */
  wall.createFrames = (place, language) => {
    const taken = new Map();
    const pending = new Map();

    const scale = () => Math.max(1, Math.min(innerWidth / 1920, innerHeight / 1080) * LARGER);

    const fit = (frame) => {
      const by = scale();
      frame.style.width = `${place.parentElement.clientWidth / by}px`;
      frame.style.height = `${place.parentElement.clientHeight / by}px`;
      frame.style.transform = `scale(${by})`;
    };

    const address = ({ href }) => {
      const url = new URL(href, location.href);
      url.searchParams.set("lang", language);
      url.searchParams.set("sharp", scale().toFixed(2));
      return url.href;
    };

    /* Load a fresh picture of a slide behind the one that is shown; tells whether it came. */
    const prepare = (slide) => {
      if (!pending.has(slide.id)) {
        pending.set(slide.id, load(slide).finally(() => pending.delete(slide.id)));
      }
      return pending.get(slide.id);
    };

    const load = async (slide) => {
      const frame = document.createElement("iframe");
      frame.title = slide.title[language];
      frame.tabIndex = -1;
      frame.inert = true;
      fit(frame);
      frame.src = address(slide);
      place.append(frame);
      if (!(await whole(frame))) {
        frame.remove();
        return false;
      }
      const old = taken.get(slide.id);
      taken.set(slide.id, { frame, at: Date.now() });
      if (old) {
        frame.classList.toggle("shown", old.frame.classList.contains("shown"));
        old.frame.remove();
      }
      return true;
    };

    const show = (slide) => {
      const chosen = taken.get(slide.id);
      if (!chosen) return false;
      for (const { frame } of taken.values()) frame.classList.toggle("shown", frame === chosen.frame);
      return true;
    };

    /* Drop the pictures of slides that are no longer shown in turn. */
    const keep = (slides) => {
      const ids = new Set(slides.map(({ id }) => id));
      for (const [id, { frame }] of taken) {
        if (ids.has(id)) continue;
        frame.remove();
        taken.delete(id);
      }
    };

    return {
      prepare,
      show,
      keep,
      has: ({ id }) => taken.has(id),
      takenAt: ({ id }) => (taken.has(id) ? taken.get(id).at : null),
      resize: () => taken.forEach(({ frame }) => fit(frame)),
    };
  };

  /* Whether the map in a frame has come with all it lists, and nothing failed. */
  async function whole(frame) {
    const until = Date.now() + GIVEN_UP_MS;
    while (Date.now() < until) {
      await rest(LOOK_MS);
      const state = stateOf(frame);
      if (state === "failed") return false;
      if (state !== "ready") continue;
      await rest(DRAWN_MS);
      return stateOf(frame) === "ready";
    }
    return false;
  }

  function stateOf(frame) {
    try {
      const { contentDocument: page, contentWindow: own } = frame;
      // Where the server does not answer, the browser puts a page of its own there, which nobody may look into.
      if (!page || page.location.href === "about:blank" || page.readyState !== "complete") return "loading";
      const screen = own.geoservice && own.geoservice.screen;
      if (!screen) return page.getElementById("geoservice-config") ? "loading" : "failed";
      if (page.querySelector(".gs-toast.gs-problem")) return "failed";
      if (page.querySelector(".gs-toast")) return "loading";
      return screen.main && screen.main.state === "ready" ? "ready" : "loading";
    } catch {
      return "failed";
    }
  }

  function rest(ms) {
    return new Promise((done) => setTimeout(done, ms));
  }
})((globalThis.wall = globalThis.wall || {}));
