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

// The entries of a person, oldest first.
export async function entries(person) {
  const all = await within("readonly", (store) => store.getAll());
  return all.filter((one) => one.person === person).sort((a, b) => a.made - b.made);
}

// Sends what waits, one after the other. Answers "done", "offline", or "sign-in" when the session is over.
export async function flush(person, address, token, changed) {
  for (const entry of (await entries(person)).filter((one) => one.state === "waiting")) {
    const verdict = await send(entry, address, token());
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
  if ([401, 403].includes(answer.status)) return "sign-in";
  if (answer.status === 408 || answer.status === 429 || answer.status >= 500) return "offline";
  const { error } = await answer.json().catch(() => ({ error: { title: {}, remedy: {} } }));
  return { state: "refused", why: error, status: answer.status };
}
