// Charts that answer to the pointer: ECharts draws each again as SVG in the place where the server drew it, at the same size,
// so that nothing moves. Without this script the server's drawing stays.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { calm, number, theme, whenThemeChanges } from "./_theme.js";

use([BarChart, LineChart, AriaComponent, GridComponent, TooltipComponent, SVGRenderer]);

const drawn = new Map();

function options({ kind, labels, values, sentence }) {
  const colours = theme();
  const text = { color: colours["ink-soft"], fontFamily: colours.sans, fontSize: 13 };
  const lines = { lineStyle: { color: colours.line } };
  const across = kind === "line" || kind === "histogram";
  const categories = { type: "category", data: labels, axisLabel: { ...text, hideOverlap: true }, axisTick: { show: false }, axisLine: lines };
  const amounts = { type: "value", axisLabel: { ...text, hideOverlap: true, formatter: (value) => number.format(value) }, splitLine: lines, splitNumber: 3, minInterval: 1 };
  const series = {
    type: kind === "line" ? "line" : "bar",
    data: values,
    itemStyle: { color: colours.celadon, borderRadius: kind === "line" ? 0 : 2 },
    barCategoryGap: kind === "histogram" ? "8%" : "45%",
    ...(kind === "line" && { showSymbol: values.length < 40, symbolSize: 5, lineStyle: { width: 2 }, areaStyle: { color: colours["celadon-wash"] } }),
    ...(!across && { label: { show: true, position: "right", ...text, color: colours.ink, formatter: ({ value }) => number.format(value) } }),
  };
  return {
    animation: !calm(),
    animationDuration: 150,
    aria: { enabled: true, label: { description: sentence } },
    grid: { left: 4, right: across ? 12 : 56, top: 10, bottom: 4, containLabel: true },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      backgroundColor: colours.surface,
      borderColor: colours.line,
      textStyle: { color: colours.ink, fontFamily: colours.sans, fontSize: 13 },
      axisPointer: { type: kind === "line" ? "line" : "shadow", ...lines, shadowStyle: { color: colours["celadon-wash"], opacity: 0.5 } },
      formatter: ([{ name, value }]) => `${name}  ${number.format(value)}`,
    },
    xAxis: across ? categories : { ...amounts, show: false },
    yAxis: across ? amounts : { ...categories, inverse: true, axisLine: { show: false }, axisLabel: { ...text, color: colours.ink, width: 120, overflow: "truncate" } },
    series: [series],
  };
}

function draw(box) {
  const data = JSON.parse(box.querySelector("script").textContent);
  const still = [...box.children].find((child) => child.tagName !== "SCRIPT");
  const height = still.offsetHeight;
  const canvas = document.createElement("div");
  canvas.className = "plot-live";
  canvas.style.height = `${height}px`;
  still.hidden = true;
  box.append(canvas);
  const chart = init(canvas, null, { renderer: "svg" });
  chart.setOption(options(data));
  canvas.firstElementChild?.setAttribute("role", "presentation");
  drawn.set(chart, data);
  new ResizeObserver(() => chart.resize()).observe(canvas);
}

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (isIntersecting) {
      seen.unobserve(target);
      draw(target);
    }
  }
}, { rootMargin: "200px" });

for (const box of document.querySelectorAll("[data-chart]")) seen.observe(box);
whenThemeChanges(() => drawn.forEach((data, chart) => chart.setOption(options(data))));
