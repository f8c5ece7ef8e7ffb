// Drawing on the page, in its millimetres: ticks, crosses, notes and pen strokes by mouse, touch or keyboard.
const SVG = "http://www.w3.org/2000/svg";
const SIGNS = { tick: "M-3 .2 -1 2.6 3.4 -3", cross: "M-2.4 -2.4 2.4 2.4M2.4 -2.4 -2.4 2.4" };
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const NUDGE_MM = 1, FAR_NUDGE_MM = 5, KEYED_LINE_MM = 20, LEAST_MM = 0.4, MOST_POINTS = 400;

let view, shapes, chosen, tool, pending, drag;

const figure = () => document.querySelector("#bench [data-page-view]");
const store = () => document.querySelector("#bench [data-annotations]");
const round = (value) => Math.round(value * 10) / 10;
const within = ([x, y]) => {
  const [, , width, height] = view.dataset.far.split(" ").map(Number);
  return [round(Math.min(Math.max(x, 0), width)), round(Math.min(Math.max(y, 0), height))];
};

function read() {
  try {
    return JSON.parse(store().value);
  } catch {
    return [];
  }
}

function element(shape, place) {
  const name = { pen: "polyline", note: "text" }[shape.kind] ?? "path";
  const made = document.createElementNS(SVG, name);
  const [x, y] = shape.points[0];
  if (name === "polyline") made.setAttribute("points", shape.points.map((point) => point.join(",")).join(" "));
  if (name === "text") {
    made.setAttribute("x", x);
    made.setAttribute("y", y);
    made.textContent = shape.text;
  }
  if (name === "path") {
    made.setAttribute("d", SIGNS[shape.kind]);
    made.setAttribute("transform", `translate(${x} ${y})`);
  }
  made.setAttribute("class", place === chosen ? `${shape.kind} chosen` : shape.kind);
  made.dataset.place = place;
  return made;
}

function show() {
  if (!store()) return;
  store().value = JSON.stringify(shapes);
  view.querySelector("[data-drawn]").replaceChildren(...shapes.map(element));
  figure().querySelector("[data-remove]").disabled = !shapes.length;
}

function use(name) {
  tool = name;
  view.classList.toggle("drawing", Boolean(tool));
  for (const button of figure().querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
}

function add(shape, byKey) {
  shapes.push(shape);
  chosen = byKey ? shapes.length - 1 : undefined;
  show();
  const said = figure().querySelector("[data-placed]");
  if (byKey) said.textContent = `${shape.text ?? shape.kind} ${said.dataset.words}`;
}

// By keyboard a thing is placed at the middle of the box, each a little lower than the last, and arrows move it.
function middle() {
  const [x, y, width, height] = view.dataset.middle.split(" ").map(Number);
  return within([x + width / 2, y + height / 2 + 4 * (shapes.length % 4)]);
}

function placeByKey(kind) {
  const [x, y] = middle();
  if (kind === "note") return askNote([x, y], true);
  const points = kind === "pen" ? [[round(x - KEYED_LINE_MM / 2), y], [round(x + KEYED_LINE_MM / 2), y]] : [[x, y]];
  use(undefined);
  return add({ kind, points }, true);
}

function askNote(point, byKey) {
  const dialog = document.getElementById("note");
  pending = { point, byKey };
  dialog.querySelector("input").value = "";
  dialog.returnValue = "";
  dialog.showModal();
}

function noteClosed(event) {
  const text = event.target.querySelector("input").value.trim();
  if (event.target.returnValue === "place" && text && pending) add({ kind: "note", points: [pending.point], text }, true);
  pending = undefined;
  use(undefined);
  view?.focus();
}

function move(shape, dx, dy) {
  shape.points = shape.points.map(([x, y]) => within([x + dx, y + dy]));
}

function remove() {
  if (!shapes.length) return;
  shapes.splice(chosen ?? shapes.length - 1, 1);
  chosen = undefined;
  show();
}

function choose(place) {
  chosen = place;
  show();
}

const isElsewhere = (event) =>
  event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]") || event.target.closest("input:not([type=checkbox]), textarea, select");

// Keys of what is chosen come before all others: arrows move it, Escape is done with it.
function nudge(event) {
  if (!view?.isConnected || chosen === undefined || isElsewhere(event)) return;
  if (event.key === "Escape") choose(undefined);
  if (event.key in STEPS) moveBy(STEPS[event.key], event);
  else if (event.key !== "Escape") return;
  event.preventDefault();
}

function moveBy([x, y], event) {
  const step = event.shiftKey ? FAR_NUDGE_MM : NUDGE_MM;
  move(shapes[chosen], x * step, y * step);
  show();
}

function toMillimetres(event) {
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(view.getScreenCTM().inverse());
  return within([at.x, at.y]);
}

function down(event) {
  if (!view?.contains(event.target) || !store() || event.button) return;
  const point = toMillimetres(event);
  const hit = event.target.closest("[data-drawn] [data-place]");
  if (!tool && !hit) return chosen === undefined ? undefined : choose(undefined);
  event.preventDefault();
  if (hit && !tool) {
    choose(Number(hit.dataset.place));
    drag = { shape: shapes[chosen], from: point };
  } else if (tool === "pen") {
    add({ kind: "pen", points: [point] });
    drag = { stroke: shapes.at(-1) };
  } else if (tool === "note") return askNote(point, false);
  else return add({ kind: tool, points: [point] });
  view.setPointerCapture(event.pointerId);
}

function moved(event) {
  if (!drag) return;
  const point = toMillimetres(event);
  if (drag.stroke) {
    const [x, y] = drag.stroke.points.at(-1);
    if (Math.hypot(point[0] - x, point[1] - y) < LEAST_MM || drag.stroke.points.length >= MOST_POINTS) return;
    drag.stroke.points.push(point);
  } else {
    move(drag.shape, point[0] - drag.from[0], point[1] - drag.from[1]);
    drag.from = point;
  }
  show();
}

function up() {
  if (drag?.stroke && drag.stroke.points.length < 2) shapes.pop();
  if (drag) show();
  drag = undefined;
}

function clicked(event) {
  const button = event.target.closest("#bench [data-tool]");
  if (event.target.closest("#note [data-cancel]")) event.target.closest("dialog").close();
  if (event.target.closest("#bench [data-remove]")) remove();
  if (event.target.closest("#bench [data-far-off]")) whole(event.target.closest("[data-far-off]"));
  if (!button) return;
  // A click that no pointer made (detail 0) comes from a key.
  if (event.detail === 0) placeByKey(button.dataset.tool);
  else use(tool === button.dataset.tool ? undefined : button.dataset.tool);
}

function whole(button) {
  const far = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(far));
  view.setAttribute("viewBox", far ? view.dataset.far : view.dataset.near);
}

export function open() {
  view = figure()?.querySelector("svg");
  [chosen, tool, pending, drag] = [];
  shapes = store() ? read() : [];
  if (view) show();
}

// Listens before the shortcuts do, which leave alone what is used up here.
export function listen() {
  document.addEventListener("keydown", nudge);
  document.addEventListener("click", clicked);
  document.addEventListener("pointerdown", down);
  document.addEventListener("pointermove", moved);
  document.addEventListener("pointerup", up);
  document.addEventListener("pointercancel", up);
  document.getElementById("note")?.addEventListener("close", noteClosed);
}
