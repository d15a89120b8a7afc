/* The words of the screen in the two languages; the words of the data come from the definition. */
(function (geoservice) {
  "use strict";

  const WORDS = {
    search: ["搜索名称、编号、拼音首字母", "Search by name, code or pinyin"],
    searchShort: ["搜索", "Search"],
    searchNone: ["没有找到", "Nothing found"],
    searchOne: ["按 / 搜索", "Press / to search"],
    asOf: ["数据日期", "As of"],
    legend: ["图例", "Legend"],
    layers: ["图层", "Layers"],
    ground: ["底图", "Base map"],
    list: ["清单", "List"],
    all: ["全部", "All"],
    clear: ["清除筛选", "Clear filters"],
    empty: ["没有符合条件的记录", "Nothing matches the filters"],
    nothing: ["暂无数据", "No data yet"],
    other: ["其他", "Other"],
    unmapped: ["未上图", "Not mapped"],
    unmappedNote: ["尚无用地范围，未上图", "no site yet, not on the map"],
    late: ["滞后", "Late"],
    loading: ["正在载入", "Loading"],
    failed: ["载入失败", "Could not load"],
    retry: ["重试", "Try again"],
    close: ["关闭", "Close"],
    more: ["显示更多", "Show more"],
    zoomIn: ["放大", "Zoom in"],
    zoomOut: ["缩小", "Zoom out"],
    home: ["全市范围", "Whole city"],
    fullScreen: ["全屏", "Full screen"],
    otherLanguage: ["EN", "中文"],
    otherLanguageTitle: ["Switch to English", "切换到中文"],
    maps: ["地图", "Maps"],
    zoomHint: ["放大后显示", "Zoom in to see"],
    stages: ["阶段", "Stages"],
    planned: ["计划", "Planned"],
    actual: ["实际", "Actual"],
    overdue: ["逾期", "Overdue by"],
    dayUnit: ["天", "days"],
    skipped: ["不适用", "Not applicable"],
    investment: ["投资", "Investment"],
    invested: ["累计完成", "Invested"],
    investmentTotal: ["总投资", "Total"],
    annualPlan: ["年度计划", "This year's plan"],
    parcels: ["用地", "Parcels"],
    blockers: ["堵点", "Blockers"],
    due: ["期限", "Due"],
    escalation: ["升级", "Escalated"],
    noBlockers: ["无未结堵点", "No open blockers"],
    open: ["未结", "Open"],
    closed: ["已销号", "Closed"],
    facts: ["基本信息", "Facts"],
    reasons: ["原因", "Reasons"],
    until: ["预计解除", "Expected by"],
    noReasons: ["没有障碍", "Nothing stands in the way"],
    verdict: ["供地结论", "Verdict"],
    availableFrom: ["最早可供", "Available from"],
    usable: ["可用面积", "Usable"],
    area: ["面积", "Area"],
    certified: ["证载面积", "Certified area"],
    progress: ["进度", "Progress"],
    households: ["户", "households"],
    signed: ["已签约", "Signed"],
    vacated: ["已腾空", "Vacated"],
    demolished: ["已拆除", "Demolished"],
    remaining: ["剩余户", "Remaining"],
    floorArea: ["建筑面积", "Floor area"],
    delivered: ["已交地", "Delivered"],
    industries: ["主导产业", "Leading industries"],
    approvedArea: ["核准面积", "Approved area"],
    detailFailed: ["详情载入失败", "The details could not be loaded"],
    number: ["编号", "Number"],
    code: ["代码", "Code"],
    level: ["级别", "Level"],
    category: ["类别", "Category"],
    district: ["区县", "District"],
    park: ["园区", "Park"],
    department: ["责任部门", "Department"],
    official: ["包联领导", "Lead official"],
    summary: ["建设内容", "What is built"],
    demand: ["用地需求", "Land demand"],
    state: ["状态", "State"],
    use: ["用途", "Use"],
    address: ["坐落", "Address"],
    landKind: ["土地性质", "Kind of land"],
    office: ["责任单位", "Office in charge"],
    announced: ["预公告", "Announced"],
    clearBy: ["计划净地", "Clear by"],
    nextStage: ["下一节点", "Next"],
    far: ["容积率", "Floor area ratio"],
    yes: ["是", "Yes"],
    no: ["否", "No"],
  };

  let language = "zh";

  geoservice.setLanguage = (chosen) => {
    language = chosen === "en" ? "en" : "zh";
  };

  geoservice.language = () => language;

  /* The word under a key, in the language of the page. */
  geoservice.word = (key) => WORDS[key][language === "zh" ? 0 : 1];

  /* One of a pair {zh, en}; a plain text passes as it is. */
  geoservice.pick = (pair) => {
    if (pair === null || pair === undefined) return "";
    return typeof pair === "string" ? pair : pair[language] || pair.zh || "";
  };
})((globalThis.geoservice = globalThis.geoservice || {}));
