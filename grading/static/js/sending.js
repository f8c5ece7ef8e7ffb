// One file to the server, piece by piece. A cut, a closed tab or a restart costs one piece: the server says how
// far the file is, and it goes on from there. Nothing is given up for want of a connection.
import { Sha256 } from "./sha256.js";

const PIECE = 4 << 20;
const HEAD = 1 << 16;
const TRIES = 6;
const LONGEST_WAIT = 15000;

export class Refused extends Error {}
export class Unreadable extends Error {}
class Away extends Error {}

const bytesOf = async (file, from, to) => {
  try {
    return new Uint8Array(await file.slice(from, to).arrayBuffer());
  } catch (error) {
    throw new Unreadable(error.message);
  }
};

// What the file is called between browser and server: the same file dropped again has the same name.
async function fingerprint(file) {
  const hash = new Sha256().update(new TextEncoder().encode(`${file.name}\0${file.size}\0${file.lastModified}\0`));
  hash.update(await bytesOf(file, 0, HEAD));
  return hash.update(await bytesOf(file, Math.max(0, file.size - HEAD), file.size)).hex();
}

const pause = (milliseconds) =>
  new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      window.removeEventListener("online", over);
      resolve();
    };
    const timer = setTimeout(over, milliseconds);
    window.addEventListener("online", over);
  });

export class Sending {
  // `says(word, share)` is told what happens; `word` is one of the words of the form's data.
  constructor(file, { begin, token, says }) {
    Object.assign(this, { file, begin, token, says, hash: new Sha256() });
  }

  // The server's answer to the finished file. Throws Refused with the reasons, Unreadable, or Error.
  async run() {
    const name = { name: this.file.name, size: this.file.size, fingerprint: await fingerprint(this.file) };
    let upload = await this.#ask(this.begin, this.#form(name));
    this.address = `${this.begin}${upload.id}/`;
    if (upload.offset) this.says("checking", upload.offset / upload.size);
    while (upload.offset < upload.size) {
      await this.#hashTo(upload.offset);
      upload = await this.#piece(upload.offset);
      this.says("sending", upload.offset / upload.size);
    }
    this.says("finishing", 1);
    await this.#hashTo(this.file.size);
    return this.#ask(`${this.address}finish/`, this.#form({ sha256: this.hash.hex() }));
  }

  async #piece(offset) {
    const piece = await bytesOf(this.file, offset, Math.min(offset + PIECE, this.file.size));
    const answer = await this.#ask(this.address, {
      method: "PATCH",
      headers: { "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream" },
      body: piece,
    });
    if (answer.offset === offset + piece.length && this.hash.length === offset) this.hash.update(piece);
    return answer;
  }

  async #hashTo(offset) {
    while (this.hash.length < offset) {
      const end = Math.min(this.hash.length + PIECE, offset);
      this.hash.update(await bytesOf(this.file, this.hash.length, end));
    }
  }

  #form(fields) {
    return { method: "POST", body: new URLSearchParams(fields) };
  }

  // Asks until there is an answer: without a connection for as long as it takes, of a failing server a few times.
  async #ask(address, request) {
    let failures = 0;
    for (let wait = 500; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      try {
        return await this.#once(address, request);
      } catch (error) {
        if (!(error instanceof Away)) throw error;
        if (error.message === "failed" && ++failures >= TRIES) throw new Error("failed");
        this.says(error.message === "failed" ? "offline" : error.message);
        await pause(wait);
      }
    }
  }

  async #once(address, { headers, ...request }) {
    let response;
    try {
      response = await fetch(address, {
        ...request,
        redirect: "manual",
        headers: { ...headers, Accept: "application/json", "X-CSRFToken": this.token() },
      });
    } catch {
      throw new Away("offline");
    }
    if (response.type === "opaqueredirect") throw new Away("loggedOut");
    if (response.status >= 500 || response.status === 408 || response.status === 429) throw new Away("failed");
    const answer = await response.json().catch(() => null);
    if (answer === null) throw new Error("failed");
    if (response.ok || response.status === 409) return answer;
    throw new Refused((answer.faults ?? []).join(" "));
  }
}
