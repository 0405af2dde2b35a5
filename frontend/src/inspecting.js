// The inspectors' page on a phone: forms go into a queue that outlives the page and the network, and are sent when they can be.
import { unseal, whenLeft } from "./_leaving.js";
import { whereAmI } from "./_here.js";
import { alone, entries, flush, keep, remove, waitingFor } from "./_queue.js";
import { SpotMap, parse, written } from "./_spotmap.js";

const page = document.querySelector("[data-inspecting]");
const { person, seal, send, cells, worker } = page.dataset;
const say = Object.fromEntries(Object.entries(page.dataset).filter(([name]) => name.startsWith("say")).map(([name, words]) => [name[3].toLowerCase() + name.slice(4), words]));
const queue = page.querySelector("[data-queue]");
const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
const AGAIN = 30_000;
const OFTEN = 180_000;
const WIDEST = 2000; // pixels of a photograph
let busy = false;

const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
const freshKey = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");

// ---- the queue, as it is seen ----

async function show(hint = "") {
  const all = await entries(person);
  const many = (state) => all.filter((one) => one.state === state).length;
  queue.hidden = false;
  queue.querySelector("[data-net]").textContent = navigator.onLine ? say.online : say.offline;
  for (const state of ["waiting", "sent", "refused"]) queue.querySelector(`[data-${state}]`).textContent = many(state) ? say[state].replace("{n}", many(state)) : "";
  const others = (await waitingFor()).filter((one) => one !== person).length;
  const words = [hint, others ? say.others.replace("{n}", others) : ""].filter(Boolean).join(" ");
  const told = queue.querySelector("[data-hint]");
  told.hidden = !words;
  told.textContent = words;
  queue.querySelector("[data-queue-list]").replaceChildren(...all.filter((one) => one.do !== "check_in" || one.state !== "sent").reverse().slice(0, 8).map(line));
}

function line(entry) {
  const item = document.createElement("li");
  const tone = { waiting: "info", sent: "good", refused: "bad" }[entry.state];
  const state = say[{ waiting: "isWaiting", sent: "isSent", refused: "isRefused" }[entry.state]];
  item.append(element("span", { className: `badge badge-${tone}`, textContent: state }), element("span", { textContent: [entry.about, entry.number].filter(Boolean).join(" · ") }));
  if (entry.state === "refused") {
    const why = [entry.why?.title?.[language], entry.why?.remedy?.[language]].filter(Boolean).join(language === "zh" ? "：" : ". ");
    item.append(element("span", { className: "field-error", textContent: why || String(entry.status) }));
    if (entry.do === "report") item.append(button(say.mend, () => mend(entry)));
    item.append(button(say.again, () => keep({ ...entry, state: "waiting", why: undefined })), button(say.remove, () => remove(entry.key)));
  }
  return item;
}

const element = (name, properties) => Object.assign(document.createElement(name), properties);

function button(words, work) {
  const made = element("button", { type: "button", className: "button button-small button-quiet", textContent: words });
  made.addEventListener("click", async () => {
    await work();
    await pump();
  });
  return made;
}

// What was refused goes back into its form, photographs included, to be put right.
async function mend(entry) {
  const form = [...document.forms].find((one) => one.elements.do?.value === "report" && one.elements.type?.value === entry.fields.find(([name]) => name === "type")?.[1]);
  if (!form) return;
  const files = new Map();
  for (const [name, value, file] of entry.fields) {
    const input = form.elements.namedItem(name);
    if (file) files.set(name, [...(files.get(name) ?? []), new File([value], file, { type: value.type })]);
    else if (input && !["do", "key", "type", "csrfmiddlewaretoken"].includes(name)) input.value = value;
  }
  for (const [name, many] of files) {
    const carrier = new DataTransfer();
    many.forEach((one) => carrier.items.add(one));
    form.elements.namedItem(name).files = carrier.files;
  }
  await remove(entry.key);
  form.querySelectorAll("[data-spot] input").forEach((input) => input.dispatchEvent(new Event("change")));
  form.scrollIntoView();
}

async function pump() {
  if (busy) return;
  busy = true;
  let verdict = "offline";
  try {
    await show();
    if (navigator.onLine) verdict = await alone(() => flush(person, send, token, show));
  } finally {
    busy = false;
  }
  await show({ "sign-in": say.signIn, another: say.another }[verdict] ?? "");
  queue.querySelector("[data-sign-in]").hidden = !["sign-in", "another"].includes(verdict);
  for (const entry of await entries(person)) if (entry.state === "sent" && entry.task) document.querySelector(`[data-task="${CSS.escape(entry.task)}"]`)?.remove();
}

// ---- forms into the queue ----

