// A dataset's places: clusters with counts, single places by name, and beside the map a list of what is in view. Where WebGL is
// missing the server's drawing stays.
import { Popup } from "./maplibre-gl.js";
import { drawGraticule, fallBack, grounded, openMap, pointAt } from "./_ground.js";
import { calm, number, theme, whenThemeChanges } from "./_theme.js";

const box = document.querySelector("[data-map]");
const still = box.querySelector("[data-map-still]");
const list = document.querySelector("[data-map-list]");
const count = document.querySelector("[data-map-count]");
const LISTED = 200;

// Words stay here: what the worker gets is copied, and it needs places and numbers alone.
function features({ points, shapes }) {
  return {
    points: points.map(([lon, lat], id) => ({ type: "Feature", id, geometry: { type: "Point", coordinates: [lon, lat] }, properties: {} })),
    shapes: shapes.map(([geometry], id) => ({ type: "Feature", id, geometry, properties: {} })),
  };
}

function corners(geometry, found) {
  const walk = (one) => (typeof one[0] === "number" ? found.push(one) : one.forEach(walk));
  walk(geometry.coordinates);
}

// The box of the middle 98 % of the places: one wrong coordinate must not push all others into a dot.
function bounds({ points, shapes }) {
  const all = points.map((point) => [point[0], point[1]]);
  shapes.forEach(([geometry]) => corners(geometry, all));
  const middle = (values) => {
    const ordered = values.sort((a, b) => a - b);
    const cut = Math.floor(ordered.length / 100);
    return [ordered[cut], ordered[ordered.length - 1 - cut]];
  };
  const [west, east] = middle(all.map((one) => one[0]));
  const [south, north] = middle(all.map((one) => one[1]));
  return [[west, south], [east, north]];
}

function style({ points, shapes }) {
  const colours = theme();
  const sources = {
    places: { type: "geojson", data: { type: "FeatureCollection", features: points }, cluster: true, clusterRadius: 46, clusterMaxZoom: 16 },
    shapes: { type: "geojson", data: { type: "FeatureCollection", features: shapes } },
  };
  return grounded(colours, sources, (words) => [
    { id: "shapes", type: "fill", source: "shapes", paint: { "fill-color": colours.celadon, "fill-opacity": 0.2 } },
    { id: "shape-lines", type: "line", source: "shapes", paint: { "line-color": colours.celadon, "line-width": 1.5 } },
    { id: "places", type: "circle", source: "places", filter: ["!", ["has", "point_count"]], paint: { "circle-color": colours.celadon, "circle-radius": 6, "circle-stroke-color": colours.surface, "circle-stroke-width": 1.5 } },
    { id: "clusters", type: "circle", source: "places", filter: ["has", "point_count"], paint: { "circle-color": colours.celadon, "circle-opacity": 0.88, "circle-radius": ["interpolate", ["linear"], ["get", "point_count"], 2, 13, 50, 18, 500, 24, 5000, 32], "circle-stroke-color": colours.surface, "circle-stroke-width": 2 } },
    { id: "counts", type: "symbol", source: "places", filter: ["has", "point_count"], layout: { ...words, "text-field": ["get", "point_count"], "text-allow-overlap": true }, paint: { "text-color": colours.surface } },
  ]);
}

function popup(map, [first, ...rest], place) {
  const body = document.createElement("div");
  body.append(Object.assign(document.createElement("strong"), { textContent: first }));
  rest.filter(Boolean).forEach((text) => body.append(Object.assign(document.createElement("div"), { textContent: text })));
  return new Popup({ closeButton: true, maxWidth: "18rem" }).setLngLat(place).setDOMContent(body).addTo(map);
}

// A shape stands in the list by the middle of its corners.
function listed({ points, shapes }) {
  return points.concat(
    shapes.map(([geometry, ...words]) => {
      const found = [];
      corners(geometry, found);
      return [0, 1].map((at) => found.reduce((sum, one) => sum + one[at], 0) / found.length).concat(words);
    }),
  );
}

function fill(map, data, go) {
  const view = map.getBounds();
  const inside = data.listed.filter(([lon, lat]) => view.contains([lon, lat]));
  count.textContent = `${box.dataset.here} ${number.format(inside.length)}`;
  list.replaceChildren(...inside.slice(0, LISTED).map((point) => row(point, data.labels.length, go)));
}

function row([lon, lat, ...labels], width, go) {
  const line = document.createElement("tr");
  const cells = width ? labels.slice(0, 2) : [`${lon.toFixed(5)}, ${lat.toFixed(5)}`];
  cells.forEach((text, at) => {
    const cell = line.insertCell();
    if (at === 0) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "linklike", textContent: text || "—" });
      button.addEventListener("click", () => go([lon, lat], labels));
      cell.append(button);
    } else cell.textContent = text;
  });
  return line;
}

async function start() {
  const loading = Object.assign(document.createElement("p"), { className: "map-wait small", textContent: box.dataset.loading });
  box.append(loading);
  const answer = await fetch(box.dataset.map);
  if (!answer.ok) throw new Error(`${answer.status}`);
  const data = await answer.json();
  data.listed = listed(data);
  const made = features(data);
  const map = openMap(box, style(made), bounds(data));
  const go = (place, labels) => {
    map[calm() ? "jumpTo" : "easeTo"]({ center: place, zoom: Math.max(map.getZoom(), 16), duration: 150 });
    popup(map, labels, place);
  };
  const refresh = () => {
    drawGraticule(map);
    fill(map, data, go);
  };
  map.on("load", () => {
    still.hidden = true;
    loading.remove();
    list.closest("[data-map-side]").classList.add("is-live");
    refresh();
    map.on("moveend", refresh);
    box.dataset.ready = "1";
  });
  map.on("click", "clusters", async ({ features: [cluster] }) => {
    const zoom = await map.getSource("places").getClusterExpansionZoom(cluster.properties.cluster_id);
    map[calm() ? "jumpTo" : "easeTo"]({ center: cluster.geometry.coordinates, zoom, duration: 150 });
  });
  map.on("click", "places", ({ features: [one] }) => popup(map, data.points[one.id].slice(2), one.geometry.coordinates));
  map.on("click", "shapes", ({ features: [one], lngLat }) => popup(map, data.shapes[one.id].slice(1), lngLat));
  pointAt(map, ["clusters", "places", "shapes"]);
  whenThemeChanges(() => {
    map.setStyle(style(made));
    map.once("styledata", refresh);
  });
}

start().catch((error) => fallBack(box, still, error));
