// Single items one after another: the next ones are here before a key is pressed, decisions travel behind one's back.
import { ask, post } from "./post.js";
import { newAct, Outbox } from "./review_outbox.js";
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
      done: (parcel, answer) => this.saved(parcel, answer),
      refused: (parcel, answer) => this.comeBack(parcel, answer.text),
      state: (why, count) => this.sayUnsaved(why, count),
    });
    this.fetchMore();
    this.outbox.send();
  }

  get item() {
    return this.place.querySelector("article");
  }

  // What is at hand: the item on the bench, unless it is decided and waits to be replaced, and those in line.
  get atHand() {
    return this.owing ? this.ahead : [this.item, ...this.ahead];
  }

  get held() {
    return this.atHand.map((node) => node.dataset.answer);
  }

  // What is lent to this person: not what can only be looked at.
  get lent() {
    return this.atHand.filter((node) => node.querySelector("[data-decision]")).map((node) => node.dataset.answer);
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

  saved(parcel, answer) {
    this.leaving = answer.go ?? this.leaving;
    if (this.leaving && this.outbox.isEmpty) return window.location.assign(this.leaving);
    if (parcel.does === "undo") return this.takenBack(answer);
    // What was kept from before a reload may have left the very item that the reload shows.
    const left = parcel.does !== "flag" && this.item.dataset.answer === parcel.answer;
    if (left) this.owing = true;
    return this.arrived(answer.text);
  }

  // The next item, or a wait for it; when nothing is left in line, whatever else there is to do.
  advance() {
    const next = this.ahead.shift();
    if (next) return this.show(next);
    if (!this.owing) {
      this.owing = true;
      return this.wait();
    }
    if (this.outbox.isEmpty) window.location.assign(this.bench.dataset.next);
    return undefined;
  }

  // Until the item that is on its way is here, no key acts on the one that it will replace.
  wait() {
    if (this.item.contains(document.activeElement)) document.activeElement.blur();
    this.item.setAttribute("inert", "");
    this.say(this.bench.dataset.fetching);
  }

  // The item that was asked for does not come: on with the one that is here.
  goOn() {
    if (this.owing || !this.item.hasAttribute("inert")) return;
    this.item.removeAttribute("inert");
    this.item.focus({ preventScroll: true });
    this.say(titleOf(this.item));
  }

  show(node) {
    this.owing = false;
    this.place.replaceChildren(node);
    node.removeAttribute("inert");
    node.focus({ preventScroll: true });
    history.replaceState(null, "", node.dataset.url);
    this.say(titleOf(node));
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
    return this.outbox.add({ does: "decide", url: form.action, answer: node.dataset.answer, fields });
  }

  skip(form) {
    const fields = [...new FormData(form).entries()];
    const node = this.leave();
    this.advance();
    return this.outbox.add({ does: "skip", url: form.action, answer: node.dataset.answer, fields });
  }

  // Shown at once and sent behind what was decided before it.
  flag(form) {
    const button = form.querySelector("button");
    const fields = [...new FormData(form, button).entries()];
    button.setAttribute("aria-pressed", String(button.value === "1"));
    button.value = button.value === "1" ? "0" : "1";
    return this.outbox.add({ does: "flag", url: form.action, answer: this.item.dataset.answer, fields });
  }

  undo(form) {
    const fields = [...new FormData(form).entries(), ["act", newAct()]];
    this.wait();
    return this.outbox.add({ does: "undo", url: form.action, fields });
  }

  takenBack(answer) {
    const [node] = nodesOf(answer.text);
    if (!node) return this.goOn(); // a group: its page is next
    if (!this.item.hasAttribute("inert")) hush(NOTICE); // one went on without a connection
    this.visited.pop();
    this.count(-1);
    return this.putBefore(node);
  }

  async back() {
    const url = this.visited.at(-1);
    if (url && (await this.visit(url))) this.visited.pop();
  }

  // Another item, by its address, when all that was decided has arrived: whether it is here.
  async visit(url) {
    const from = this.item;
    this.wait();
    const answer = (await this.outbox.isDrained()) && (await ask(url));
    if (this.item !== from) return false; // another came back meanwhile and is what one looks at now
    const [node] = answer ? nodesOf(answer.text) : [];
    if (answer?.became === "done" && node) {
      this.putBefore(node);
      return true;
    }
    this.goOn();
    this.refuse(this.bench.dataset.unsent);
    return false;
  }

  // A decision that was refused comes back with what was typed; the item that had taken its place waits behind it.
  comeBack(parcel, html) {
    const [node] = nodesOf(html);
    if (!node) {
      this.goOn();
      return this.refuse(html);
    }
    const next = this.outbox.waiting.find((other) => other.does === "decide" || other.does === "undo");
    if (next?.does === "undo") this.outbox.forget(next); // it was to take back what was never saved
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
    if (!why) return;
    note.firstElementChild.textContent = `${this.bench.dataset[why === "ended" ? "ended" : "offline"]} (${count})`;
    this.goOn();
  }
}

function nodesOf(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return [...template.content.querySelectorAll("article[data-answer]")].map((node) => document.adoptNode(node));
}

const titleOf = (node) => node.querySelector("[data-title]").textContent;

function preload(node) {
  for (const url of node.dataset.pictures.split(" ").filter(Boolean)) new Image().src = url;
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
