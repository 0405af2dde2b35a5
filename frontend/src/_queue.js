// What waits to be sent, kept on the phone (IndexedDB): each entry has a key of its own, so that the city does it once however often
// it arrives. An entry is waiting, sent or refused; it belongs to the person who made it.
const NAME = "cityhall-inspecting";
const SENT_KEPT = 20;

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("queue", { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function within(mode, work) {
  const database = await opened();
  try {
    const deal = database.transaction("queue", mode);
    const ended = new Promise((resolve, reject) => {
      deal.oncomplete = resolve;
      deal.onerror = deal.onabort = () => reject(deal.error);
    });
    const asked = work(deal.objectStore("queue"));
    await ended;
    return asked?.result;
  } finally {
    database.close();
  }
}

export const keep = (entry) => within("readwrite", (store) => store.put(entry));
export const remove = (key) => within("readwrite", (store) => store.delete(key));

export const everything = () => within("readonly", (store) => store.getAll());

// The entries of a person, oldest first; none that are sealed (`_leaving.js`).
export async function entries(person) {
  return (await everything()).filter((one) => one.person === person && !one.sealed).sort((a, b) => a.made - b.made);
}

// For whom something waits on this phone.
export async function waitingFor() {
  return (await everything()).filter((one) => one.state === "waiting").map((one) => one.person);
}

// Two tabs (or a tab and the worker) do not send at once; the key would make it harmless, only wasteful.
export const alone = (work) => (navigator.locks ? navigator.locks.request("cityhall-inspecting", work) : work());

// Sends what waits, one after the other. Answers "done", or why the rest goes on waiting: "offline", "sign-in" when the session is
// over, "another" when somebody else is signed in now. What was refused is not in the way of what comes after it.
export async function flush(person, address, token, changed = () => {}) {
  for (const entry of (await entries(person)).filter((one) => one.state === "waiting")) {
    const verdict = await send(entry, address, await token());
    if (typeof verdict === "string") return verdict;
    await keep({ ...entry, ...verdict });
    changed();
  }
  const sent = (await entries(person)).filter((one) => one.state === "sent");
  for (const old of sent.slice(0, -SENT_KEPT)) await remove(old.key);
  return "done";
}

async function send(entry, address, token) {
  const body = new FormData();
  body.append("person", entry.person);
  for (const [name, value, file] of entry.fields) file ? body.append(name, value, file) : body.append(name, value);
  let answer;
  try {
    answer = await fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token }, credentials: "same-origin", redirect: "error" });
  } catch {
    return "offline";
  }
  if (answer.ok) {
    const told = await answer.json();
    return { state: "sent", number: told.number ?? "", fields: [] };
  }
  if (answer.status === 408 || answer.status === 429 || answer.status >= 500) return "offline";
  const error = (await answer.json().catch(() => ({}))).error;
  if (answer.status === 401 || (answer.status === 403 && !error)) return "sign-in"; // a page instead of an answer: its token is old
  if (error?.code === "web.of_another_account") return "another";
  return { state: "refused", why: error ?? {}, status: answer.status };
}
