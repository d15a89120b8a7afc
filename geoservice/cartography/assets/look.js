/* Two looks of the same map: light by day, dark on the wall (?look=wall), where everything is drawn larger. */
(function (geoservice) {
  "use strict";

  const LIGHT = {
    built: "#EAE6DE",
    green: "#DCE7D2",
    water: "#BFD8E6",
    waterName: "#4F7A95",
    waterHalo: "rgba(191,216,230,0.9)",
    inside: "#F7F5F0",
    boundary: "#A8A195",
    district: "#6F685D",
    place: "#857E73",
    casing: "#D8D2C6",
    road: "#FFFFFF",
    fast: "#FFF6E0",
    ink: "#1F2937",
    inkSoft: "#374151",
    halo: "rgba(255,255,255,0.92)",
    paper: "#FFFFFF",
  };
  const DARK = {
    built: "#182635",
    green: "#14281F",
    water: "#12344A",
    waterName: "#7FB4D3",
    waterHalo: "rgba(14,38,54,0.9)",
    inside: "#121D29",
    boundary: "#46586B",
    district: "#A9B8C9",
    place: "#8A9CB0",
    casing: "#0B131C",
    road: "#2C3D4F",
    fast: "#4A4A3C",
    ink: "#F1F5F9",
    inkSoft: "#DDE5EE",
    halo: "rgba(11,19,28,0.9)",
    paper: "#0F1923",
  };
  const given = new URLSearchParams(globalThis.location ? location.search : "");
  const SHARPEST = 4;

  geoservice.isWall = () => given.get("look") === "wall";

  geoservice.LOOK = geoservice.isWall() ? DARK : LIGHT;

  /* How many pixels of the bitmap a pixel of the page gets beyond those of the screen: a wall enlarges the page. */
  geoservice.sharpness = () => Math.min(SHARPEST, Math.max(1, Number(given.get("sharp")) || 1));

  /* An outline of a definition on this ground: dark ones become light on a dark ground. */
  geoservice.outlined = (colour) => (geoservice.isWall() ? lightened(colour) : colour);

  /* A class on this ground: some have a colour of their own for a dark one. */
  geoservice.onGround = (one) => (geoservice.isWall() && one.dark ? { ...one, colour: one.dark, ink: one.dark_ink } : one);

  function lightened(colour) {
    const parts = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
    if (!parts) return colour;
    const rgb = parts.slice(1).map((one) => Number.parseInt(one, 16));
    const light = (0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]) / 255;
    const toWhite = Math.max(0, 0.86 - light);
    return `rgb(${rgb.map((one) => Math.round(one + (255 - one) * toWhite)).join(",")})`;
  }
})((globalThis.geoservice = globalThis.geoservice || {}));
