// Keys are read from aria-keyshortcuts, so what assistive technology announces is what works.
const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

function shortcutOf(event) {
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

function withShortcut(key) {
  return [...document.querySelectorAll("[aria-keyshortcuts]")].find(
    (part) => part.getAttribute("aria-keyshortcuts").split(" ").includes(key) && !part.hidden && !part.disabled,
  );
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]")) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  // Enter on a button or link that has the focus keeps its usual meaning.
  if ((event.key === "Enter" || event.key === " ") && event.target.closest("button, a, summary")) return;
  const marks = document.querySelector("[data-digits]");
  if (marks && /^[0-9]$/.test(event.key)) {
    marks.focus();
    marks.value = event.key;
    event.preventDefault();
    return;
  }
  const part = withShortcut(shortcutOf(event));
  if (!part) return;
  event.preventDefault();
  if (part.matches("input")) part.focus();
  else part.click();
}

export function listShortcuts() {
  const named = [...document.querySelectorAll("[aria-keyshortcuts][data-says]")];
  const lines = named.map((part) => [part.getAttribute("aria-keyshortcuts"), part.dataset.says]);
  const marks = document.querySelector("[data-digits]");
  return marks ? [...lines, ["0 – 9", marks.dataset.digits]] : lines;
}

let listening = false;
export function listen() {
  if (listening) return;
  listening = true;
  document.addEventListener("keydown", press);
}
