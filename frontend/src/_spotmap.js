// A small map on which a place is put right: the unit cells around it as SVG, the cross in the middle. It needs no WebGL, no tiles, and
// no network once its cells are known.
const SVG = "http://www.w3.org/2000/svg";
const METRES = 160; // from the middle to the edge
const DEGREE = 111319.49;

const made = (name, attributes = {}) => {
  const one = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
  return one;
};

export function parse(text) {
  const parts = text.replace("，", ",").split(",").map(Number);
  return parts.length === 2 && parts.every(Number.isFinite) && Math.abs(parts[0]) <= 180 && Math.abs(parts[1]) <= 85 ? parts : null;
}

export const written = ([lon, lat]) => `${lon.toFixed(5)}, ${lat.toFixed(5)}`;

function inside([x, y], ring) {
  let odd = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[ax, ay], [bx, by]] = [ring[i], ring[j]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}

export class SpotMap {
  constructor(box, input, told, say, cellsAddress) {
    Object.assign(this, { box, input, told, say, cellsAddress, cells: [], known: null });
    this.drawing = made("svg", { viewBox: `${-METRES} ${-METRES} ${2 * METRES} ${2 * METRES}`, tabindex: "0", role: "application", "aria-label": `${say.map}. ${say.mapText}`, preserveAspectRatio: "xMidYMid slice" });
    this.layer = made("g");
    this.drawing.append(this.layer, made("path", { class: "spot-cross", d: "M-14 0H14M0-14V14M-7 0A7 7 0 1 0 7 0A7 7 0 1 0-7 0" }));
    box.append(this.drawing, this.moves());
    this.drag();
    this.drawing.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("change", () => this.show());
  }

  moves() {
    const row = document.createElement("div");
    row.className = "spot-moves";
    for (const [word, east, north] of [["west", -5, 0], ["north", 0, 5], ["south", 0, -5], ["east", 5, 0]]) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "button button-small button-quiet", textContent: this.say[word] });
      button.addEventListener("click", () => this.move(east, north));
      row.append(button);
    }
    return row;
  }

  key(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!step) return;
    event.preventDefault();
    this.move(...step.map((one) => one * (event.shiftKey ? 10 : 2)));
  }

  drag() {
    let from = null;
    this.drawing.addEventListener("pointerdown", (event) => {
      from = [event.clientX, event.clientY];
      this.drawing.setPointerCapture(event.pointerId);
    });
    this.drawing.addEventListener("pointermove", (event) => {
      if (!from) return;
      const scale = (2 * METRES) / Math.max(this.drawing.clientWidth, this.drawing.clientHeight, 1);
      this.move((from[0] - event.clientX) * scale, (event.clientY - from[1]) * scale);
      from = [event.clientX, event.clientY];
    });
    for (const end of ["pointerup", "pointercancel"]) this.drawing.addEventListener(end, () => (from = null));
  }

  move(east, north) {
    const place = parse(this.input.value);
    if (!place) return;
    this.input.value = written([place[0] + east / (DEGREE * Math.cos((place[1] * Math.PI) / 180)), place[1] + north / DEGREE]);
    this.show();
  }

  // Draws what is around the typed place; asks for cells when it has left those that are known.
  async show() {
    const place = parse(this.input.value);
    this.box.hidden = !place;
    if (!place) return;
    this.draw(place);
    const far = !this.known || Math.hypot(place[0] - this.known[0], place[1] - this.known[1]) > 0.0015;
    if (!far) return;
    this.known = place;
    try {
      const answer = await fetch(`${this.cellsAddress}?at=${encodeURIComponent(place.join(","))}`);
      if (answer.ok) this.cells = (await answer.json()).cells;
    } catch {
      this.known = null; // no network: what is known stays
    }
    this.draw(parse(this.input.value) ?? place);
  }

  draw([lon, lat]) {
    const wide = DEGREE * Math.cos((lat * Math.PI) / 180);
    let here = "";
    const outlines = this.cells.map(([code, rings]) => {
      const hit = rings.some((ring) => inside([lon, lat], ring));
      if (hit) here = code;
      const path = rings.map((ring) => `M${ring.map(([x, y]) => `${((x - lon) * wide).toFixed(1)} ${((lat - y) * DEGREE).toFixed(1)}`).join("L")}Z`);
      return made("path", { class: hit ? "spot-cell is-here" : "spot-cell", d: path.join("") });
    });
    this.layer.replaceChildren(...outlines);
    if (this.cells.length) this.told.textContent = here ? this.say.inCell.replace("{code}", here) : this.say.inNone;
  }
}
