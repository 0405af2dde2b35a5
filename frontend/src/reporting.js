// The form of a report: who stands in front of it need not know where that is, and who does not may show it on a map. Without
// scripts, or without leave, words say it.
import { whereAmI } from "./_here.js";
import { parse, written } from "./_spotmap.js";

const form = document.querySelector("form[data-place]");

function spot(field) {
  const [input, told, locate, open, box] = ["input", "[data-spot-told]", "[data-locate]", "[data-open-map]", "[data-place-map]"].map((one) => field.querySelector(one));
  let asked = 0;
  let map = null;

  // What is known of the place in the field; the last question counts. Without an answer, what is written there stands.
  async function tell() {
    const place = parse(input.value);
    const mine = (asked += 1);
    if (!place) return;
    const known = await fetch(`${form.dataset.place}?at=${encodeURIComponent(written(place))}`).then((answer) => (answer.ok ? answer.json() : {}), () => ({}));
    if (mine !== asked) return;
    if (known.told) told.textContent = known.told;
    told.classList.toggle("field-error", known.inside === false);
    map?.tell(known);
  }

  function fill(place) {
    input.value = written(place);
    return tell();
  }

  async function show() {
    open.disabled = true;
    told.textContent = form.dataset.loading;
    try {
      Object.assign(box.dataset, form.dataset);
      const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: form.dataset.style });
      document.head.append(style);
      box.hidden = false;
      const { openPlacing } = await import(new URL(form.dataset.script, location.href).href);
      map = await openPlacing(box, parse(input.value), fill);
      open.hidden = true;
      told.textContent = form.dataset.how;
      await tell();
    } catch (error) {
      console.info("the map cannot be shown:", String(error));
      box.hidden = true;
      open.hidden = true;
      told.textContent = form.dataset.noMap;
    }
  }

  input.addEventListener("change", () => {
    const place = parse(input.value);
    told.textContent = "";
    if (place) map?.show(place);
    tell();
  });
  if (form?.dataset.placing) {
    open.hidden = false;
    open.addEventListener("click", show);
  }
  if (navigator.geolocation) {
    locate.hidden = false;
    locate.addEventListener("click", async () => {
      told.textContent = told.dataset.locating;
      try {
        const place = await whereAmI();
        told.textContent = told.dataset.found;
        map?.show(place);
        await fill(place);
      } catch {
        told.textContent = told.dataset.none;
      }
    });
  }
  if (form) tell();
}

document.querySelectorAll("[data-spot]").forEach(spot);
