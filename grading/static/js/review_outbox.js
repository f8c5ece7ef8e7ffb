// All that a reviewer does, on its way: sent one after another in the order of the keys, kept until the server has
// answered, and sent again after a cut. What must not count twice carries the name of its act.
import { post, renewToken } from "./post.js";

const RETRIES = [1000, 2000, 4000, 8000, 15_000];
const LOOK = 20;

// A name for an act, as a UUID; crypto.randomUUID is missing on a page without TLS, as inside a school.
export function newAct() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

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

  forget(parcel) {
    this.waiting = this.waiting.filter((other) => other !== parcel);
    this.keep();
  }

  // Whether everything has arrived, after waiting for what is on its way: false only without a connection.
  async isDrained() {
    this.send();
    while (this.sending) await new Promise((soon) => setTimeout(soon, LOOK));
    return this.isEmpty;
  }

  async send() {
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.again);
    try {
      while (!this.isEmpty && (await this.sendOne(this.waiting[0])));
    } finally {
      this.sending = false;
    }
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
