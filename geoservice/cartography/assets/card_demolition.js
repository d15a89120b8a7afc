/* A clearance task: how many households have signed, left and made room, of how many. */
(function (geoservice) {
  "use strict";

  geoservice.demolitionCard = (properties, context) => {
    const { word, section } = geoservice;
    return [
      section(word("progress"), bars(properties)),
      section(word("facts"), context.defined || facts(properties)),
    ];
  };

  function bars(properties) {
    const { word, bar, format } = geoservice;
    const total = properties.households_total;
    const households = (name, tone) => {
      const part = properties[`households_${name}`];
      const words = `${format(part, "number")} / ${format(total, "number")} ${word("households")}`;
      return bar(word(name), part, total, words, tone);
    };
    const { floor_area_m2: floor, demolished_floor_area_m2: gone, area_m2: area, delivered_area_m2: given } = properties;
    return [
      households("signed", "#F16913"),
      households("vacated", "#E0A458"),
      households("demolished", "#5BA3CF"),
      bar(word("floorArea"), gone, floor, `${format(gone, "m2")} / ${format(floor, "m2")}`, "#5BA3CF"),
      bar(word("delivered"), given, area, `${format(given, "mu")} / ${format(area, "mu")}`, "#08519C"),
    ];
  }

  function facts(properties) {
    const { word } = geoservice;
    return geoservice.facts([
      [word("remaining"), properties.households_remaining, "number"],
      [word("number"), properties.task_number],
      [word("landKind"), properties.land_kind, "land_kind"],
      [word("office"), properties.unit],
      [word("announced"), properties.announced_on, "date"],
      [word("clearBy"), properties.planned_clear_on, "date"],
      [word("park"), properties.park_name || properties.park],
      [word("district"), properties.district_name || properties.district],
      [word("area"), properties.area_m2, "mu"],
    ]);
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
