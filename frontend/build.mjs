// Builds what browsers run into src/cityhall/web/static/built: bundles, the map's worker, the icon sprite, licences.
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules");
const target = process.argv[2] ?? join(here, "../src/cityhall/web/static/built");

async function bundle() {
  const names = (await readdir(join(here, "src"))).filter((name) => /\.(js|css)$/.test(name));
  const result = await build({
    entryPoints: names.filter((name) => !name.startsWith("_")).map((name) => join(here, "src", name)),
    outdir: target,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2022"],
    legalComments: "none",
    external: ["./maplibre-gl.js"],
    logLevel: "warning",
    metafile: true,
  });
  const used = Object.keys(result.metafile.inputs).map((path) => path.split("node_modules/")[1]);
  return used.filter(Boolean).map((path) => path.split("/").slice(0, path.startsWith("@") ? 2 : 1).join("/"));
}

// MapLibre is two files that load each other by name; they are served as they are.
async function copies() {
  for (const name of ["maplibre-gl.mjs", "maplibre-gl-worker.mjs"]) {
    const code = await readFile(join(packages, "maplibre-gl/dist", name), "utf8");
    await writeFile(join(target, name.replace(".mjs", ".js")), withoutMap(code));
  }
  await copyFile(join(packages, "htmx.org/dist/htmx.min.js"), join(target, "htmx.js"));
}

const withoutMap = (code) => code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");

async function sprite() {
  const names = (await readFile(join(here, "icons.txt"), "utf8")).split(/\s+/).filter(Boolean);
  const symbols = await Promise.all(names.map(symbol));
  const body = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
  await writeFile(join(target, "icons.svg"), body);
}

async function symbol(name) {
  const drawing = await readFile(join(packages, "bootstrap-icons/icons", `${name}.svg`), "utf8");
  const inner = drawing.replace(/^<svg[^>]*>\s*/, "").replace(/\s*<\/svg>\s*$/, "").replace(/\n\s*/g, "");
  return `<symbol id="${name}" viewBox="0 0 16 16" fill="currentColor">${inner}</symbol>`;
}

async function licences(names) {
  const parts = [...new Set([...names, "maplibre-gl", "htmx.org", "bootstrap-icons"])].sort().map(licence);
  await writeFile(join(target, "licences.txt"), (await Promise.all(parts)).join("\n"));
}

async function licence(name) {
  const folder = join(packages, name);
  const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8").catch(() => "")));
  return `${"=".repeat(80)}\n${name} ${about.version} (${about.license})\n\n${texts.join("\n")}\n`;
}

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
const names = await bundle();
await copies();
await sprite();
await licences(names);
