// The entry of every page: local times, menus, light or dark, and the modules that a page asks for by data-module.
import { listenToAppearance } from "./appearance.js";
import { listenToDialogs } from "./dialogs.js";
import { listenToMenus } from "./menus.js";
import { showLocalTimes } from "./times.js";
import { toast } from "./toasts.js";

function start(root) {
  showLocalTimes(root);
  for (const part of root.querySelectorAll("[data-needs-script]")) part.hidden = false;
}

async function load(part) {
  const module = await import(`./${part.dataset.module}.js`);
  module.start(part);
}

// Whoever drives the portal by a program, as its tests do, waits for this: before, a key is heard by nobody.
async function loadAll() {
  await Promise.all([...document.querySelectorAll("[data-module]")].map(load));
  document.documentElement.dataset.ready = "";
}

start(document);
// On a phone the steps of an exam scroll sideways: the one that is open comes into view.
document.querySelector(".steps [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
listenToMenus();
listenToDialogs();
listenToAppearance();
loadAll();
document.addEventListener("htmx:afterSwap", (event) => start(event.detail.elt));
document.addEventListener("htmx:historyRestore", loadAll);
// The review bench says itself, beside what was typed, that a decision did not arrive.
document.addEventListener("htmx:sendError", () => {
  if (!document.getElementById("bench")) toast(document.body.dataset.offline, "bad");
});
// A session that ended answers with the login page: it must not appear inside this one.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!new URL(event.detail.xhr.responseURL).pathname.startsWith("/login/")) return;
  event.detail.shouldSwap = false;
  window.location.reload();
});
// A refused form comes back with 409 or 422 and what was typed: it is shown, not dropped.
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([409, 422].includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
