/* Elements made without HTML text: what data says can never become markup. */
(function (geoservice) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";

  /* Make an element: el("p.note", {title: "…"}, "text", child, …). Empty children are left out. */
  geoservice.el = (selector, attributes, ...children) => {
    const [tag, ...classes] = selector.split(".");
    const element = document.createElement(tag);
    if (classes.length) element.className = classes.join(" ");
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (name === "on") Object.entries(value).forEach(([event, act]) => element.addEventListener(event, act));
      else element.setAttribute(name, value === true ? "" : String(value));
    }
    geoservice.fill(element, children, false);
    return element;
  };

  /* Put children into an element, in place of what it held unless told otherwise. */
  geoservice.fill = (element, children, replace = true) => {
    if (replace) element.replaceChildren();
    for (const child of children.flat(3)) {
      if (child === null || child === undefined || child === "" || child === false) continue;
      element.append(child instanceof Node ? child : document.createTextNode(String(child)));
    }
    return element;
  };

  /* A line icon of the 24-pixel grid, from path data of ours. */
  geoservice.icon = (name) => {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("class", "gs-icon");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
  };

  const ICONS = {
    search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.5 15.5 20 20",
    close: "M6 6l12 12M18 6 6 18",
    plus: "M12 5v14M5 12h14",
    minus: "M5 12h14",
    home: "M4 11l8-7 8 7M6.5 9.5V20h11V9.5",
    full: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
    layers: "M12 4 3.5 8.5 12 13l8.5-4.5L12 4ZM3.5 13 12 17.5 20.5 13",
    alert: "M12 4 2.5 20h19L12 4ZM12 10v4.5M12 17v.5",
    check: "M5 12.5 10 17.5 19.5 7",
    chevron: "M9 6l6 6-6 6",
  };
})((globalThis.geoservice = globalThis.geoservice || {}));
