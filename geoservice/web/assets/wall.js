/* The wall: slides in turn, figures asked for again and again, and what is shown says how old it is. */
(function (wall) {
  "use strict";

  const told = JSON.parse(document.getElementById("told").textContent);
  const RETRY_S = 5;
  const ASKING_MS = 15000;
  const SHIFT_S = 60;
  const STEPS = [[0, 0], [3, 0], [3, 3], [0, 3], [-3, 0], [0, -3]];
  const say = (key) => told.words[key];
  const at = (id) => document.getElementById(id);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const frames = wall.createFrames(at("frames"), told.language);
  const state = { slides: [], dwell: 25, refresh: 60, shift: true, number: -1, paused: false, freshAt: null, failing: null };
  let turning = null;
  let asleep = null;

  /* Ask for slides and figures; whatever happens, ask again. */
  async function refresh() {
    try {
      const response = await fetch(`${told.root}/v1/wall`, { credentials: "same-origin", signal: AbortSignal.timeout(ASKING_MS) });
      if (response.status === 401 || response.status === 403) throw new Error("signed_out");
      if (!response.ok) throw new Error("away");
      take(await response.json());
      state.freshAt = Date.now();
      state.failing = null;
    } catch (error) {
      state.failing = error.message === "signed_out" ? "signed_out" : "away";
    }
    tellAge();
    setTimeout(refresh, (state.failing ? RETRY_S : state.refresh) * 1000);
  }

  function take(document_) {
    // A server of another version speaks to scripts of its own version.
    if (document_.version !== told.version) return location.reload();
    const first = !state.slides.length;
    Object.assign(state, { slides: document_.slides, dwell: document_.dwell_s, refresh: document_.refresh_s, shift: document_.shift });
    frames.keep(state.slides);
    wall.writeFigures(at("figures"), document_.figures, say, told.stages, told.language);
    dots();
    if (first) turn(1);
    return undefined;
  }

  /* Go some slides on. What is not ready is waited for behind the picture that stands; what does not come is passed over. */
  async function turn(by) {
    clearTimeout(turning);
    if (!state.slides.length) return;
    const number = (state.number + by + state.slides.length) % state.slides.length;
    const slide = state.slides[number];
    if (!frames.has(slide)) await frames.prepare(slide);
    if (frames.show(slide)) {
      state.number = number;
      tellSlide(slide);
    } else if (state.number >= 0 && state.slides.length > 1) state.number = number;
    plan();
  }

  /* While a slide stands, a fresh picture of the next one is made. */
  function plan() {
    clearTimeout(turning);
    if (!state.slides.length) return;
    const next = state.slides[(state.number + 1 + state.slides.length) % state.slides.length];
    if (state.number >= 0 && state.failing !== "away") frames.prepare(next);
    if (!state.paused) turning = setTimeout(() => turn(1), (state.number < 0 ? RETRY_S : state.dwell) * 1000);
  }

  function tellSlide(slide) {
    at("title").textContent = slide.title[told.language];
    at("date").textContent = `${say(slide.planned ? "planned_for" : "as_of")} ${slide.datetime}`;
    at("date").classList.toggle("planned", slide.planned);
    dots();
    tellAge();
  }

  function dots() {
    at("dots").replaceChildren(
      ...state.slides.map((slide, number) => {
        const dot = document.createElement("li");
        dot.textContent = slide.title[told.language];
        if (number === state.number) dot.setAttribute("aria-current", "true");
        return dot;
      }),
    );
  }

  /* How old what is shown is: the older of figures and picture, once the server is away. */
  function tellAge() {
    const slide = state.slides[state.number];
    const oldest = Math.min(...[state.freshAt, slide && frames.takenAt(slide)].filter((one) => one !== null && one !== undefined));
    const line = at("state");
    line.classList.toggle("old", Boolean(state.failing));
    let words = "";
    if (state.failing === "signed_out") words = say("signed_out");
    else if (state.failing && Number.isFinite(oldest)) words = aged((Date.now() - oldest) / 1000);
    else if (state.freshAt) words = say("fresh").replace("{time}", clockOf(new Date(state.freshAt)));
    if (state.paused) words = `${say("paused")} · ${words}`;
    if (line.textContent !== words) line.textContent = words;
  }

  function aged(seconds) {
    const [key, age] = seconds < 90 ? ["old_seconds", seconds] : seconds < 5400 ? ["old_minutes", seconds / 60] : ["old_hours", seconds / 3600];
    return say(key).replace("{age}", String(Math.round(age)));
  }

  const clockOf = (moment) => moment.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });

  function tick() {
    at("clock").textContent = clockOf(new Date());
    tellAge();
    const step = state.shift && !still.matches ? STEPS[Math.floor(Date.now() / 1000 / SHIFT_S) % STEPS.length] : [0, 0];
    document.body.style.transform = step[0] || step[1] ? `translate(${step[0]}px, ${step[1]}px)` : "";
  }

  function pause() {
    state.paused = !state.paused;
    at("pause").setAttribute("aria-pressed", String(state.paused));
    at("pause").textContent = say(state.paused ? "resume" : "pause");
    tellAge();
    plan();
  }

  function fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen().catch(() => {});
  }

  function wake() {
    document.body.classList.add("awake");
    clearTimeout(asleep);
    asleep = setTimeout(() => document.body.classList.remove("awake"), 4000);
  }

  const KEYS = { " ": pause, ArrowRight: () => turn(1), ArrowLeft: () => turn(-1), f: fullScreen, F: fullScreen };
  document.addEventListener("keydown", (event) => {
    const act = KEYS[event.key];
    wake();
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    // Space on a button presses the button.
    if (event.key === " " && event.target instanceof HTMLButtonElement) return;
    event.preventDefault();
    act();
  });
  document.addEventListener("pointermove", wake);
  at("pause").addEventListener("click", pause);
  at("previous").addEventListener("click", () => turn(-1));
  at("next").addEventListener("click", () => turn(1));
  at("full").addEventListener("click", fullScreen);
  addEventListener("resize", frames.resize);
  setInterval(tick, 1000);
  tick();
  refresh();
  wall.state = state;
})((globalThis.wall = globalThis.wall || {}));
