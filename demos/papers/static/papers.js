// @ts-check
/**
 * The next papers come before the reader is at the end, summaries when they are unfolded. Nothing
 * here knows of formulas: mathward's own script finds those that are added to the page.
 */

const NEAR = "1200px 0px"; // more than a screen, so that nobody sees an end
const RETRY = 2000; // milliseconds

const list = /** @type {HTMLElement} */ (document.querySelector("#list"));
const shown = /** @type {HTMLElement} */ (document.querySelector("#shown"));
const status = /** @type {HTMLElement} */ (document.querySelector("#status"));

const observer = new IntersectionObserver(
  (entries) => entries.forEach(({ isIntersecting, target }) => isIntersecting && more(target)),
  { rootMargin: NEAR },
);
watch();

/** The link to the next papers, which works without a script, too. */
function watch() {
  const link = list.querySelector("[data-more]");
  if (link) observer.observe(link);
  else status.textContent = "That is all.";
}

/** Put the next papers in the place of the link to them. @param {Element} link */
async function more(link) {
  observer.unobserve(link);
  list.setAttribute("aria-busy", "true");
  try {
    link.replaceWith(await fragment(link.getAttribute("data-more") ?? ""));
    shown.textContent = String(list.querySelectorAll(".paper").length);
    status.textContent = "";
    watch();
  } catch {
    status.textContent = "The next papers cannot be reached; trying again.";
    setTimeout(() => observer.observe(link), RETRY);
  } finally {
    list.removeAttribute("aria-busy");
  }
}

/** A summary is fetched when it is unfolded for the first time; toggle does not bubble. */
list.addEventListener(
  "toggle",
  async ({ target }) => {
    const details = /** @type {HTMLDetailsElement} */ (target);
    const address = details.dataset.summary;
    if (!details.open || !address) return;
    delete details.dataset.summary;
    try {
      details.querySelector(".answers")?.replaceChildren(await fragment(address));
    } catch {
      details.dataset.summary = address; // the link to it is still there; unfolding tries again
    }
  },
  true,
);

/** Of our own server, which has made it safe. @param {string} address */
async function fragment(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(response.statusText);
  const template = document.createElement("template");
  template.innerHTML = await response.text();
  return template.content;
}
