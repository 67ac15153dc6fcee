// @ts-check
/**
 * The next papers come before the reader is at the end, summaries when they are unfolded. Nothing
 * here knows of formulas: mathward's own script finds those that are added to the page.
 */

const NEAR = "1200px 0px"; // more than a screen, so that nobody sees an end
const RETRY = 2000; // milliseconds

const list = /** @type {HTMLElement} */ (document.querySelector("#list"));
const shown = /** @type {HTMLElement} */ (document.querySelector("#shown"));
const tidings = /** @type {HTMLElement} */ (document.querySelector("#status"));

/** What stands behind the list: a translator may put a copy in the place of the link itself. */
const end = document.createElement("div");
list.after(end);
const observer = new IntersectionObserver(
  (entries) => entries.some(({ isIntersecting }) => isIntersecting) && more(),
  { rootMargin: NEAR },
);
watch();

/** Wait until the reader is near the end, or find out that he is. */
function watch() {
  if (linkToMore()) observer.observe(end);
  else tidings.textContent = "That is all.";
}

/** The link to the next papers, which works without a script, too. */
function linkToMore() {
  return list.querySelector("[data-more]");
}

/** Put the next papers to the end, and the link to those after them. */
async function more() {
  observer.unobserve(end);
  list.setAttribute("aria-busy", "true");
  try {
    const papers = await fragment(linkToMore()?.getAttribute("data-more") ?? "");
    linkToMore()?.remove(); // which may be another one by now, at another place
    list.append(papers);
    shown.textContent = String(list.querySelectorAll(".paper").length);
    tidings.textContent = "";
    watch();
  } catch {
    tidings.textContent = "The next papers cannot be reached; trying again.";
    setTimeout(watch, RETRY);
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
