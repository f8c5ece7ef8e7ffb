// The printed page beside the form: sent for a moment after each change, laid out and drawn by the server.
const PAUSE = 250;
const NARROW = window.matchMedia("(max-width: 59.99rem)");

function line(note) {
  const item = document.createElement("li");
  item.className = note.look;
  if (note.label) {
    const label = document.createElement("b");
    label.textContent = `${note.label}: `;
    item.append(label);
  }
  item.append(note.text);
  return item;
}

export class LivePage {
  constructor(form) {
    this.form = form;
    this.sheet = form.querySelector("[data-printed]");
    this.page = Number(this.sheet.dataset.page);
    this.chosen = "";
    this.running = null;
    this.timer = 0;
    this.places = {};
    this.watch();
    this.turned({ page: this.page, pages: Number(this.sheet.dataset.pages) });
    this.refresh();
  }

  watch() {
    const fold = this.form.querySelector("[data-fold]");
    fold.open = !NARROW.matches; // closed as it comes, so that nothing moves on a phone
    this.form.addEventListener("input", (event) => {
      this.choose(event.target);
      this.soon();
    });
    this.form.addEventListener("focusin", (event) => {
      if (this.choose(event.target)) this.soon();
    });
    for (const button of this.form.querySelectorAll("[data-turn]")) {
      button.addEventListener("click", () => {
        this.page += Number(button.dataset.turn);
        this.chosen = "";
        this.refresh();
      });
    }
    this.sheet.addEventListener("click", (event) => this.visit(event.target.closest("[data-spot]")));
  }

  // The page follows the question that one writes at; true when that is another one now.
  choose(target) {
    const prefix = target.closest("[data-prefix]")?.dataset.prefix ?? this.chosen;
    const other = prefix !== this.chosen;
    this.chosen = prefix;
    return other;
  }

  visit(spot) {
    const prefix = spot && this.places[spot.dataset.spot];
    const row = prefix && this.form.querySelector(`[data-prefix="${prefix}"]`);
    row?.querySelector("textarea")?.focus();
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), PAUSE);
  }

  body() {
    const data = new FormData(this.form);
    data.delete("exam_file");
    data.set("page", this.page);
    data.set("chosen", this.chosen);
    return data;
  }

  ask(signal) {
    return fetch(this.form.dataset.draft, { method: "POST", body: this.body(), signal, headers: { Accept: "application/json" } });
  }

  async refresh() {
    clearTimeout(this.timer);
    this.running?.abort();
    const mine = (this.running = new AbortController());
    try {
      const answer = await this.ask(mine.signal);
      if (!this.understood(answer)) return;
      this.show(await answer.json());
    } catch (problem) {
      if (problem.name !== "AbortError") this.note(this.form.dataset.offline);
    }
  }

  // A session that ended answers with the login page; then the page says so and nothing is sent away.
  understood(answer) {
    const ended = answer.redirected || answer.status === 403;
    if (ended) this.note(this.form.dataset.ended);
    else if (!answer.ok && answer.status !== 422) this.note(this.form.dataset.offline);
    return !ended && (answer.ok || answer.status === 422);
  }

  // Asked before the form is sent: a form sent to nobody is a form lost.
  async reachable() {
    clearTimeout(this.timer);
    this.running?.abort(); // its answer must not take back what is said now
    try {
      let answer = await this.ask();
      if (answer.status === 403 && (await this.renewToken())) answer = await this.ask();
      return this.understood(answer);
    } catch {
      this.note(this.form.dataset.offline);
      return false;
    }
  }

  // After a new log-in the form carries the token of the old one.
  async renewToken() {
    const fresh = new DOMParser().parseFromString(await (await fetch(window.location.href)).text(), "text/html");
    const token = fresh.querySelector("form.editor [name=csrfmiddlewaretoken]")?.value;
    if (token) this.form.querySelector("[name=csrfmiddlewaretoken]").value = token;
    return Boolean(token);
  }

  show(seen) {
    if (seen.svg) this.sheet.innerHTML = seen.svg;
    this.note(seen.missing);
    if (!seen.notes) return;
    this.places = seen.places;
    this.turned(seen);
    for (const list of this.form.querySelectorAll("[data-said]")) {
      const prefix = list.closest("[data-prefix]").dataset.prefix;
      list.replaceChildren(...seen.notes.filter((note) => note.form === prefix && this.worthSaying(note)).map(line));
    }
    this.mend(seen.notes);
    this.prints(seen);
  }

  // What was refused stands at its field: it goes when it is mended, and says what is wrong now.
  mend(notes) {
    for (const fault of this.form.querySelectorAll(".fault[id]")) {
      const note = notes.find((found) => found.look !== "look" && fault.id === `id_${found.form}-${found.field}_error`);
      if (note) fault.textContent = note.text;
      else fault.remove();
    }
  }

  // What is still to be written is said of questions that were begun, not of the one that one writes at;
  // what stands at its field is not said twice.
  worthSaying(note) {
    const isSaid = document.getElementById(`id_${note.form}-${note.field}_error`);
    return note.look === "look" || (!isSaid && (note.look === "bad" || note.form !== this.chosen));
  }

  turned({ page, pages }) {
    this.page = page;
    this.form.querySelector("[data-turns]").hidden = pages < 2;
    this.form.querySelector("[data-where]").textContent = this.form.dataset.page.replace("{page}", page).replace("{pages}", pages);
    this.form.querySelector("[data-turn='-1']").disabled = page <= 1;
    this.form.querySelector("[data-turn='1']").disabled = page >= pages;
  }

  prints(seen) {
    const part = this.form.querySelector("[data-new-print]");
    part.hidden = !seen.printed;
    part.querySelector("[data-words]").textContent = seen.printed ?? "";
    for (const allowed of part.querySelectorAll("[data-allowed]")) allowed.hidden = Boolean(seen.refused);
  }

  note(text) {
    const part = this.form.querySelector("[data-page-note]");
    part.textContent = text ?? "";
    part.hidden = !text;
  }
}
