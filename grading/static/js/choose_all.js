// One box in the head of a table for all its rows, and how many are chosen.
export function start(table) {
  const all = table.querySelector("[data-choose-all]");
  const boxes = [...table.querySelectorAll("tbody input[type=checkbox]")];
  const chosen = document.querySelector("[data-chosen]");

  function show() {
    const count = boxes.filter((box) => box.checked).length;
    all.checked = count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
    chosen.textContent = count ? chosen.dataset.chosen.replace("%s", count.toLocaleString(document.documentElement.lang)) : "";
  }

  all.closest("[hidden]").hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    show();
  });
  table.addEventListener("change", show);
  show(); // a browser that goes back fills boxes in again
}
