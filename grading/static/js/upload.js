// Drag and drop of many files and whole folders: several at once, each by itself, so that a failed one blocks no other.
import { Refused, Sending, Unreadable } from "./sending.js";

const AT_ONCE = 3;

class Line {
  constructor(list, file, words) {
    Object.assign(this, { file, words });
    this.item = document.createElement("li");
    this.name = this.#span("name", file.name);
    this.state = this.#span("soft", words.waiting);
    this.bar = document.createElement("progress");
    this.bar.max = 1;
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", file.name);
    this.item.append(this.name, this.state, this.bar);
    list.append(this.item);
  }

  #span(look, text) {
    const span = document.createElement("span");
    span.className = look;
    span.textContent = text;
    return span;
  }

  says(word, share) {
    if (share !== undefined) this.bar.value = share;
    this.state.className = word === "offline" || word === "loggedOut" ? "look" : "soft";
    this.state.textContent = this.words[word].replace("%s", Math.floor(100 * this.bar.value));
  }

  ends(text, look) {
    this.state.textContent = text;
    this.state.className = look;
    this.bar.hidden = true;
  }

  offersAgain(again) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "small";
    button.textContent = this.words.again;
    button.addEventListener("click", () => {
      button.remove();
      this.bar.hidden = false;
      this.says("waiting", 0);
      again();
    });
    this.item.append(button);
  }
}

class Uploads {
  #queue = [];
  #running = 0;
  #counts = { all: 0, done: 0, bad: 0 };

  constructor(form) {
    this.form = form;
    this.words = form.dataset;
    this.panel = document.getElementById("uploads");
    this.list = document.getElementById("files");
    window.addEventListener("beforeunload", (event) => {
      if (this.#running) event.preventDefault();
    });
  }

  add(files) {
    this.panel.hidden = false;
    for (const file of files) {
      this.#counts.all += 1;
      this.#queue.push(new Line(this.list, file, this.words));
    }
    this.#next();
  }

  #next() {
    this.#sums();
    while (this.#running < AT_ONCE && this.#queue.length) {
      this.#running += 1;
      this.#send(this.#queue.shift()).finally(() => {
        this.#running -= 1;
        document.body.dispatchEvent(new Event("look"));
        this.#next();
      });
    }
  }

  async #send(line) {
    const token = () => this.form.querySelector("[name=csrfmiddlewaretoken]").value;
    const says = (word, share) => line.says(word, share);
    try {
      const taken = await new Sending(line.file, { begin: this.words.begin, token, says }).run();
      this.#counts.done += 1;
      if (taken.same_as) line.ends(this.words.twin.replace("%s", taken.same_as), "look");
      else line.ends(this.words.arrived, "good");
    } catch (error) {
      this.#failed(line, error);
    }
  }

  #failed(line, error) {
    this.#counts.bad += 1;
    const known = error instanceof Unreadable ? this.words.unreadable : this.words.failed;
    line.ends((error instanceof Refused && error.message) || known, "bad");
    line.offersAgain(() => {
      this.#counts.bad -= 1;
      this.#queue.push(line);
      this.#next();
    });
  }

  #sums() {
    const { all, done, bad } = this.#counts;
    const said = this.words.sum.replace("%s", done).replace("%s", all);
    const trouble = bad ? `; ${this.words.trouble.replace("%s", bad)}` : "";
    const sum = this.panel.querySelector("[data-sum]");
    if (sum.textContent !== said + trouble) sum.textContent = said + trouble;
  }
}

// Files of what was dropped, those in folders too, in the order of their names.
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return [...transfer.files];
  return (await Promise.all(entries.map(filesOf))).flat();
}

async function filesOf(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  const reader = entry.createReader();
  const found = [];
  for (let some; (some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))).length; ) {
    found.push(...some);
  }
  const shown = found.filter((inner) => !inner.name.startsWith("."));
  shown.sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }));
  return (await Promise.all(shown.map(filesOf))).flat();
}

export function start(form) {
  const uploads = new Uploads(form);
  const input = form.querySelector("input[type=file]");
  form.querySelector("button").hidden = true;
  const take = () => {
    uploads.add([...input.files]);
    input.value = "";
  };
  input.addEventListener("change", take);
  if (input.files.length) take(); // chosen before this script was here
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("over"));
  form.addEventListener("drop", async (event) => {
    event.preventDefault();
    uploads.add(await dropped(event.dataTransfer));
  });
}
