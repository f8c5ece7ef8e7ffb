// Keys are read from aria-keyshortcuts, so what assistive technology announces is what works.
const NAMES = { " ": "Space" };
let deafUntil = 0;

const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

function shortcutOf(event) {
  if (event.key in NAMES) return NAMES[event.key];
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

const isOffered = (part) => !part.hidden && !part.disabled;
const isFrozen = (part) => Boolean(part ? part.closest("[inert]") : document.querySelector("[inert]"));

function withShortcut(key) {
  const found = [...document.querySelectorAll("[aria-keyshortcuts]")].filter(
    (part) => part.getAttribute("aria-keyshortcuts").split(" ").includes(key) && isOffered(part),
  );
  return found.find((part) => !isFrozen(part)) ?? found[0];
}

// For a moment no key decides anything: what came back to the bench must be seen before it is decided again.
export function hush(milliseconds) {
  deafUntil = performance.now() + milliseconds;
}

function isMeantForSomethingElse(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return true;
  return Boolean(document.querySelector("dialog[open]"));
}

// Enter and Space on a button, link or box that has the focus keep their usual meaning.
function pressesWhatHasTheFocus(event) {
  if (event.key === " ") return event.target.closest("button, a, summary, input");
  return event.key === "Enter" && event.target.closest("button, a, summary");
}

function fieldForDigits(event) {
  const marks = /^[0-9]$/.test(event.key) && document.querySelector("[data-digits]");
  return marks && isOffered(marks) ? marks : null;
}

function press(event) {
  if (isMeantForSomethingElse(event)) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (pressesWhatHasTheFocus(event)) return;
  const marks = fieldForDigits(event);
  const part = marks ?? withShortcut(shortcutOf(event));
  const isPaused = performance.now() < deafUntil || isFrozen(part);
  if (!part && !(isPaused && event.key.length === 1)) return;
  event.preventDefault();
  if (isPaused) return notTaken(shortcutOf(event));
  if (marks) marks.value = event.key;
  if (part.matches("textarea, input:not([type=checkbox])")) part.focus();
  else part.click();
}

export function listShortcuts() {
  const named = [...document.querySelectorAll("[aria-keyshortcuts][data-says]")].filter((part) => !part.hidden);
  const lines = named.map((part) => [part.dataset.cap ?? part.getAttribute("aria-keyshortcuts"), part.dataset.says]);
  const marks = document.querySelector("[data-digits]");
  return marks ? [...lines, ["0 – 9", marks.dataset.digits]] : lines;
}

let listening = false;
let notTaken;
// `told` hears of each key that could not be taken: none is lost without a word.
export function listen(told) {
  notTaken = told;
  if (listening) return;
  listening = true;
  document.addEventListener("keydown", press);
}
