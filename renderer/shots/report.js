// @ts-check
/** The report's filters and overlays; everything else on the page works without them. */
"use strict";
{
  const filter = /** @type {HTMLFormElement | null} */ (document.querySelector("form.filter"));
  const cards = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".card"));

  const sift = () => {
    if (!filter) return;
    const chosen = new FormData(filter);
    /** @param {string} name @param {string | undefined} has */
    const fits = (name, has) => !chosen.get(name) || has?.split(" ").includes(String(chosen.get(name)));
    let shown = 0;
    for (const card of cards) {
      const { page, kinds, states } = card.dataset;
      const meant = !chosen.get("page") || chosen.get("page") === page;
      card.hidden = !(meant && fits("kind", kinds) && fits("state", states));
      if (!card.hidden) shown += 1;
    }
    for (const page of document.querySelectorAll("section.page"))
      page.toggleAttribute("hidden", !page.querySelector(".card:not([hidden])"));
    const output = filter.querySelector("output");
    if (output) output.value = shown === cards.length ? "" : `${shown} of ${cards.length} shown`;
  };

  if (filter) {
    filter.hidden = cards.length < 2;
    filter.addEventListener("change", sift);
    filter.addEventListener("submit", (event) => event.preventDefault());
    sift(); // a browser that goes back restores what was chosen
  }

  for (const overlay of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".overlay"))) {
    const slider = overlay.querySelector("input");
    const over = /** @type {HTMLElement | null} */ (overlay.querySelector(".over"));
    if (!slider || !over) continue;
    const cover = () => over.style.setProperty("clip-path", `inset(0 ${100 - slider.valueAsNumber}% 0 0)`);
    slider.addEventListener("input", cover);
    overlay.hidden = false;
    cover();
  }
}
