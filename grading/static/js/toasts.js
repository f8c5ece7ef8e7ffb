// A short word at the foot of the page, read out by screen readers, gone after a while; never the only place of a fault.
const SECONDS = 6;

function tray() {
  const found = document.querySelector(".toasts");
  if (found) return found;
  const made = document.createElement("div");
  made.className = "toasts";
  made.setAttribute("role", "status");
  document.body.append(made);
  return made;
}

export function toast(text, look = "") {
  const shown = document.createElement("p");
  shown.className = `toast ${look}`;
  shown.textContent = text;
  tray().replaceChildren(shown);
  setTimeout(() => shown.remove(), SECONDS * 1000);
}
