/* A parcel: the verdict first, then every reason with whose job it is and by when. */
(function (geoservice) {
  "use strict";

  geoservice.parcelCard = (properties, context) => {
    const { word, section } = geoservice;
    return [
      properties.status && section(word("verdict"), verdict(properties, context)),
      properties.status && section(word("reasons"), reasons(properties.reasons || [])),
      section(word("area"), areas(properties)),
      section(word("facts"), context.defined || facts(properties)),
    ];
  };

  function verdict({ status, available_from: from }, { layerClasses }) {
    const { el, word, label, swatch } = geoservice;
    const look = layerClasses("verdict_status").find((one) => one.value === status);
    return el(
      "p.gs-verdict",
      {},
      look ? swatch(look) : null,
      el("strong", {}, label("verdict_status", status)),
      from && status !== "available" && el("span", {}, word("availableFrom"), " ", el("time", {}, from)),
    );
  }

  function reasons(list) {
    const { el, word, icon } = geoservice;
    if (!list.length) return el("p.gs-good", {}, icon("check"), word("noReasons"));
    return el("ol.gs-reasons", {}, list.map(reason));
  }

  function reason(one) {
    const { el, word } = geoservice;
    const line = [one.unit, one.until && `${word("until")} ${one.until}`].filter(Boolean).join(" · ");
    return el(
      `li.${geoservice.reasonEffect(one)}`,
      {},
      el("span.gs-row-name", {}, geoservice.reasonText(one)),
      line && el("span.gs-row-line", {}, line),
    );
  }

  function areas({ area_m2: area, usable_area_m2: usable, certified_area_m2: certified }) {
    const { word, format, bar } = geoservice;
    const both = [format(area, "mu"), format(area, "m2")].filter(Boolean).join(" · ");
    return [
      bar(word("usable"), usable, area, `${format(usable, "mu")} / ${format(area, "mu")}`, "#00735C"),
      geoservice.facts([
        [word("area"), both],
        [word("certified"), certified, "mu"],
      ]),
    ];
  }

  function facts(properties) {
    const { word } = geoservice;
    const far = [properties.far_min, properties.far_max].filter((one) => Number.isFinite(one));
    return geoservice.facts([
      [word("number"), properties.parcel_number],
      [word("code"), properties.parcel_code],
      [word("state"), properties.state, "parcel_state"],
      [word("use"), properties.use_name || properties.use_code],
      [word("far"), far.length ? far.join("–") : null],
      [word("park"), properties.park_name],
      [word("district"), properties.district_name],
      [word("address"), properties.address],
      [word("clearBy"), properties.cleared_plan_on, "date"],
    ]);
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
