const settings = globalThis.process?.env ?? {};
const cityhall = settings.CITYHALL ?? "http://localhost:8000";
const dataset = settings.DATASET ?? "parks";

// all rows, page by page; the mark stays on its version
const rows = [];
let after = "", version;
do {
  const query = new URLSearchParams({ limit: 1000, after });
  const answer = await fetch(`${cityhall}/api/v1/datasets/${encodeURIComponent(dataset)}/rows?${query}`);
  if (!answer.ok) throw new Error((await answer.json()).error.title.en);
  const page = await answer.json();
  rows.push(...page.rows);
  ({ next: after, version } = page);
} while (after !== null);
console.log(rows.length, "rows of version", version);

// features for a map, where the rows have a place
const features = await fetch(`${cityhall}/ogc/collections/${encodeURIComponent(dataset)}/items?limit=5`);
if (features.ok) console.log((await features.json()).features.length, "features");
