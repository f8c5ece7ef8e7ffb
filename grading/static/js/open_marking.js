// The bench of review for open answers: number keys switch criteria, marks are added up at once, comments come back
// by key, and one draws on the page.
import * as page from "./annotate.js";
import * as review from "./review.js";

const written = []; // comments of this sitting, the newest first: what comes in line was laid out before them
let bench;
const part = (selector) => bench.querySelector(`[data-place] ${selector}`);
const parts = (selector) => [...bench.querySelectorAll(`[data-place] ${selector}`)];
const number = (text) => Number(String(text).replace(",", ".").replace("−", "-")) || 0;

function sum(form) {
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

function addComment(text) {
  const field = part("[name=comment]");
  if (field.value.includes(text)) return;
  field.value = field.value.trim() ? `${field.value.trim()} ${text}` : text;
}

function clicked(event) {
  const comment = event.target.closest("[data-comment]");
  if (comment) addComment(comment.dataset.comment);
}

function remember(event) {
  const text = event.target.matches("[data-marking]") ? new FormData(event.target).get("comment").trim() : "";
  if (text && !written.includes(text)) written.unshift(text);
}

// Comments that the server did not know yet when it laid this answer out, on keys that are free, else on the last ones.
function offerComments() {
  const buttons = parts("[data-comment]");
  const known = buttons.map((button) => button.dataset.comment);
  const fresh = written.filter((text) => !known.includes(text)).slice(0, buttons.length);
  const used = known.filter(Boolean).length;
  const first = Math.min(used, buttons.length - fresh.length);
  fresh.forEach((text, place) => offer(buttons[first + place], text));
  const list = part("[data-comments]");
  if (list) list.hidden = !buttons.some((button) => button.dataset.comment);
}

function offer(button, text) {
  button.dataset.comment = text;
  button.dataset.says = button.dataset.says.split(":")[0] + `: ${text}`;
  button.querySelector("span").textContent = text;
  button.hidden = false;
  button.closest("li").hidden = false;
}

// For a person who has switched single keys off: none is heard, named or shown.
function dropKeys() {
  for (const found of document.querySelectorAll("[aria-keyshortcuts]")) found.removeAttribute("aria-keyshortcuts");
  for (const field of parts("[data-digits]")) delete field.dataset.digits;
  for (const cap of [...parts("kbd"), document.querySelector("[data-show-keys]")]) cap.hidden = true;
}

function laidOut() {
  for (const hidden of parts("[data-needs-script]")) hidden.hidden = false;
  offerComments();
  showSum();
  page.open();
  if ("withoutKeys" in bench.dataset) dropKeys();
}

export function start(root) {
  bench = root;
  page.listen();
  bench.addEventListener("laid-out", laidOut);
  bench.addEventListener("submit", remember);
  document.addEventListener("click", clicked);
  for (const name of ["input", "change"]) document.addEventListener(name, showSum);
  review.start(root);
}
