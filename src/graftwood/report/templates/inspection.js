"use strict";
// Shows one of several panels; without scripts, and on paper, all of them show.

function choose(input) {
  for (const panel of document.querySelectorAll(`[data-group="${input.name}"]`)) {
    panel.hidden = panel.dataset.key !== input.value;
  }
}

for (const input of document.querySelectorAll(".switch input")) {
  if (input.checked) choose(input);
  input.addEventListener("change", () => choose(input));
}

addEventListener("beforeprint", () => {
  document.documentElement.classList.add("paper");
  for (const details of document.querySelectorAll("details")) details.open = true;
});
addEventListener("afterprint", () => document.documentElement.classList.remove("paper"));
