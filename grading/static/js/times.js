// Times come as UTC and are shown in the reader's own zone and language.
const forms = {
  date: new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium" }),
  time: new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" }),
};

export function showLocalTimes(root) {
  for (const part of root.querySelectorAll("time[data-local]")) {
    const moment = new Date(part.dateTime);
    if (!Number.isNaN(moment.valueOf())) part.textContent = forms[part.dataset.local].format(moment);
  }
}
