// The form of a report: who stands in front of it need not know where that is. Without scripts, or without leave, words say it.
import { whereAmI } from "./_here.js";
import { written } from "./_spotmap.js";

for (const field of navigator.geolocation ? document.querySelectorAll("[data-spot]") : []) {
  const [input, told, button] = ["input", "[data-spot-told]", "[data-locate]"].map((one) => field.querySelector(one));
  button.hidden = false;
  button.addEventListener("click", async () => {
    told.textContent = told.dataset.locating;
    try {
      input.value = written(await whereAmI());
      told.textContent = told.dataset.found;
    } catch {
      told.textContent = told.dataset.none;
    }
  });
}
