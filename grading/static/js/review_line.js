// Single items one after another: the next ones are here before a key is pressed, decisions travel behind one's back.
import { ask, post } from "./post.js";
import { Outbox } from "./review_outbox.js";
import { hush } from "./shortcuts.js";

const NOTICE = 700; // milliseconds in which what came back can only be looked at
const SAVED_KINDS = new Set(["right", "wrong", "marks", "reading", "typed"]);

export class Line {
  constructor(bench, laidOut) {
    Object.assign(this, { bench, laidOut, ahead: [], visited: [], decided: new Set(), owing: false });
    this.place = bench.querySelector("[data-place]");
    this.frame = bench.querySelector("[data-frame]");
    this.outbox = new Outbox(`inkgrade.outbox.${new URL(bench.dataset.more, location).pathname}`, {
      more: () => this.besides(),
      done: (parcel, answer) => this.saved(parcel, answer.text),
      refused: (parcel, answer) => this.comeBack(parcel, answer.text),
      state: (why, count) => this.sayUnsaved(why, count),
    });
    this.fetchMore();
    this.outbox.send();
  }

  get item() {
    return this.place.querySelector("article");
  }

  // What this person holds: the item on the bench, unless it is decided and waits to be replaced, and those in line.
  get held() {
    const here = this.owing ? [] : [this.item];
    return [...here, ...this.ahead].map((node) => node.dataset.answer);
  }

  besides() {
    return this.held.map((key) => ["have", key]);
  }

  chosen() {
    return [...new FormData(this.frame).entries()];
  }

  async fetchMore() {
    const answer = await post(this.bench.dataset.more, [...this.chosen(), ...this.besides()]);
    if (answer.became === "done") this.arrived(answer.text);
    else if (this.owing) this.again = setTimeout(() => this.fetchMore(), 2000);
  }

  arrived(html) {
    for (const node of nodesOf(html)) {
      const key = node.dataset.answer;
      if (this.decided.has(key) || this.held.includes(key)) continue; // two answers may bring the same item
      preload(node);
      this.ahead.push(node);
    }
    if (this.owing) this.advance();
  }

  // A decision kept from before a reload may be about the very item that the reload shows.
  saved(parcel, html) {
    if (!this.owing && this.item.dataset.answer === parcel.answer) this.owing = true;
    this.arrived(html);
  }

  // The next item, or a wait for it; when nothing is left in line, whatever else there is to do.
  advance() {
    const next = this.ahead.shift();
    if (next) return this.show(next);
    if (!this.owing) return this.wait();
    if (this.outbox.isEmpty) window.location.assign(this.bench.dataset.next);
    return undefined;
  }

  wait() {
    this.owing = true;
    this.item.setAttribute("inert", "");
    this.say(this.bench.dataset.fetching);
  }

  show(node) {
    this.owing = false;
    this.place.replaceChildren(node);
    node.removeAttribute("inert");
    node.focus({ preventScroll: true });
    history.replaceState(null, "", node.dataset.url);
    this.say(node.querySelector("[data-title]").textContent);
    this.laidOut();
  }

  leave() {
    const node = this.item;
    this.visited.push(node.dataset.url);
    return node;
  }

  decide(form, submitter) {
    const fields = [...new FormData(form, submitter).entries()];
    const fault = faultIn(form, fields, this.bench.dataset);
    if (fault) return this.refuse(fault);
    const node = this.leave();
    this.decided.add(node.dataset.answer);
    this.count("open" in node.dataset ? 1 : 0);
    this.advance();
    return this.outbox.add({ url: form.action, answer: node.dataset.answer, fields });
  }

  async skip(form) {
    const fields = [...new FormData(form).entries()];
    const node = this.leave();
    this.advance();
    const answer = await post(form.action, [...fields, ...this.besides()]);
    if (answer.became === "done") this.arrived(answer.text);
    else if (this.owing) this.fetchMore();
    return node;
  }

  async back() {
    const url = this.visited.pop();
    if (!url) return;
    const answer = await ask(url);
    const [node] = nodesOf(answer.text);
    if (answer.became !== "done" || !node) this.refuse(this.bench.dataset.offline);
    else this.putBefore(node);
  }

  async undo(form) {
    if (!(await this.outbox.isDrained())) return this.refuse(this.bench.dataset.offline);
    const answer = await post(form.action, [...new FormData(form).entries()]);
    if (answer.go) return window.location.assign(answer.go);
    if (answer.became === "refused") return this.refuse(answer.text);
    const [node] = nodesOf(answer.text);
    if (answer.became !== "done" || !node) return this.refuse(this.bench.dataset.offline);
    this.visited.pop();
    this.count(-1);
    return this.putBefore(node);
  }

  // A decision that was refused comes back with what was typed; the item that had taken its place waits behind it.
  comeBack(parcel, html) {
    const [node] = nodesOf(html);
    if (!node) return this.refuse(html);
    this.count("open" in node.dataset ? -1 : 0);
    hush(NOTICE);
    return this.putBefore(node);
  }

  putBefore(node) {
    const current = this.item;
    this.decided.delete(node.dataset.answer);
    this.ahead = this.ahead.filter((other) => other.dataset.answer !== node.dataset.answer);
    if (current && !this.owing && current.dataset.answer !== node.dataset.answer) this.ahead.unshift(current);
    this.show(node);
  }

  lose(keys) {
    this.ahead = this.ahead.filter((node) => !keys.includes(node.dataset.answer));
    if (keys.includes(this.item?.dataset.answer)) this.refuse(this.bench.dataset.lost);
  }

  count(step) {
    const part = this.bench.querySelector("[data-progress]");
    const done = Number(part.dataset.done) + step;
    part.dataset.done = done;
    part.querySelector("progress").value = done;
    part.querySelector("[data-count]").textContent = done.toLocaleString(document.documentElement.lang);
  }

  refuse(text) {
    const note = this.item?.querySelector("[data-refusal]");
    if (!note) return;
    note.textContent = text;
    note.hidden = false;
  }

  say(text) {
    this.bench.querySelector("[data-says]").textContent = text;
  }

  sayUnsaved(why, count) {
    const note = this.bench.querySelector("[data-unsaved]");
    note.hidden = !why;
    if (why) note.firstElementChild.textContent = `${this.bench.dataset[why === "ended" ? "ended" : "offline"]} (${count})`;
  }
}

function nodesOf(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return [...template.content.querySelectorAll("article[data-answer]")].map((node) => document.adoptNode(node));
}

function preload(node) {
  if (node.dataset.crop) new Image().src = node.dataset.crop;
}

// What can be seen to be wrong before it is sent: everything else the server refuses, with what was typed.
function faultIn(form, fields, words) {
  const value = Object.fromEntries(fields);
  const byMarks = value.kind === "marks" || (value.kind === "typed" && (value.marks || !value.text));
  if (!byMarks || value.credit || !SAVED_KINDS.has(value.kind)) return "";
  if (!value.marks) return words.need;
  const marks = Number(value.marks.replace(",", "."));
  const outside = marks > Number(form.dataset.most) || marks < Math.min(0, Number(form.dataset.least));
  return outside ? words.range : "";
}
