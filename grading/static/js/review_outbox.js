// Decisions on their way: sent one after another, kept until the server has answered, and sent again after a cut. Each
// carries the name of its act, so that one that had arrived all the same counts once.
import { post, renewToken } from "./post.js";

const DRAIN = 5000;
const RETRIES = [1000, 2000, 4000, 8000, 15_000];

export class Outbox {
  constructor(name, { more, done, refused, state }) {
    Object.assign(this, { name, more, done, refused, state, waiting: [], sending: false, failures: 0 });
    this.waiting = JSON.parse(sessionStorage.getItem(name) ?? "[]");
    window.addEventListener("online", () => this.send());
    window.addEventListener("beforeunload", (event) => {
      if (this.waiting.length) event.preventDefault();
    });
  }

  get isEmpty() {
    return this.waiting.length === 0;
  }

  add(parcel) {
    this.waiting.push(parcel);
    this.keep();
    return this.send();
  }

  keep() {
    if (this.isEmpty) sessionStorage.removeItem(this.name);
    else sessionStorage.setItem(this.name, JSON.stringify(this.waiting));
  }

  // Whether everything has arrived, after waiting for what is on its way.
  async isDrained() {
    const limit = performance.now() + DRAIN;
    while (!this.isEmpty && performance.now() < limit) await new Promise((soon) => setTimeout(soon, 20));
    return this.isEmpty;
  }

  async send() {
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.again);
    while (!this.isEmpty && (await this.sendOne(this.waiting[0])));
    this.sending = false;
  }

  async sendOne(parcel) {
    const answer = await post(parcel.url, [...parcel.fields, ...this.more()]);
    if (answer.became === "ended" && !parcel.renewed && (await this.isLoggedInAgain())) return (parcel.renewed = true);
    if (answer.became === "away" || answer.became === "ended") return this.tryLater(answer.became);
    this.waiting.shift();
    this.keep();
    this.failures = 0;
    this.state("", this.waiting.length);
    (answer.became === "done" ? this.done : this.refused)(parcel, answer);
    return true;
  }

  async isLoggedInAgain() {
    const token = await renewToken();
    if (!token) return false;
    const renewed = ([name, value]) => [name, name === "csrfmiddlewaretoken" ? token : value];
    for (const parcel of this.waiting) parcel.fields = parcel.fields.map(renewed);
    return true;
  }

  tryLater(why) {
    for (const parcel of this.waiting) parcel.renewed = false;
    this.state(why, this.waiting.length);
    this.again = setTimeout(() => this.send(), RETRIES[Math.min(this.failures, RETRIES.length - 1)]);
    this.failures += 1;
    return false;
  }
}
