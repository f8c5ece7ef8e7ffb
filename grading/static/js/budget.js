// The slider of the error budget: figures and the point on the curve follow the hand, without asking the server.
const language = document.documentElement.lang;
const count = new Intl.NumberFormat(language);
const exact = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const share = new Intl.NumberFormat(language, { maximumFractionDigits: 3 });

const inWords = {
  budget: (point) => `${share.format(Number.parseFloat(point.budget))} %`,
  auto: (point) => count.format(point.auto),
  people: (point) => count.format(point.people),
  wrong: (point) => exact.format(point.wrong),
};

export function start(part) {
  const points = JSON.parse(part.dataset.points);
  const slider = part.querySelector("input[type=range]");
  const now = Number(slider.value);

  function show() {
    const point = points[Number(slider.value)];
    for (const place of part.querySelectorAll("[data-show]")) place.textContent = inWords[place.dataset.show](point);
    slider.setAttribute("aria-valuetext", inWords.budget(point));
    part.querySelector("[name=budget]").value = point.budget;
    const here = part.querySelector("[data-here]");
    here?.setAttribute("cx", point.x);
    here?.setAttribute("cy", point.y);
    const choose = part.querySelector("[data-choose]");
    if (choose) choose.disabled = Number(slider.value) === now;
  }

  slider.addEventListener("input", show);
}
