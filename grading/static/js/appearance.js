// Light or dark changes at once, without a new page, so that nothing typed is lost; the server keeps it in a cookie.
import { toast } from "./toasts.js";

const root = document.documentElement;

function show(form, theme) {
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  document.querySelector("meta[name=color-scheme]").content = theme === "system" ? "light dark" : theme;
  for (const button of form.querySelectorAll("[name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}

async function choose(event) {
  const button = event.submitter;
  if (!event.target.matches("[data-appearance]") || button?.name !== "theme") return;
  event.preventDefault();
  show(event.target, button.value);
  const body = new FormData(event.target, button);
  try {
    await fetch(event.target.action, { method: "POST", body, redirect: "manual" });
  } catch {
    toast(document.body.dataset.offline, "bad");
  }
}

export function listenToAppearance() {
  document.addEventListener("submit", choose);
}
