// The map of a report, opened when somebody asks for it: a mark is put down by a tap, by dragging, by arrow keys or in the middle of
// the map, and the field of the form has where it is. What is known of the place (district, street, cells) is asked of the city.
import { Marker } from "./maplibre-gl.js";
import { drawGraticule, empty, grounded, openMap } from "./_ground.js";
import { calm, theme, whenThemeChanges } from "./_theme.js";

const STEP = 4; // pixels an arrow key moves the mark by; ten times as many with the shift key
const NEAR = 15; // the zoom at which a place is looked at
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const collection = (features) => ({ type: "FeatureCollection", features });
const area = (rings, properties) => ({ type: "Feature", properties, geometry: { type: "MultiPolygon", coordinates: rings.map((ring) => [ring]) } });

function style(city, cells) {
  const colours = theme();
  const sources = {
    streets: { type: "geojson", data: city.streets ? new URL(city.streets, location.href).href : empty },
    cells: { type: "geojson", data: cells },
  };
  return grounded(colours, sources, (words) => [
    { id: "cells", type: "fill", source: "cells", minzoom: 13, paint: { "fill-color": colours.celadon, "fill-opacity": ["case", ["get", "here"], 0.3, 0.06] } },
    { id: "cell-lines", type: "line", source: "cells", minzoom: 13, paint: { "line-color": colours.celadon, "line-width": 0.75, "line-opacity": 0.6 } },
    { id: "streets", type: "line", source: "streets", layout: { "line-join": "round" }, paint: { "line-color": colours.slate, "line-width": 1, "line-dasharray": [3, 2], "line-opacity": 0.6 } },
    { id: "names", type: "symbol", source: "streets", layout: { ...words, "text-field": ["coalesce", ["get", ["get", "code"], ["literal", city.names]], ["get", "name"]], "text-padding": 24 }, paint: { "text-color": colours["ink-soft"], "text-halo-color": colours.paper, "text-halo-width": 1.5 } },
  ]);
}

function pin(words) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "spot-pin" });
  button.setAttribute("aria-label", words);
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 24 32");
  for (const [name, attributes] of [["path", { d: "M12 1a11 11 0 0 0-11 11c0 8 11 19 11 19s11-11 11-19A11 11 0 0 0 12 1z" }], ["circle", { cx: 12, cy: 12, r: 4 }]]) {
    const part = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    drawing.append(part);
  }
  button.append(drawing);
  return button;
}

// The cells around a place as the city tells them, the one in which it lies apart.
const drawn = ({ cells = [], here = "" }) => collection(cells.map(([code, rings]) => area(rings, { here: code === here })));

// Opens the map in a box. `placed(place)` is called with every place that is chosen; answers how others put the mark somewhere, and
// tell what is known of it.
export async function openPlacing(box, place, placed) {
  const answer = await fetch(box.dataset.placing);
  if (!answer.ok) throw new Error(`${answer.status}`);
  const city = await answer.json();
  if (!city.box) throw new Error("nothing is known of the city");
  box.dataset.shapes = city.districts;
  let cells = empty;
  const map = openMap(box, style(city, cells), city.box);
  const lacking = new Promise((resolve) => map.on("error", ({ error }) => resolve(console.info("the map goes without:", String(error)))));
  const button = pin(box.dataset.mark);
  const mark = new Marker({ element: button, anchor: "bottom", draggable: true });

  const put = (next) => {
    mark.setLngLat(next);
    if (!button.isConnected) mark.addTo(map);
  };
  const choose = (next) => {
    put(next);
    placed(next);
  };
  const seen = (next) => {
    if (map.getBounds().contains(next)) return;
    map[calm() ? "jumpTo" : "easeTo"]({ center: next, duration: 150 });
  };
  button.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    event.stopPropagation(); // the map stays where it is
    const at = map.project(mark.getLngLat());
    const far = STEP * (event.shiftKey ? 10 : 1);
    const next = map.unproject([at.x + arrow[0] * far, at.y + arrow[1] * far]).toArray();
    choose(next);
    seen(next);
  });
  mark.on("dragend", () => placed(mark.getLngLat().toArray()));
  map.on("click", ({ lngLat, originalEvent }) => button.contains(originalEvent.target) || choose(lngLat.toArray()));
  const middle = Object.assign(document.createElement("button"), { type: "button", className: "button button-small button-quiet", textContent: box.dataset.middle });
  middle.addEventListener("click", () => {
    choose(map.getCenter().toArray());
    button.focus();
  });
  box.after(middle);
  map.on("moveend", () => drawGraticule(map));
  whenThemeChanges(() => {
    map.setStyle(style(city, cells));
    map.once("styledata", () => drawGraticule(map));
  });
  await Promise.race([map.once("load"), lacking]);
  drawGraticule(map);
  const show = (next) => {
    put(next);
    map.jumpTo({ center: next, zoom: Math.max(map.getZoom(), NEAR) });
  };
  if (place) show(place);
  map.getCanvas().focus({ preventScroll: true });
  box.dataset.ready = "1";
  return {
    show,
    tell(known) {
      cells = drawn(known);
      map.getSource("cells")?.setData(cells);
    },
  };
}
