// What a phone that several people share shows of whoever used it before: nothing. The kept page goes; what waits to be sent stays,
// sealed with a key that the city gives to its owner alone.
import { everything, keep, remove } from "./_queue.js";

const KEPT = "cityhall-inspecting";
export const CACHE = `${KEPT}-1`;
const told = "BroadcastChannel" in globalThis ? new BroadcastChannel("cityhall-leaving") : null;

// Delete the page that was kept for times without a network, and have open ones look again who is there.
export async function forgetPage() {
  for (const name of (await globalThis.caches?.keys()) ?? []) if (name.startsWith(KEPT)) await caches.delete(name);
  told?.postMessage("left");
}

export const whenLeft = (work) => told?.addEventListener("message", work);

// Seal what a person has on this phone; what was sent already is forgotten. Only where the browser can (never without https).
export async function seal(person, key) {
  if (!globalThis.crypto?.subtle) return;
  const secret = await imported(key);
  for (const entry of await everything()) {
    if (entry.person !== person || entry.sealed) continue;
    if (entry.state === "sent") await remove(entry.key);
    else await keep(await sealed(entry, secret));
  }
}

// Open again what was sealed for a person. What the key does not fit stays as it is.
export async function unseal(person, key) {
  if (!globalThis.crypto?.subtle) return;
  const secret = await imported(key);
  for (const entry of await everything()) {
    if (entry.person === person && entry.sealed) await opened(entry, secret).then(keep, (error) => console.warn(error));
  }
}

const imported = (key) => crypto.subtle.importKey("raw", Uint8Array.from(atob(key), (one) => one.charCodeAt(0)), "AES-GCM", false, ["encrypt", "decrypt"]);

// One after the other in one piece: how long the words are, the words, the files.
async function sealed({ key, person, made, state, ...rest }, secret) {
  const files = [];
  const fields = rest.fields.map(([name, value, file]) => (file ? [name, files.push(value) - 1, file, value.type, value.size] : [name, value]));
  const words = new TextEncoder().encode(JSON.stringify({ ...rest, fields }));
  const plain = await new Blob([new Uint32Array([words.length]), words, ...files]).arrayBuffer();
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { key, person, made, state, sealed: { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, secret, plain) } };
}

async function opened({ sealed, ...entry }, secret) {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv }, secret, sealed.data);
  const length = new Uint32Array(plain, 0, 1)[0];
  const rest = JSON.parse(new TextDecoder().decode(new Uint8Array(plain, 4, length)));
  let at = 4 + length;
  const fields = rest.fields.map(([name, value, file, type, size]) => {
    if (file === undefined) return [name, value];
    at += size;
    return [name, new Blob([plain.slice(at - size, at)], { type }), file];
  });
  return { ...entry, ...rest, fields };
}
