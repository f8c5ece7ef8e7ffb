// Buttons that open a dialog by its id (data-opens) or say something (data-toasts); the browser keeps and returns the focus.
import { toast } from "./toasts.js";

export function listenToDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens).showModal();
    const speaker = event.target.closest("[data-toasts]");
    if (speaker) toast(speaker.dataset.toasts);
  });
}
