// The exam form: only the fields of a question's type are shown, and rows can be added.
function fit(question) {
  const type = question.querySelector("select[name$=-type]").value;
  for (const field of question.querySelectorAll("[data-for]")) field.hidden = !field.dataset.for.split(" ").includes(type);
}

function add(form) {
  const total = form.querySelector("[name$=-TOTAL_FORMS]");
  const row = document.getElementById("empty-question").innerHTML.replaceAll("__prefix__", total.value);
  form.querySelector("[data-rows]").insertAdjacentHTML("beforeend", row);
  total.value = Number(total.value) + 1;
  const question = form.querySelector("[data-rows] > :last-child");
  question.querySelector("[data-number]").textContent = total.value;
  fit(question);
  question.querySelector("select").focus();
}

function hasContent(question) {
  return [...question.querySelectorAll("textarea, input:not([type=checkbox])")].some((field) => field.value);
}

export function start(form) {
  const rows = [...form.querySelectorAll("[data-question]")];
  rows.forEach(fit);
  // Rows that are there for browsers without script are offered one by one instead.
  const spare = rows.filter((row, place) => place > 0 && !hasContent(row));
  for (const row of spare) row.hidden = true;
  form.addEventListener("change", (event) => {
    if (event.target.matches("select[name$=-type]")) fit(event.target.closest("[data-question]"));
  });
  form.querySelector("[data-add]").addEventListener("click", () => {
    const next = spare.shift();
    if (!next) return add(form);
    next.hidden = false;
    next.querySelector("select").focus();
  });
}
