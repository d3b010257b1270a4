// Sorting, finding and downloading. Everything is also readable without it.

function sortValue(row, column) {
  const cell = row.cells[column];
  if (!cell || cell.colSpan > 1) return null; // a row with a problem has no values
  const text = cell.dataset.sort ?? cell.textContent.trim();
  if (text === "") return null;
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

// Missing values stay last whichever way the column is sorted.
function compareValues(a, b, direction) {
  if (a === null || b === null) return (a === null) - (b === null);
  if (typeof a === "number" && typeof b === "number") return direction * (a - b);
  return direction * String(a).localeCompare(String(b), "en", { numeric: true });
}

function sortBy(header) {
  const table = header.closest("table");
  const direction = header.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  for (const other of table.tHead.rows[0].cells) {
    if (other.hasAttribute("aria-sort")) other.setAttribute("aria-sort", "none");
  }
  header.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
  for (const body of table.tBodies) {
    const rows = [...body.rows].filter((row) => !row.classList.contains("subset"));
    const keyed = rows.map((row) => [sortValue(row, header.cellIndex), row]);
    keyed.sort((a, b) => compareValues(a[0], b[0], direction));
    body.append(...keyed.map(([, row]) => row));
  }
}

for (const button of document.querySelectorAll("table.sortable thead button")) {
  button.addEventListener("click", () => sortBy(button.closest("th")));
}

const filter = document.getElementById("predictions-filter");
if (filter) {
  const rows = [...document.getElementById("predictions-list").tBodies[0].rows];
  const texts = rows.map((row) =>
    `${row.cells[0].textContent} ${row.querySelector(".problem-text, .problem-cell")?.textContent ?? ""}`.toLowerCase());
  filter.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    let shown = 0;
    rows.forEach((row, i) => {
      row.hidden = !texts[i].includes(wanted);
      shown += !row.hidden;
    });
    const all = rows.length.toLocaleString("en");
    document.getElementById("predictions-count").textContent =
      wanted ? `${shown.toLocaleString("en")} of ${all} rows` : `${all} rows`;
  });
}

// RFC 4180; a text that a spreadsheet would take for a formula is defused by an apostrophe.
function csvCell(value) {
  if (value === null) return "";
  const text = typeof value === "string" && /^[=+@\t\r-]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const table = JSON.parse(document.getElementById("predictions-table").textContent);
const csvText = () => [table.columns, ...table.rows].map((row) => row.map(csvCell).join(",") + "\r\n").join("");

document.getElementById("predictions-download")?.addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csvText()], { type: "text/csv" }));
  link.download = "predictions.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});