async function enqueue(form, more = {}) {
  const sent = new FormData(form);
  const fields = [];
  for (const [name, value] of sent) {
    if (name === "csrfmiddlewaretoken" || name === "key") continue;
    if (value instanceof File) value.size && fields.push([name, ...(await smaller(value))]);
    else fields.push([name, value]);
  }
  const key = freshKey();
  const chosen = form.querySelector("[data-about]")?.selectedOptions[0]?.textContent ?? "";
  const entry = { key, person, made: Date.now(), state: "waiting", do: sent.get("do"), about: chosen || form.dataset.queued, task: sent.get("number") ?? "", fields: [...fields, ["key", key], ...Object.entries(more)] };
  await keep(entry);
  await later();
}

// Where the browser can, it sends what waits when the network is back, the page closed or not.
async function later() {
  const registration = await navigator.serviceWorker?.getRegistration(page.dataset.page);
  await registration?.sync?.register("cityhall-inspecting").catch(() => {}); // a browser may refuse: the page sends by itself
}

// A photograph as large as it needs to be, without what the camera wrote into it; anything else as it is.
async function smaller(file) {
  if (!file.type.startsWith("image/") || file.size < 500_000) return [file, file.name];
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, WIDEST / Math.max(picture.width, picture.height));
    const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const made = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
    return [made, file.name.replace(/\.\w+$/, ".jpg")];
  } catch {
    return [file, file.name];
  }
}

function take(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button:not([type])");
    button.disabled = true;
    try {
      await enqueue(form, form.matches("[data-check-in]") ? { at: new Date().toISOString() } : {});
      if (!form.matches("[data-check-in]")) form.reset();
      form.closest("details")?.removeAttribute("open");
      await show(say.keptHere);
      queue.scrollIntoView({ block: "nearest" });
    } catch (error) {
      console.warn(error);
      form.submit(); // nothing can be kept here: send it the plain way
      return;
    } finally {
      button.disabled = false;
    }
    await pump();
  });
}

// ---- where I am ----

function spot(field) {
  const [input, told, box, find] = ["input", "[data-spot-told]", "[data-spot-map]", "[data-locate]"].map((one) => field.querySelector(one));
  const map = box ? new SpotMap(box, input, told, say, cells) : null;
  if (parse(input.value)) map?.show();
  if (!navigator.geolocation) return;
  find.hidden = false;
  find.addEventListener("click", async () => {
    told.textContent = say.locating;
    try {
      input.value = written(await whereAmI());
      told.textContent = "";
      map?.show();
    } catch {
      told.textContent = say.noPlace;
    }
  });
}

function near(form) {
  const button = form.querySelector("button");
  button.hidden = !navigator.geolocation;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    whereAmI().then((place) => {
      form.elements.at.value = place.map((one) => one.toFixed(5)).join(",");
      form.submit();
    }, () => (button.textContent = say.noPlace));
  });
}

function often(box) {
  if (!navigator.geolocation) return;
  box.hidden = false;
  const wanted = box.querySelector("input");
  let timer = 0;
  const mark = async () => {
    const place = await whereAmI().catch(() => null);
    if (!place) return;
    const key = freshKey();
    await keep({ key, person, made: Date.now(), state: "waiting", do: "check_in", about: say.checkIn, task: "", fields: [["do", "check_in"], ["spot", written(place)], ["at", new Date().toISOString()], ["key", key]] });
    await pump();
  };
  wanted.addEventListener("change", () => {
    clearInterval(timer);
    if (wanted.checked) {
      mark();
      timer = setInterval(mark, OFTEN);
    }
  });
}

// ---- start ----

async function offlineCopy() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(worker, { scope: page.dataset.page });
  const ready = await navigator.serviceWorker.ready;
  const files = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")].map((one) => one.href || one.src);
  const icons = [...document.querySelectorAll("use")].map((one) => new URL(one.getAttribute("href"), location.href).href.split("#")[0]);
  ready.active.postMessage({ keep: [page.dataset.page, ...new Set([...files, ...icons])] });
}

async function start() {
  page.querySelectorAll("[data-spot]").forEach(spot);
  page.querySelectorAll("[data-near]").forEach(near);
  try {
    await unseal(person, seal);
  } catch {
    await showNoStorage();
    return;
  }
  whenLeft(() => location.reload());
  page.querySelectorAll("[data-queued]").forEach(take);
  page.querySelectorAll("[data-often]").forEach(often);
  addEventListener("online", pump);
  addEventListener("offline", () => show());
  setInterval(pump, AGAIN);
  await pump();
  page.dataset.ready = "1";
  await offlineCopy();
}

function showNoStorage() {
  queue.hidden = false;
  const told = queue.querySelector("[data-hint]");
  told.hidden = false;
  told.textContent = say.storage;
}

start().catch((error) => console.warn(error));
