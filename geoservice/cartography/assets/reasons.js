/* Reasons of a verdict in words: the whole sentence of each, and a short one to filter by. */
(function (geoservice) {
  "use strict";

  /* Short words for the codes of the shipped rules; a rule an office adds shows its own sentence or code. */
  const SHORT = {
    restricted: ["有限制，请咨询自然资源和规划部门", "Restricted; ask the planning office"],
    constrained: ["涉及空间管控", "Spatial constraints"],
    state_unknown: ["状态未登记", "State not registered"],
    planned: ["规划，未启动征收", "Planned only"],
    to_acquire: ["待征", "To be acquired"],
    in_approval: ["用地报批中", "Land approval pending"],
    approved: ["已批未征", "Approved, not acquired"],
    acquiring: ["征收中", "Being acquired"],
    acquired: ["已征待拆", "Acquired, not cleared"],
    reserved: ["储备，未认定净地", "Reserved, not yet clear land"],
    supplying: ["供应中", "Being supplied"],
    supplied: ["已供未动工", "Supplied, not started"],
    building: ["在建", "Under construction"],
    built: ["已建成", "Built"],
    occupied: ["项目占用", "Held by a project"],
    temporary_use: ["临时用地", "In temporary use"],
    expansion: ["预留扩建", "Kept for expansion"],
    occupied_sliver: ["与项目边界重叠，容差内", "Overlaps a project, within tolerance"],
    clearance_left: ["征拆未交地", "Clearance not finished"],
    clearance_overdue: ["征拆逾期", "Clearance overdue"],
    prohibited: ["位于禁止区", "In a prohibited area"],
    prohibited_sliver: ["触及禁止区，容差内", "Touches a prohibited area, within tolerance"],
    restricted_use: ["位于限制区", "In a restricted area"],
    restricted_allowed_use: ["位于限制区，用途允许", "In a restricted area, use allowed"],
    restricted_sliver: ["触及限制区，容差内", "Touches a restricted area, within tolerance"],
    layer_note: ["位于提示区", "In a noted area"],
    boundary_class: ["开发边界弹性区或特别用途区", "Special zone of the development boundary"],
    outside_boundary: ["开发边界外", "Outside the development boundary"],
    outside_boundary_sliver: ["超出开发边界，容差内", "Crosses the development boundary, within tolerance"],
    planning_missing: ["规划条件待定", "Planning conditions pending"],
    mortgaged: ["已抵押", "Mortgaged"],
    seized: ["已查封", "Seized"],
    outside_boundary_allowed_use: ["开发边界外，用途允许", "Outside the boundary, use allowed"],
    checklist_open: ["净地条件未齐", "Clear-land checklist open"],
    checklist_unrecorded: ["净地条件未登记", "Clear-land checklist not recorded"],
    checklist_absent: ["未建净地清单", "No clear-land checklist"],
    archaeology_open: ["考古勘探未完成", "Archaeology survey open"],
    soil_survey_open: ["土壤调查未完成", "Soil survey open"],
    held: ["已为意向项目暂留", "Provisionally held"],
  };

  /* The short words of a code; a code nobody knows shows as itself. */
  geoservice.reasonTitle = (code) => {
    const words = Object.hasOwn(SHORT, code) ? SHORT[code] : null;
    return words ? words[geoservice.language() === "zh" ? 0 : 1] : String(code);
  };

  /* The sentence of a reason in the language of the page: what readers without insight get is a code alone. */
  geoservice.reasonText = ({ code, text, text_en: english }) =>
    (geoservice.language() === "en" && english) || text || geoservice.reasonTitle(code);

  /* The class of a reason by what it does: it blocks, sets a condition, or is only worth knowing. */
  geoservice.reasonEffect = ({ effect }) => ({ block: "gs-block", note: "gs-note" })[effect] || "gs-condition";
})((globalThis.geoservice = globalThis.geoservice || {}));
