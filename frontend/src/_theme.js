// The colours and type of the page, read from its style sheet, so that drawings follow the light and the dark theme.
const names = ["ink", "ink-soft", "line", "surface", "paper", "celadon", "celadon-wash", "persimmon", "sky", "amber", "plum", "clay", "slate", "track", "sans"];

export function theme() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

export function whenThemeChanges(redraw) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
export const language = document.documentElement.lang.startsWith("en") ? "en" : "zh-CN";
export const number = new Intl.NumberFormat(language);
