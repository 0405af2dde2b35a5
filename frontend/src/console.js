// The API console: builds the address of a query, shows it with its curl line, and asks.
const quotedForShell = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function address(form) {
  const url = new URL(form.action);
  const chosen = [...form.querySelectorAll("[data-item]:checked")].map((box) => box.value);
  if (chosen.length) url.searchParams.set("select", chosen.join(","));
  for (const line of form.querySelectorAll("[data-filter]")) {
    const [item, op, value] = ["[data-where]", "[data-op]", "[data-value]"].map((name) => line.querySelector(name).value);
    if (item) url.searchParams.append(`${item}__${op}`, op.endsWith("null") ? "1" : value);
  }
  if (form.elements.sort.value) url.searchParams.set("sort", form.elements.sort.value);
  url.searchParams.set("limit", form.elements.limit.value || "10");
  return url;
}

function curl(url) {
  const parts = [...url.searchParams].map(([name, value]) => ` \\\n  --data-urlencode ${quotedForShell(`${name}=${value}`)}`);
  return `curl -G ${quotedForShell(url.origin + url.pathname)}${parts.join("")}`;
}

function table(answer) {
  const made = document.createElement("table");
  const head = made.createTHead().insertRow();
  for (const name of answer.columns ?? Object.keys(answer.rows[0] ?? {})) {
    head.append(Object.assign(document.createElement("th"), { textContent: name, scope: "col" }));
  }
  const body = made.createTBody();
  for (const row of answer.rows.slice(0, 100)) {
    const line = body.insertRow();
    for (const value of Array.isArray(row) ? row : Object.values(row)) line.insertCell().textContent = value ?? "—";
  }
  return made;
}

// As words.py fills them: {n} is the value, {n:row|rows} the form that goes with it.
const filled = (words, values) => words
  .replace(/\{(\w+):([^|{}]*)\|([^{}]*)\}/g, (_, name, one, many) => (String(values[name]) === "1" ? one : many))
  .replace(/\{(\w+)\}/g, (_, name) => values[name]);

async function ask(form, answer) {
  const find = (name) => answer.querySelector(`[data-${name}]`);
  const url = address(form);
  answer.hidden = false;
  find("url").textContent = decodeURI(url.href);
  find("curl").textContent = curl(url);
  const began = performance.now();
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  const body = await response.json();
  const ms = Math.round(performance.now() - began);
  if (!response.ok) {
    const error = body.error ?? body;
    find("told").textContent = [error.title ?? response.statusText, error.remedy].filter(Boolean).join(" — ");
    find("table").replaceChildren();
    return;
  }
  const words = body.rows.length ? form.dataset.rows : form.dataset.none;
  find("told").textContent = filled(words, { n: body.rows.length, ms, version: body.version });
  find("table").replaceChildren(body.rows.length ? table(body) : "");
}

function prepare(form) {
  const answer = form.parentElement.querySelector("[data-answer]");
  const filters = form.querySelector("[data-filters]");
  filters.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(form, answer).catch((error) => {
      answer.querySelector("[data-told]").textContent = String(error);
    });
  });
  form.querySelector("[data-more]").addEventListener("click", (event) => {
    const lines = filters.querySelectorAll("[data-filter]");
    const line = lines[0].cloneNode(true);
    line.querySelector("[data-value]").value = "";
    event.currentTarget.before(line);
    line.querySelector("select").focus();
    event.currentTarget.hidden = lines.length > 3;
  });
  answer.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(answer.querySelector(`[data-${button.dataset.copy}]`).textContent);
    answer.querySelector("[data-told]").textContent = form.dataset.copied;
  });
}

for (const form of document.querySelectorAll("[data-console]")) prepare(form);
