// The review bench: keys, the next crops fetched ahead, the lease kept alive, zoom, and honest failures.
import { listen, listShortcuts } from "./shortcuts.js";

const HEARTBEAT = 30_000;
const fetched = new Set();
const part = (selector) => document.querySelector(`#bench ${selector}`);
let near = false;

function fetchAhead() {
  for (const url of (part("[data-ahead]")?.dataset.ahead ?? "").split(" ")) {
    if (!url || fetched.has(url)) continue;
    fetched.add(url);
    new Image().src = url;
  }
}

function refuse(text) {
  const note = part("[data-refusal]");
  if (!note) return;
  note.textContent = text;
  note.hidden = false;
}

async function keepHold() {
  const facts = part("[data-hold]");
  if (!facts?.dataset.hold || document.hidden) return;
  const token = part("[name=csrfmiddlewaretoken]").value;
  try {
    const answer = await fetch(facts.dataset.hold, { method: "POST", headers: { "X-CSRFToken": token } });
    if (answer.status === 409) refuse(facts.dataset.lost);
  } catch {
    // No connection: the decision itself will say so, and a lease outlives a few missed heartbeats.
  }
}

function zoom() {
  near = !near;
  showZoom();
}

function showZoom() {
  part("[data-hero]")?.classList.toggle("near", near);
  part("[data-zoom]")?.setAttribute("aria-pressed", String(near));
}

function showKeys() {
  const dialog = document.getElementById("keys");
  const list = dialog.querySelector("dl");
  list.replaceChildren(
    ...listShortcuts().flatMap(([key, says]) => {
      const term = document.createElement("dt");
      const cap = document.createElement("kbd");
      cap.textContent = key;
      term.append(cap);
      const meaning = document.createElement("dd");
      meaning.textContent = says;
      return [term, meaning];
    }),
  );
  dialog.showModal();
}

// After a new log-in the forms of this page carry the token of the old one: fetch a fresh one and ask again.
async function renewToken() {
  const words = part("[data-again]").dataset;
  const page = await fetch(window.location.href);
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
  const token = fresh.querySelector("#bench [name=csrfmiddlewaretoken]")?.value;
  if (!token) return refuse(words.ended);
  for (const field of document.querySelectorAll("#bench [name=csrfmiddlewaretoken]")) field.value = token;
  return refuse(words.again);
}

function failed(event) {
  if (event.detail.xhr.status === 403) renewToken();
  else refuse(part("[data-offline]").dataset.offline);
}

function freeKeys() {
  // htmx gives the focus to the new item's field of the same name; there the next key would be typed, not heard.
  const refused = part("[data-refusal]")?.hidden === false;
  if (!refused) document.activeElement?.blur();
}

function laidOut() {
  for (const button of document.querySelectorAll("[data-zoom], [data-show-keys]")) button.hidden = false;
  showZoom();
  fetchAhead();
}

function clicked(event) {
  if (event.target.closest("[data-zoom]")) zoom();
  if (event.target.closest("[data-show-keys]")) showKeys();
}

function busy(event) {
  // While a decision is on its way a second press must not decide the next item.
  const waiting = event.type === "htmx:beforeRequest";
  for (const button of document.querySelectorAll("#bench .verdicts button, #bench form button")) button.disabled = waiting;
}

let started = false;
export function start() {
  laidOut();
  if (started) return;
  started = true;
  listen();
  document.addEventListener("click", clicked);
  document.addEventListener("htmx:beforeRequest", busy);
  document.addEventListener("htmx:afterRequest", busy);
  document.addEventListener("htmx:afterSwap", () => {
    laidOut();
    freeKeys();
  });
  document.addEventListener("htmx:sendError", () => refuse(part("[data-offline]").dataset.offline));
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("logged-out", (event) => {
    event.preventDefault();
    refuse(part("[data-ended]").dataset.ended);
  });
  setInterval(keepHold, HEARTBEAT);
}
