// The benches of review: keys, zoom, the whole page, the hold kept alive, and forms that survive a cut connection.
import { ask, post, renewToken } from "./post.js";
import { Line } from "./review_line.js";
import { listen, listShortcuts } from "./shortcuts.js";
import { toast } from "./toasts.js";

const HEARTBEAT = 30_000;
let bench;
let line;
let near = false;
let turned = 0; // degrees, for looking only: the machine finds by itself which way is up

const words = () => bench.dataset;
const token = () => bench.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

function refuse(text) {
  const note = bench.querySelector("[data-refusal]");
  note.textContent = text;
  note.hidden = false;
}

const notTaken = (key) => toast(words().notTaken.replace("%s", key));

function showZoom() {
  bench.querySelector("[data-hero]")?.classList.toggle("near", near);
  bench.querySelector("[data-zoom]")?.setAttribute("aria-pressed", String(near));
}

function showTurned() {
  const hero = bench.querySelector("[data-hero]");
  if (hero) hero.dataset.turned = turned;
}

function laidOut() {
  for (const button of document.querySelectorAll("[data-zoom], [data-turn], [data-show-keys], [data-back]")) button.hidden = false;
  showZoom();
  bench.dispatchEvent(new Event("laid-out", { bubbles: true }));
}

function showKeys() {
  const dialog = document.getElementById("keys");
  const rows = listShortcuts().flatMap(([key, says]) => {
    const [term, cap, meaning] = ["dt", "kbd", "dd"].map((name) => document.createElement(name));
    cap.textContent = key;
    term.append(cap);
    meaning.textContent = says;
    return [term, meaning];
  });
  dialog.querySelector("dl").replaceChildren(...rows);
  dialog.showModal();
}

async function showPage(link) {
  const answer = await ask(link.dataset.whole);
  if (answer.became !== "done") return refuse(words().unsent);
  if (!link.isConnected) return undefined; // another item is on the bench by now
  const dialog = document.getElementById("whole-page");
  dialog.querySelector("[data-whole-place]").innerHTML = answer.text;
  dialog.showModal();
  // The focus goes to the button at its foot; what was asked for is the box.
  return (dialog.querySelector("rect") ?? dialog.firstElementChild).scrollIntoView({ block: "center" });
}

// A form of a bench that goes to another page: sent by script, so that a cut connection leaves everything as it was.
// Until the answer is here, and then until this page is left, no key acts on what was sent.
async function sendSafely(form, submitter) {
  const fields = [...new FormData(form, submitter).entries()];
  const focused = document.activeElement;
  bench.inert = true;
  const answer = await post(form.action, fields);
  if (answer.go) return window.location.assign(answer.go);
  bench.inert = false;
  focused.focus({ preventScroll: true });
  if (answer.became === "ended") return refuse((await renewToken()) ? words().again : words().ended);
  if (answer.became === "away") return refuse(words().unsent);
  return replaceBench(answer.text);
}

function replaceBench(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("bench");
  if (!fresh) return refuse(html);
  bench.replaceWith(document.adoptNode(fresh));
  bench = document.getElementById("bench");
  htmx.process(bench);
  return laidOut();
}

function submitted(event) {
  const form = event.target;
  if (!bench.contains(form) || form.method === "dialog") return;
  event.preventDefault();
  if (!line) sendSafely(form, event.submitter);
  else if (form.matches("[data-decision]")) line.decide(form, event.submitter);
  else if (form.matches("[data-flag]")) line.flag(form);
  else if (form.matches("[data-skip]")) line.skip(form);
  else if (form.matches("[data-take-back]")) line.undo(form);
}

function clicked(event) {
  if (event.target.closest("[data-zoom]")) {
    near = !near;
    showZoom();
  }
  if (event.target.closest("[data-turn]")) {
    turned = (turned + 90) % 360;
    showTurned();
  }
  if (event.target.closest("[data-show-keys]")) showKeys();
  if (event.target.closest("[data-back]")) line?.back();
  if (event.target.closest("[data-send]")) line?.outbox.send();
  const link = event.target.closest("[data-whole], [data-visit]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  if ("whole" in link.dataset) showPage(link);
  else line.visit(link.href);
}

// The arrows up and down walk through the members of a group; Space ticks one.
function walked(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const boxes = [...bench.querySelectorAll("[data-member]")];
  if (!step || !boxes.length || event.target.closest("input:not([type=checkbox])")) return;
  event.preventDefault();
  if (bench.inert) return notTaken(event.key);
  const at = boxes.indexOf(document.activeElement);
  boxes[(at + step + boxes.length) % boxes.length].focus();
}

async function keepHold() {
  if (document.hidden) return;
  const keys = line ? line.lent : (words().items ?? "").split(" ").filter(Boolean);
  const held = keys.map((key) => [words().kind ?? "answer", key]);
  const chosen = line ? line.chosen() : [];
  const { done } = bench.querySelector("[data-progress]")?.dataset ?? {};
  const answer = await post(words().hold, [["csrfmiddlewaretoken", token()], ...chosen, ...held]);
  if (answer.became !== "done") return; // the decision itself will say so, and a hold outlives a few heartbeats
  const part = new DOMParser().parseFromString(answer.text, "text/html").querySelector("[data-progress]");
  const lost = part.dataset.lostItems.split(" ").filter(Boolean);
  const shown = bench.querySelector("[data-progress]");
  // What was decided while the answer was on its way is counted already, and not by that answer.
  if (line?.outbox.isEmpty && shown.dataset.done === done) shown.replaceWith(document.adoptNode(part));
  if (line) line.lose(lost);
  else if (lost.length) refuse(words().lost);
}

export function start(part) {
  bench = part;
  listen(notTaken);
  laidOut();
  for (const url of (words().ahead ?? "").split(" ").filter(Boolean)) new Image().src = url;
  if ("live" in words()) line = new Line(bench, laidOut);
  document.addEventListener("submit", submitted);
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", walked);
  document.addEventListener("visibilitychange", keepHold);
  window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
  setInterval(keepHold, HEARTBEAT);
}
