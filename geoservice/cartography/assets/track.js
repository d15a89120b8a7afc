/* The nodes of a project: what was planned, what happened, and by how many days they differ. */
(function (geoservice) {
  "use strict";

  /* Judge every stage of the order as of a date. States: done, done_late, overdue, due, skipped, open. */
  geoservice.trackOf = (stages, order, asOf) => {
    const byStage = new Map((stages || []).map((one) => [one.stage, one]));
    const reached = order.map((stage) => Boolean((byStage.get(stage) || {}).actual_on));
    const furthest = reached.lastIndexOf(true);
    return order.map((stage, i) => {
      const { planned_on: planned = null, actual_on: actual = null } = byStage.get(stage) || {};
      const days = geoservice.daysBetween(planned, actual || asOf);
      return { stage, planned, actual, current: i === furthest, ...judged(actual, planned, days, i < furthest) };
    });
  };

  function judged(actual, planned, days, passed) {
    if (actual) return days > 0 ? { state: "done_late", days } : { state: "done", days: null };
    if (passed) return { state: "skipped", days: null };
    if (!planned) return { state: "open", days: null };
    return days > 0 ? { state: "overdue", days } : { state: "due", days: null };
  }

  /* The track as a list to look at. */
  geoservice.createTrack = (stages, asOf, vocabularies) => {
    const track = geoservice.trackOf(stages, Object.keys(vocabularies.stage || {}), asOf);
    return geoservice.el("ol.gs-track", {}, track.map(node));
  };

  function node(one) {
    const { el, word, label } = geoservice;
    const late = one.state === "done_late" || one.state === "overdue";
    return el(
      `li.gs-node.gs-${one.state}`,
      { "aria-current": one.current ? "step" : null },
      el("span.gs-node-dot", { "aria-hidden": "true" }),
      el("span.gs-node-title", {}, label("stage", one.stage)),
      one.state === "skipped"
        ? el("span.gs-node-dates", {}, word("skipped"))
        : el("span.gs-node-dates", {}, date("planned", one.planned), date("actual", one.actual)),
      late && el("span.gs-badge.gs-bad", {}, `${one.actual ? "+" : word("overdue")} ${one.days} ${word("dayUnit")}`),
    );
  }

  function date(kind, day) {
    const { el, word } = geoservice;
    return day && el("span", {}, el("i", {}, word(kind)), el("time", {}, day.slice(0, 10)));
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
