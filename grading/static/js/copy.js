// A button that copies the text of the field beside it; without a script the field is there to be selected.
export function start(part) {
  const field = part.querySelector("input");
  const button = part.querySelector("[data-copy]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      return; // no secure context: the text is selected, to be copied by hand
    }
    button.textContent = button.dataset.copied;
  });
}
