// What every map here stands on: MapLibre without any tile, glyph or picture from elsewhere. Paper, a graticule with its degrees,
// the controls, and words drawn with the page's own fonts.
import { Map, NavigationControl, ScaleControl, setWorkerUrl } from "./maplibre-gl.js";
import { theme } from "./_theme.js";

export const empty = { type: "FeatureCollection", features: [] };

function graticule(map) {
  const view = map.getBounds();
  const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 45].find((one) => (view.getEast() - view.getWest()) / one < 8) ?? 45;
  const lines = [];
  const digits = step < 0.1 ? 2 : step < 1 ? 1 : 0;
  for (let lon = Math.ceil(view.getWest() / step) * step; lon <= view.getEast(); lon += step)
    lines.push({ type: "Feature", properties: { name: `${Math.abs(lon).toFixed(digits)}°${lon < 0 ? "W" : "E"}` }, geometry: { type: "LineString", coordinates: [[lon, view.getSouth()], [lon, view.getNorth()]] } });
  for (let lat = Math.ceil(view.getSouth() / step) * step; lat <= view.getNorth(); lat += step)
    lines.push({ type: "Feature", properties: { name: `${Math.abs(lat).toFixed(digits)}°${lat < 0 ? "S" : "N"}` }, geometry: { type: "LineString", coordinates: [[view.getWest(), lat], [view.getEast(), lat]] } });
  return { type: "FeatureCollection", features: lines };
}

export const drawGraticule = (map) => map.getSource("lines")?.setData(graticule(map));

// A style of ours: sources and layers over the paper, its lines, and the outlines of districts where the page says where these
// are. `words` are what every text layer has.
export function grounded(colours, sources, layers) {
  const words = { "text-font": [colours.sans], "text-size": 12 };
  const shapes = document.querySelector("[data-shapes]")?.dataset.shapes;
  return {
    version: 8,
    sources: {
      lines: { type: "geojson", data: empty },
      divisions: { type: "geojson", data: shapes ? new URL(shapes, location.href).href : empty },
      ...sources,
    },
    layers: [
      { id: "paper", type: "background", paint: { "background-color": colours.paper } },
      { id: "lines", type: "line", source: "lines", paint: { "line-color": colours.line, "line-width": 1 } },
      { id: "line-names", type: "symbol", source: "lines", layout: { ...words, "symbol-placement": "line", "text-field": ["get", "name"], "text-anchor": "bottom", "symbol-spacing": 900 }, paint: { "text-color": colours["ink-soft"], "text-halo-color": colours.paper, "text-halo-width": 1 } },
      { id: "borders", type: "line", source: "divisions", layout: { "line-join": "round" }, paint: { "line-color": colours.slate, "line-width": 1.25, "line-opacity": 0.6 } },
      ...layers(words),
    ],
  };
}

// A map in a box of the page, whose data attributes hold the words of the controls.
export function openMap(box, style, bounds) {
  setWorkerUrl(new URL(box.dataset.worker, location.href).href);
  const container = Object.assign(document.createElement("div"), { className: "map-canvas" });
  box.append(container);
  const map = new Map({
    container,
    style,
    bounds,
    fitBoundsOptions: { padding: 48, maxZoom: 15 },
    attributionControl: false,
    localIdeographFontFamily: theme().sans,
    fadeDuration: 0, // every frame of a fade is a whole drawing
    locale: { "NavigationControl.ZoomIn": box.dataset.zoomIn, "NavigationControl.ZoomOut": box.dataset.zoomOut, "Map.Title": box.dataset.title },
    renderWorldCopies: false,
    refreshExpiredTiles: false,
    dragRotate: false,
    pitchWithRotate: false,
  });
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl(), "bottom-right");
  return map;
}

export function pointAt(map, layers) {
  for (const layer of layers) {
    map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }
}

// Where no map can be drawn (no WebGL, no data) the server's drawing comes back; the reason stands on the box for whoever looks.
export function fallBack(box, still, error) {
  console.info("the map is a drawing:", String(error));
  box.querySelector(".map-canvas")?.remove();
  box.querySelector(".map-wait")?.remove();
  still.hidden = false;
  box.dataset.failed = String(error);
}
