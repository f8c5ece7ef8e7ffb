// The wall of pages looks again by itself, once all is settled with what waits at the steps above it: often while the
// machine is at work, seldom otherwise, never unseen.
import { morph } from "./morph.js";

const BUSY = 1500;
const QUIET = 20000;

export function start(wall) {
  let timer = 0;
  let looking = false;

  async function look() {
    if (looking) return;
    looking = true;
    clearTimeout(timer);
    try {
      const response = await fetch(wall.dataset.source, { redirect: "manual" });
      if (response.ok) {
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const fresh = page.getElementById("wall");
        if (fresh) morph(wall, fresh);
        const [steps, now] = [document, page].map((part) => part.querySelector(".steps"));
        if (steps && now) morph(steps, now);
      }
    } catch {
      // Without a connection the wall stays as it is, and looks again.
    }
    looking = false;
    plan();
  }

  function plan() {
    clearTimeout(timer);
    if (!document.hidden && wall.isConnected) timer = setTimeout(look, "busy" in wall.dataset ? BUSY : QUIET);
  }

  document.body.addEventListener("look", look);
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : look()));
  plan();
}
