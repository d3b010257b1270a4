"use strict";
// Draws the charts in the colours of the reader's theme, when their panel is shown.

const figures = JSON.parse(document.getElementById("figures").textContent);

// A text such as "--ink" stands for the colour that the style sheet gives that name.
function painted(part, style) {
  if (typeof part === "string") return part.startsWith("--") ? style.getPropertyValue(part).trim() : part;
  if (Array.isArray(part)) return part.length > 100 ? part : part.map((each) => painted(each, style));
  if (part === null || typeof part !== "object") return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, painted(value, style)]));
}

function draw(element, paperWidth) {
  const figure = figures[element.id];
  if (!figure || element.closest("[hidden]")) return;
  const { data, layout, narrow } = painted(figure, getComputedStyle(document.documentElement));
  const width = paperWidth ? Math.min(paperWidth, figure.square ? 420 : paperWidth) : element.clientWidth;
  if (narrow && width < 520) Object.assign(layout, narrow);
  layout.width = width;
  if (figure.square) layout.height = width;
  if (matchMedia("(pointer: coarse)").matches) layout.dragmode = false;
  Plotly.react(element, data, layout, { displaylogo: false, displayModeBar: false, showTips: false });
  element.dataset.drawn = String(Math.round(width));
}

const charts = [...document.querySelectorAll(".chart")];
const drawAll = (paperWidth) => charts.forEach((chart) => draw(chart, paperWidth));

function choose(input) {
  for (const panel of document.querySelectorAll(`[data-group="${input.name}"]`)) {
    panel.hidden = panel.dataset.key !== input.value;
    panel.querySelectorAll(".chart").forEach((chart) => draw(chart));
  }
}

for (const input of document.querySelectorAll(".switch input")) {
  if (input.checked) choose(input);
  input.addEventListener("change", () => choose(input));
}
drawAll();

const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.clientWidth && target.dataset.drawn !== String(Math.round(target.clientWidth))) draw(target);
  }
});
charts.forEach((chart) => resized.observe(chart));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAll());

// Paper is white and narrow whatever the screen is.
addEventListener("beforeprint", () => {
  resized.disconnect();
  document.documentElement.classList.add("paper");
  drawAll(660);
});
addEventListener("afterprint", () => {
  document.documentElement.classList.remove("paper");
  drawAll();
  charts.forEach((chart) => resized.observe(chart));
});
