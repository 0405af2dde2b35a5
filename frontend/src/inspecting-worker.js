// Serves the inspectors' page while there is no network: what the page named when it was last seen, and the cells last asked for.
// A page that only leads to the sign-in is not kept, and takes the kept one along: whoever signed out leaves nothing behind.
// What waits to be sent is sent from here too, when the network is back and the page is closed.
import { CACHE } from "./_leaving.js";
import { alone, flush, waitingFor } from "./_queue.js";

const CELLS = "cells.json";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (Array.isArray(event.data?.keep)) event.waitUntil(keep(event.data.keep).then(() => event.source?.postMessage({ kept: true })));
});

async function keep(addresses) {
  const cache = await caches.open(CACHE);
  const wanted = new Set(addresses.map((one) => new URL(one, self.location).href));
  for (const known of await cache.keys()) if (!wanted.has(known.url) && !known.url.includes(CELLS)) await cache.delete(known);
  const [page, ...files] = wanted;
  await refreshed(new Request(page, { credentials: "same-origin" }));
  await Promise.all(files.map(async (file) => (await cache.match(file)) ?? cache.add(file)));
}

// The page as it is now, which becomes the kept one unless it leads elsewhere.
async function refreshed(request) {
  const answer = await fetch(request);
  const cache = await caches.open(CACHE);
  const page = new URL(request.url);
  if (answer.type === "opaqueredirect" || answer.redirected || answer.status === 403) await cache.delete(page.pathname);
  else if (answer.ok) await cache.put(page.pathname, answer.clone());
  return answer;
}

async function pageOrKept(request) {
  try {
    return await refreshed(request);
  } catch (error) {
    const kept = await caches.match(new URL(request.url).pathname);
    if (kept) return kept;
    throw error;
  }
}

async function cellsOrKept(request) {
  const cache = await caches.open(CACHE);
  const name = new URL(request.url).pathname;
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(name, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(name);
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const place = new URL(request.url);
  if (request.method !== "GET" || place.origin !== self.location.origin) return;
  const home = new URL(self.registration.scope).pathname;
  if (request.mode === "navigate" && place.pathname === home) event.respondWith(pageOrKept(request));
  else if (place.pathname === home + CELLS) event.respondWith(cellsOrKept(request));
  else if (place.pathname.startsWith("/static/")) event.respondWith(caches.match(request.url).then((kept) => kept ?? fetch(request)));
});

// ---- sending without a page ----

self.addEventListener("sync", (event) => {
  if (event.tag === "cityhall-inspecting") event.waitUntil(sendWaiting());
});

const token = async () => (await self.cookieStore?.get("csrftoken"))?.value ?? "";

// Fails while there is no network, so that the browser tries again. Whose session has ended goes on waiting for the page to say so.
async function sendWaiting() {
  const address = new URL("send/", self.registration.scope).href;
  for (const person of new Set(await waitingFor())) {
    if ((await alone(() => flush(person, address, token))) === "offline") throw new Error("no network");
  }
}
