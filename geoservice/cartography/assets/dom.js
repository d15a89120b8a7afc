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
    play: "M8 5.5v13l10.5-6.5L8 5.5Z",
    pause: "M8.5 5.5v13M15.5 5.5v13",
    measure: "M3.5 16.5 16.5 3.5l4 4-13 13-4-4ZM7 13l2 2M10 10l2 2M13 7l2 2",
    area: "M5 8.5 12 4l7.5 5-2.5 9.5H7L5 8.5Z",
    compare: "M12 4v16M4 7h5v10H4M20 7h-5v10h5",
    print: "M7 9V4h10v5M7 17H4.5v-7h15v7H17M7 14.5h10V20H7Z",
    external: "M9 5H5v14h14v-4M13 5h6v6M19 5l-8 8",
    chevron: "M9 6l6 6-6 6",
  };
})((globalThis.geoservice = globalThis.geoservice || {}));
