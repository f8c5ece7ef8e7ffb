// One request of the bench and what became of it, in one of four words: done, refused, away (no connection), ended (logged out).
const PATIENCE = 30_000; // a server under load is slow, not away

function verdictOn(answer) {
  if (new URL(answer.url).pathname.startsWith("/login/") || answer.status === 403) return "ended";
  if (answer.ok) return "done";
  return answer.status === 409 || answer.status === 422 ? "refused" : "away";
}

export async function post(url, fields) {
  const body = new URLSearchParams(fields);
  return ask(url, { method: "POST", body });
}

export async function ask(url, options = {}) {
  const limit = AbortSignal.timeout(PATIENCE);
  try {
    const answer = await fetch(url, { ...options, headers: { "X-Bench": "1" }, signal: limit });
    return { became: verdictOn(answer), text: await answer.text(), go: answer.headers.get("X-Go") };
  } catch {
    return { became: "away", text: "", go: null };
  }
}

// After a new log-in the forms of this page carry the token of the old one: take a fresh one from the page itself.
export async function renewToken() {
  const page = await ask(window.location.href);
  const fresh = new DOMParser().parseFromString(page.text, "text/html").querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (page.became !== "done" || !fresh) return null;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = fresh;
  return fresh;
}
