// The order of questions: by buttons, by Alt and the arrow keys, and by dragging; each move is said aloud.
const shown = (form) => [...form.querySelectorAll("[data-question]:not([hidden])")];

// Numbers the rows as they stand; the form sends the order with them.
export function place(form) {
  form.querySelectorAll("[data-question]").forEach((row, index) => (row.querySelector("[name$=-order]").value = index + 1));
  const rows = shown(form);
  rows.forEach((row, index) => {
    row.querySelector("[data-number]").textContent = index + 1;
    row.querySelector("[name$=-id]").placeholder = index + 1;
    row.querySelector("[data-move='-1']").disabled = index === 0;
    row.querySelector("[data-move='1']").disabled = index === rows.length - 1;
  });
}

// What a question was called before it moved.
const nameOf = (row) => row.querySelector("[name$=-id]").value || row.querySelector("[data-number]").textContent;

function settle(form, row, say, name) {
  place(form);
  form.dispatchEvent(new Event("input", { bubbles: true }));
  const rows = shown(form);
  say(form.dataset.moved, { id: name, place: rows.indexOf(row) + 1, count: rows.length });
}

function move(form, row, by, say) {
  const rows = shown(form);
  const other = rows[rows.indexOf(row) + by];
  if (!other) return;
  const focused = document.activeElement;
  const name = nameOf(row);
  if (by < 0) other.before(row);
  else other.after(row);
  settle(form, row, say, name);
  // A moved row loses the focus in some browsers, and a button at the end of its way cannot hold it.
  (focused.disabled ? row.querySelector(`[data-move='${-by}']`) : focused).focus();
  row.scrollIntoView({ block: "nearest" });
}

function listenToDrags(form, say) {
  let dragged = null;
  let name = "";
  form.addEventListener("pointerdown", (event) => {
    const row = event.target.closest("[data-grip]")?.closest("[data-question]");
    if (row) row.draggable = true;
  });
  form.addEventListener("pointerup", () => form.querySelectorAll("[draggable]").forEach((row) => row.removeAttribute("draggable")));
  form.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-question]");
    if (!dragged) return;
    name = nameOf(dragged);
    dragged.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
  });
  form.addEventListener("dragover", (event) => {
    const over = event.target.closest("[data-question]");
    if (!dragged || !over) return;
    event.preventDefault();
    if (over === dragged) return;
    const box = over.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) over.before(dragged);
    else over.after(dragged);
  });
  form.addEventListener("drop", (event) => dragged && event.preventDefault());
  form.addEventListener("dragend", () => {
    if (!dragged) return;
    dragged.classList.remove("dragged");
    dragged.removeAttribute("draggable");
    settle(form, dragged, say, name);
    dragged = null;
  });
}

export function listenToMoves(form, say) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (button) move(form, button.closest("[data-question]"), Number(button.dataset.move), say);
  });
  form.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = event.target.closest("[data-question]");
    if (!event.altKey || !by || !row) return;
    event.preventDefault();
    move(form, row, by, say);
  });
  listenToDrags(form, say);
}
