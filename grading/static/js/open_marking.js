// Marking open answers: number keys switch criteria, marks are added up at once, comments come back by key,
// the next pictures are fetched ahead, the lease is kept alive, and what is typed is never lost.
import * as page from "./annotate.js";
import { toast } from "./toasts.js";

const HEARTBEAT = 30_000;
const fetched = new Set();
let saving = false;
let focused = "";
const part = (selector) => document.querySelector(`#open-bench ${selector}`);
const parts = (selector) => [...document.querySelectorAll(`#open-bench ${selector}`)];
const number = (text) => Number(String(text).replace(",", ".").replace("−", "-")) || 0;

export function sum(form) {
  const most = number(form.dataset.most);
  const points = [...form.querySelectorAll("[data-points]:checked")].reduce((all, box) => all + number(box.dataset.points), 0);
  const counted = form.dataset.scoring === "down" ? most - points : points;
  const adjusted = counted + number(form.querySelector("[data-adjust]")?.value ?? "");
  return Math.min(Math.max(Math.round(adjusted * 100) / 100, 0), most);
}

function showSum() {
  const form = part("[data-marking]");
  const output = form?.querySelector("[data-sum]");
  if (output) output.textContent = sum(form).toLocaleString(document.documentElement.lang);
}

function refuse(text) {
  const note = part("[data-refusal]");
  note.textContent = text;
  note.hidden = false;
}

function fetchAhead() {
  for (const url of (part("[data-ahead]")?.dataset.ahead ?? "").split(" ")) {
    if (!url || fetched.has(url)) continue;
    fetched.add(url);
    new Image().src = url;
  }
}

async function keepHold() {
  const desk = part("[data-hold]");
  if (!desk?.dataset.hold || document.hidden || saving) return;
  const token = part("[name=csrfmiddlewaretoken]").value;
  try {
    const answer = await fetch(desk.dataset.hold, { method: "POST", headers: { "X-CSRFToken": token } });
    // Saved meanwhile, the answer is held no longer, and nobody has to be told.
    if (answer.status === 409 && desk.isConnected && !saving) refuse(desk.dataset.lost);
  } catch {
    // No connection: saving will say so, and a lease outlives a few missed heartbeats.
  }
}

function addComment(text) {
  const field = part("[name=comment]");
  if (field.value.includes(text)) return;
  field.value = field.value.trim() ? `${field.value.trim()} ${text}` : text;
}

const shortcutOf = (event) => (event.key.length === 1 ? event.key.toLowerCase() : event.key);

function withShortcut(key) {
  return [...document.querySelectorAll("[aria-keyshortcuts]")].find(
    (found) => found.getAttribute("aria-keyshortcuts").split(" ").includes(key) && !found.closest("[hidden]") && !found.disabled,
  );
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (saving) return sayNotTaken(event);
  const field = event.target.closest("input:not([type=checkbox]), textarea, select");
  if (field) {
    if (event.key === "Escape") field.blur();
    return;
  }
  if (page.nudged(event)) return event.preventDefault();
  const onButton = event.target.closest("button, a, summary");
  if (event.repeat || (onButton && ["Enter", " "].includes(event.key))) return;
  const found = withShortcut(shortcutOf(event));
  if (!found) return;
  event.preventDefault();
  if (found.matches("textarea, input:not([type=checkbox])")) found.focus();
  else found.click();
}

function showKeys() {
  const dialog = document.getElementById("keys");
  const rows = [...document.querySelectorAll("[aria-keyshortcuts][data-says]")].flatMap((found) => {
    const [term, cap, meaning] = ["dt", "kbd", "dd"].map((name) => document.createElement(name));
    cap.textContent = found.getAttribute("aria-keyshortcuts");
    meaning.textContent = found.dataset.says;
    term.append(cap);
    return [term, meaning];
  });
  dialog.querySelector("dl").replaceChildren(...rows);
  dialog.showModal();
}

function clicked(event) {
  const comment = event.target.closest("[data-comment]");
  if (comment) addComment(comment.dataset.comment);
  if (event.target.closest("[data-show-keys]")) showKeys();
}

// While marks are on their way nothing must mark the next answer, nor be marked on the one that is about to go.
function busy(event) {
  const bench = document.getElementById("open-bench");
  saving = event.type === "htmx:beforeRequest" || Boolean(event.detail.xhr.getResponseHeader("HX-Redirect"));
  if (saving && !bench.inert) {
    focused = document.activeElement.id;
    document.activeElement.blur();
  }
  bench.inert = saving;
  const stays = !event.detail.successful || !part("[data-refusal]").hidden;
  if (!saving && stays && focused) document.getElementById(focused)?.focus();
}

function sayNotTaken(event) {
  const shortcut = shortcutOf(event);
  if (event.repeat || (shortcut.length > 1 && !shortcut.startsWith("Arrow") && !withShortcut(shortcut))) return;
  event.preventDefault();
  toast(part("[data-not-taken]").dataset.notTaken.replace("%s", shortcut));
}

// For a person who has switched single keys off: none is heard, named or shown.
function dropKeys() {
  for (const found of document.querySelectorAll("[aria-keyshortcuts]")) found.removeAttribute("aria-keyshortcuts");
  for (const cap of document.querySelectorAll("#open-bench kbd, [data-show-keys]")) cap.hidden = true;
}

function laidOut() {
  for (const hidden of [...parts("[data-needs-script]"), document.querySelector("[data-show-keys]")]) hidden.hidden = false;
  showSum();
  fetchAhead();
  page.open();
  if (document.querySelector("[data-without-keys]")) dropKeys();
}

function swapped(event) {
  if (event.detail.elt.id !== "open-bench" && !event.detail.elt.closest?.("#open-bench")) return;
  laidOut();
  if (part("[data-refusal]").hidden) document.activeElement?.blur();
  window.scrollTo({ top: 0 });
}

let started = false;
export function start() {
  laidOut();
  if (started) return;
  started = true;
  document.addEventListener("keydown", press);
  document.addEventListener("click", clicked);
  for (const name of ["input", "change"]) document.addEventListener(name, showSum);
  for (const name of ["htmx:beforeRequest", "htmx:afterRequest"]) document.addEventListener(name, busy);
  document.addEventListener("htmx:afterSwap", swapped);
  document.addEventListener("htmx:sendError", () => refuse(part("[data-offline]").dataset.offline));
  document.addEventListener("htmx:responseError", () => refuse(part("[data-ended]").dataset.ended));
  document.addEventListener("logged-out", (event) => {
    event.preventDefault();
    refuse(part("[data-ended]").dataset.ended);
  });
  page.listen();
  setInterval(keepHold, HEARTBEAT);
}
