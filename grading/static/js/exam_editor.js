// The exam form: fields by type, questions added, moved and left out, and the printed page beside them.
import { listenToMoves, place } from "./question_order.js";
import { LivePage } from "./live_page.js";

function fit(question) {
  const type = question.querySelector("select[name$=-type]").value;
  for (const field of question.querySelectorAll("[data-for]")) field.hidden = !field.dataset.for.split(" ").includes(type);
}

function prepare(question) {
  fit(question);
  for (const part of question.querySelectorAll("[data-needs-script]")) part.hidden = false;
  for (const part of question.querySelectorAll("[data-without-script]")) part.hidden = true;
}

function hasContent(question) {
  const fields = question.querySelectorAll("textarea, input:not([type=checkbox], [name$=-order], [name$=-id])");
  return [...fields].some((field) => field.value);
}

// A question that is added is mostly like the one before it.
function takeAfter(question, before) {
  for (const name of ["type", "marks"]) {
    const field = question.querySelector(`[name$=-${name}]`);
    field.value = before?.querySelector(`[name$=-${name}]`).value || field.value;
  }
}

function add(form, spare) {
  const total = form.querySelector("[name$=-TOTAL_FORMS]");
  const rows = form.querySelector("[data-rows]");
  const before = [...rows.querySelectorAll("[data-question]:not([hidden], .leaving)")].at(-1);
  let question = spare.shift();
  if (!question) {
    rows.insertAdjacentHTML("beforeend", document.getElementById("empty-question").innerHTML.replaceAll("__prefix__", total.value));
    total.value = Number(total.value) + 1;
    question = rows.lastElementChild;
  }
  rows.append(question);
  question.hidden = false;
  takeAfter(question, before);
  prepare(question);
  place(form);
  question.querySelector("select").focus();
}

export function say(form, words, values) {
  const text = Object.entries(values).reduce((said, [name, value]) => said.replace(`{${name}}`, value), words);
  form.querySelector("[data-said-aloud]").textContent = text;
}

// What was written leaves the page only by saving, or when one means to leave.
function guard(form) {
  let changed = false;
  form.addEventListener("input", () => (changed = true));
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
  return () => (changed = false);
}

export function start(form) {
  const questions = [...form.querySelectorAll("[data-question]")];
  questions.forEach(prepare);
  // Rows that are there for browsers without script are offered one by one instead.
  const spare = questions.filter((row, index) => index > 0 && !hasContent(row));
  for (const row of spare) row.hidden = true;
  place(form);
  const live = new LivePage(form);
  const settled = guard(form);
  listenToMoves(form, (words, values) => say(form, words, values));
  form.addEventListener("change", (event) => {
    const question = event.target.closest("[data-question]");
    if (event.target.matches("select[name$=-type]")) fit(question);
    if (!event.target.matches("[name$=-DELETE]")) return;
    question.classList.toggle("leaving", event.target.checked);
    say(form, event.target.checked ? form.dataset.removed : form.dataset.back, { id: question.querySelector("[data-number]").textContent });
  });
  form.querySelector("[data-add]").addEventListener("click", () => {
    add(form, spare);
    const rows = form.querySelectorAll("[data-question]:not([hidden])");
    say(form, form.dataset.added, { place: rows.length });
  });
  form.querySelector("[data-number-anew]").addEventListener("click", () => {
    const fields = [...form.querySelectorAll("[data-question]:not([hidden], .leaving) [name$=-id]")];
    fields.forEach((field, index) => (field.value = index + 1));
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });
  form.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (form.dataset.sure) return settled();
    event.preventDefault();
    if (!(await live.reachable())) return;
    form.dataset.sure = "yes";
    form.requestSubmit(button);
    delete form.dataset.sure;
  });
}
