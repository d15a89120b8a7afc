/* One canvas for the whole map: Leaflet's own Renderer moves and zooms it, painters fill it in order. */
(function (geoservice) {
  "use strict";

  const TILE = 256;
  const BATCH = 32;

  /* A renderer whose painters are {order, paint(brush, view), labels(brush, view)}. */
  geoservice.Canvas =
    globalThis.L &&
    L.Renderer.extend({
      options: { padding: 0.25, writes: true },

      initialize(options) {
        L.Renderer.prototype.initialize.call(this, options);
        this.painters = [];
      },

      /* Add a painter; a higher order lies on top. */
      addPainter(painter) {
        this.painters = [...this.painters, painter].sort((a, b) => a.order - b.order);
        this.redraw();
      },

      removePainter(painter) {
        this.painters = this.painters.filter((one) => one !== painter);
        this.redraw();
      },

      /* Draw again with the next frame, however often it is asked for. */
      redraw() {
        if (!this._map || this._frame) return;
        this._frame = L.Util.requestAnimFrame(() => {
          this._frame = null;
          if (this._map && !this._map._animatingZoom) this._draw();
        });
      },

      _initContainer() {
        this._container = L.DomUtil.create("canvas", "gs-canvas");
        this._brush = this._container.getContext("2d");
      },

      _destroyContainer() {
        if (this._frame) L.Util.cancelAnimFrame(this._frame);
        this._frame = null;
        this._container.remove();
        this._container = this._brush = null;
      },

      _update() {
        if (this._map._animatingZoom && this._bounds) return;
        L.Renderer.prototype._update.call(this);
        const size = this._bounds.getSize();
        this._ratio = Math.min(globalThis.devicePixelRatio || 1, 2) * geoservice.sharpness();
        L.DomUtil.setPosition(this._container, this._bounds.min);
        this._container.width = size.x * this._ratio;
        this._container.height = size.y * this._ratio;
        this._container.style.width = `${size.x}px`;
        this._container.style.height = `${size.y}px`;
        this._draw();
        this.fire("update");
      },

      _draw() {
        const brush = this._brush;
        const view = this._view();
        const size = this._bounds.getSize();
        brush.setTransform(this._ratio, 0, 0, this._ratio, 0, 0);
        brush.clearRect(0, 0, size.x, size.y);
        brush.lineJoin = brush.lineCap = "round";
        for (const painter of this.painters) painter.paint(brush, view);
        if (this.options.writes) this._write(brush, view);
      },

      _write(brush, view) {
        const wanted = this.painters.flatMap((painter) => (painter.labels ? painter.labels(brush, view) : []));
        geoservice.placeLabels(wanted, view.dots).forEach((label) => geoservice.writeLabel(brush, label));
      },

      /* How the unit square lies on the canvas: pixel = unit * scale - offset. */
      _view() {
        const scale = TILE * 2 ** this._zoom;
        const origin = this._map.getPixelOrigin().add(this._bounds.min);
        const size = this._bounds.getSize();
        const split = this._map.geoserviceSplit;
        return {
          split: typeof split === "number" ? split - this._bounds.min.x - this._map._getMapPanePos().x : null,
          width: size.x,
          dots: [],
          scale,
          x: origin.x,
          y: origin.y,
          zoom: this._zoom,
          ratio: this._ratio,
          box: [origin.x / scale, origin.y / scale, (origin.x + size.x) / scale, (origin.y + size.y) / scale],
          seen: seen(this._map, scale),
        };
      },
    });

  /* The part of the unit square in sight: the canvas reaches beyond it, so that the map can be dragged. */
  function seen(map, scale) {
    const { min, max } = map.getPixelBounds();
    return [min.x / scale, min.y / scale, max.x / scale, max.y / scale];
  }

  /* The canvas that all layers of a map share; made when the first of them is added. */
  geoservice.canvasOf = (map) => {
    if (!map.geoserviceCanvas) map.geoserviceCanvas = new geoservice.Canvas().addTo(map);
    return map.geoserviceCanvas;
  };

  /* Whether any of a shape's box lies in the view, with a margin in pixels. */
  geoservice.inView = ({ box }, view, margin = 0) => {
    const reach = margin / view.scale;
    return (
      box[2] >= view.box[0] - reach &&
      box[0] <= view.box[2] + reach &&
      box[3] >= view.box[1] - reach &&
      box[1] <= view.box[3] + reach
    );
  };

  /* Add the parts of a shape to the current path; points closer than half a pixel are passed over. */
  geoservice.trace = (brush, { parts, kind }, view) => {
    const { scale, x: left, y: top } = view;
    for (const part of parts) {
      let x = part[0] * scale - left;
      let y = part[1] * scale - top;
      brush.moveTo(x, y);
      const last = part.length - 2;
      for (let i = 2; i <= last; i += 2) {
        const nextX = part[i] * scale - left;
        const nextY = part[i + 1] * scale - top;
        if (i < last && Math.abs(nextX - x) + Math.abs(nextY - y) < 0.5) continue;
        brush.lineTo((x = nextX), (y = nextY));
      }
      if (kind === "area") brush.closePath();
    }
  };

  /* Trace shapes and finish each batch as one path. One path for all would cost time that grows with its
     square: measured on 6,300 parcels, batches of 16 to 64 are eight times faster. */
  geoservice.inBatches = (brush, shapes, view, finish) => {
    const trace = view.trace || geoservice.trace;
    for (let start = 0; start < shapes.length; start += BATCH) {
      const end = Math.min(start + BATCH, shapes.length);
      brush.beginPath();
      for (let i = start; i < end; i++) trace(brush, shapes[i], view);
      finish(brush);
    }
  };

  /* A label made ready for placing: its text measured in its font. */
  geoservice.makeLabel = (brush, text, at, view, look) => {
    brush.font = look.font;
    return {
      ...look,
      text,
      x: at[0] * view.scale - view.x,
      y: at[1] * view.scale - view.y + (look.shift || 0),
      width: brush.measureText(text).width + 8 + (look.spacing || 0) * text.length,
      height: (look.size || 12) + 6,
      weight: look.weight || 0,
    };
  };

  /* Write a placed label with its halo. */
  geoservice.writeLabel = (brush, label) => {
    brush.font = label.font;
    brush.textAlign = "center";
    brush.textBaseline = "middle";
    if ("letterSpacing" in brush) brush.letterSpacing = `${label.spacing || 0}px`;
    brush.strokeStyle = label.halo || geoservice.LOOK.halo;
    brush.lineWidth = 3;
    brush.strokeText(label.text, label.x, label.y);
    brush.fillStyle = label.colour;
    brush.fillText(label.text, label.x, label.y);
    if ("letterSpacing" in brush) brush.letterSpacing = "0px";
  };

  geoservice.FONT = '"Noto Sans CJK SC","Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif';
})((globalThis.geoservice = globalThis.geoservice || {}));
