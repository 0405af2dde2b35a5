// Keys for those who work through many cases: up and down the list, choose, open, the next one; on a case, its acts by number.
const rows = () => [...document.querySelectorAll("table[data-worklist] tbody tr")];
let here = -1;

function go(step) {
  const all = rows();
  if (!all.length) return;
  here = Math.min(Math.max(here + step, 0), all.length - 1);
  all[here].querySelector("a").focus();
}

function current() {
  const all = rows();
  const focused = all.findIndex((row) => row.contains(document.activeElement));
  if (focused >= 0) here = focused;
  return all[here];
}

function choose(row) {
  const box = row?.querySelector("input[type=checkbox]");
  if (box) box.checked = !box.checked;
}

function chooseAll() {
  const boxes = rows().map((row) => row.querySelector("input[type=checkbox]")).filter(Boolean);
  const on = boxes.some((box) => !box.checked);
  for (const box of boxes) box.checked = on;
}

function act(number) {
  const chosen = document.querySelectorAll(".case-acts > .act")[number - 1];
  if (!chosen) return;
  if (chosen.tagName === "DETAILS") chosen.open = true;
  const wanted = chosen.querySelector("input:not([type=hidden]), select, textarea, button");
  (wanted ?? chosen).focus();
}

const KEYS = {
  j: () => { current(); go(1); },
  k: () => { current(); go(-1); },
  o: () => current()?.querySelector("a").click(),
  x: () => choose(current()),
  a: chooseAll,
  n: () => document.querySelector("[data-key=n]")?.click(),
  e: () => document.querySelector("[data-key=e]")?.click(),
  u: () => document.querySelector("nav.crumbs a, .crumbs a")?.click(),
  "?": () => { const help = document.querySelector("[data-keys]"); if (help) { help.open = !help.open; help.querySelector("summary").focus(); } },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
  const done = KEYS[event.key] ?? (/^[1-9]$/.test(event.key) && document.querySelector(".case-acts") ? () => act(Number(event.key)) : null);
  if (!done) return;
  event.preventDefault();
  done();
});
