// Drag and drop of many files: one request a file, so that a failed one blocks no other; progress for each.
const ATONCE = 2;

function line(list, file, words) {
  const item = document.createElement("li");
  const name = document.createElement("span");
  name.className = "name";
  name.textContent = file.name;
  const state = document.createElement("span");
  state.className = "soft";
  state.textContent = words.waiting;
  const bar = document.createElement("progress");
  bar.max = file.size || 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  item.append(name, state, bar);
  list.append(item);
  return { state, bar };
}

function finish(shown, text, look) {
  shown.state.textContent = text;
  shown.state.className = look;
  shown.bar.remove();
}

function send(form, file, shown) {
  const words = form.dataset;
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    body.append("scans", file, file.name);
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      shown.bar.value = Math.min(event.loaded, shown.bar.max);
    });
    request.addEventListener("load", () => {
      const faults = request.response?.faults ?? [words.failed];
      if (request.status === 200) finish(shown, words.arrived, "good");
      else finish(shown, faults.join(" "), "bad");
      document.body.dispatchEvent(new Event("look"));
      resolve();
    });
    request.addEventListener("error", () => {
      finish(shown, words.failed, "bad");
      resolve();
    });
    request.send(body);
  });
}

async function sendAll(form, files) {
  const list = document.getElementById("files");
  list.hidden = false;
  const queue = files.map((file) => [file, line(list, file, form.dataset)]);
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await send(form, ...next);
  };
  await Promise.all(Array.from({ length: ATONCE }, worker));
}

export function start(form) {
  const input = form.querySelector("input[type=file]");
  const button = form.querySelector("button");
  button.hidden = true;
  input.addEventListener("change", () => {
    sendAll(form, [...input.files]);
    input.value = "";
  });
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    sendAll(form, [...event.dataTransfer.files]);
  });
}
