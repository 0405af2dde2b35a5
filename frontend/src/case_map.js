// Open cases: the colour of a place says its state, the ring around it how late it is; a cluster has the colour of its worst. The
// places come as columns, are asked for again every minute while somebody looks, and a place leads to its case. Where WebGL is
// missing the server's drawing stays, and the table below is there for everybody.
import { Popup } from "./maplibre-gl.js";
import { drawGraticule, empty, fallBack, grounded, openMap, pointAt } from "./_ground.js";
import { calm, language, number, theme, whenThemeChanges } from "./_theme.js";

const box = document.querySelector("[data-case-map]");
const still = box.querySelector("[data-map-still]");
const told = document.querySelector("[data-map-told]");
const list = document.querySelector("[data-map-list]");
const EVERY = 60_000;
const LISTED = 100;
const MOST_ZOOM = 16;
const PALETTE = ["celadon", "sky", "plum", "clay", "slate", "ink-soft"];
const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const words = { 0: box.dataset.inTime, 1: box.dataset.soon, 2: box.dataset.late };

let mark = "";
let data = null;

async function ask() {
  const answer = await fetch(box.dataset.caseMap, { headers: mark ? { "If-None-Match": mark } : {}, cache: "no-store" });
  if (answer.status === 304) return false;
  if (!answer.ok) throw new Error(`${answer.status}`);
  mark = answer.headers.get("ETag") ?? "";
  data = await answer.json();
  return true;
}

function features() {
  if (!data) return empty;
  const { lon, lat, state, lateness, colours } = data;
  return {
    type: "FeatureCollection",
    features: lon.map((x, id) => ({ type: "Feature", id, geometry: { type: "Point", coordinates: [x / 1e5, lat[id] / 1e5] }, properties: { at: id, colour: colours[state[id]], level: lateness[id], late: lateness[id] === 2 ? 1 : 0 } })),
  };
}

function style() {
  const colours = theme();
  const worst = (ofLevel) => ["match", ofLevel, 2, colours.persimmon, 1, colours.amber, colours.celadon];
  const sources = {
    places: {
      type: "geojson", data: features(), cluster: true, clusterRadius: 46, clusterMaxZoom: MOST_ZOOM - 1, buffer: 48,
      clusterProperties: { level: ["max", ["get", "level"]], late: ["+", ["get", "late"]] },
    },
  };
  return grounded(colours, sources, (type) => [
    { id: "places", type: "circle", source: "places", filter: ["!", ["has", "point_count"]], paint: {
      "circle-color": ["match", ["get", "colour"], ...PALETTE.slice(0, -1).flatMap((name, at) => [at, colours[name]]), colours[PALETTE.at(-1)]],
      "circle-radius": ["match", ["get", "level"], 2, 7, 6],
      "circle-stroke-color": ["match", ["get", "level"], 2, colours.persimmon, 1, colours.amber, colours.surface],
      "circle-stroke-width": ["match", ["get", "level"], 2, 3.5, 1, 2.5, 1.5],
    } },
    { id: "clusters", type: "circle", source: "places", filter: ["has", "point_count"], paint: {
      "circle-color": worst(["get", "level"]), "circle-opacity": 0.9,
      "circle-radius": ["interpolate", ["linear"], ["get", "point_count"], 2, 14, 50, 19, 500, 25, 5000, 33],
      "circle-stroke-color": colours.surface, "circle-stroke-width": 2,
    } },
    // How many, and under it how many of them are late: the colour is not the only sign.
    { id: "counts", type: "symbol", source: "places", filter: ["has", "point_count"], layout: {
      ...type, "text-allow-overlap": true,
      "text-field": ["case", [">", ["get", "late"], 0], ["concat", ["to-string", ["get", "point_count"]], "\n!", ["to-string", ["get", "late"]]], ["to-string", ["get", "point_count"]]],
      "text-line-height": 1,
    }, paint: { "text-color": colours.surface } },
  ]);
}

const element = (name, textContent) => Object.assign(document.createElement(name), { textContent });

function link(at) {
  const made = element("a", data.number[at]);
  made.href = box.dataset.case.replace("NUMBER", encodeURIComponent(data.number[at]));
  return made;
}

function popup(map, at) {
  const body = document.createElement("div");
  const heading = document.createElement("strong");
  heading.append(link(at));
  body.append(heading, element("div", data.states[data.state[at]]), element("div", words[data.lateness[at]]));
  if (data.due[at] >= 0) body.append(element("div", `${box.dataset.due} ${moment.format(data.due[at] * 1000)}`));
  new Popup({ closeButton: true, maxWidth: "18rem" }).setLngLat([data.lon[at] / 1e5, data.lat[at] / 1e5]).setDOMContent(body).addTo(map);
}

// The worst in view first; places are sorted so, the worst last.
function fill(map) {
  const view = map.getBounds();
  const [west, south, east, north] = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()].map((one) => one * 1e5);
  const inside = [];
  for (let at = data.lon.length - 1; at >= 0; at -= 1)
    if (data.lon[at] >= west && data.lon[at] <= east && data.lat[at] >= south && data.lat[at] <= north) inside.push(at);
  told.textContent = `${box.dataset.here} ${number.format(inside.length)}`;
  list.replaceChildren(...inside.slice(0, LISTED).map((at) => {
    const line = document.createElement("tr");
    line.insertCell().append(link(at));
    line.insertCell().textContent = data.states[data.state[at]];
    line.insertCell().textContent = words[data.lateness[at]];
    return line;
  }));
}

function ready(map) {
  still.hidden = true;
  box.querySelector(".map-wait")?.remove();
  const look = () => {
    drawGraticule(map);
    fill(map);
  };
  look();
  map.on("moveend", look);
  map.on("click", "clusters", async ({ features: [cluster] }) => {
    const zoom = await map.getSource("places").getClusterExpansionZoom(cluster.properties.cluster_id);
    map[calm() ? "jumpTo" : "easeTo"]({ center: cluster.geometry.coordinates, zoom, duration: 150 });
  });
  map.on("click", "places", ({ features: [one] }) => popup(map, one.properties.at));
  pointAt(map, ["clusters", "places"]);
  whenThemeChanges(() => {
    map.setStyle(style());
    map.once("styledata", look);
  });
  setInterval(async () => {
    if (document.hidden || !(await ask().catch(() => false))) return;
    map.getSource("places").setData(features());
    look();
  }, EVERY);
}

// The map begins where the server says the cases are, with its places in it: every drawing more would cost as much again.
async function start() {
  box.append(Object.assign(element("p", box.dataset.loading), { className: "map-wait small" }));
  await ask();
  const [west, south, east, north] = box.dataset.box.split(",").map(Number);
  const map = openMap(box, style(), [[west, south], [east, north]]);
  map.once("load", () => {
    ready(map);
    box.dataset.ready = "1";
  });
}

start().catch((error) => fallBack(box, still, error));
