// @ts-check
/**
 * What is finished and far from the screen is neither styled nor laid out, and keeps its height:
 * the one that it had, so that nothing moves and the scroll bar tells the truth.
 *
 *     for (const message of history.children) rest(message);
 */

/** @type {WeakMap<Element, {width: number, height: number}>} */
const sizes = new WeakMap();

/** @type {Set<HTMLElement>} of another width than before, to be laid out once more */
const awake = new Set();

/** @type {ResizeObserver | undefined} */
let sizing;

/** Let an element rest whenever it is far from the screen. @param {Element} element */
export function rest(element) {
  contain(element);
  sizing ??= new ResizeObserver((entries) => entries.forEach(sized));
  sizing.observe(element);
}

/**
 * Margins inside stay inside, so that resting moves nothing.
 * @param {Element} element
 */
export function contain(element) {
  if (getComputedStyle(element).display === "block") element.classList.add("math-root");
}

/** @param {ResizeObserverEntry} entry */
function sized({ target, contentRect: { width, height } }) {
  const element = /** @type {HTMLElement} */ (target);
  const isNew = !sizes.has(element);
  const isOther = sizes.get(element)?.width !== width;
  sizes.set(element, { width, height });
  if (isNew) settleDown(element);
  else if (isOther && !awake.has(element)) {
    if (!awake.size) requestAnimationFrame(wake);
    awake.add(element);
  }
}

/** All at once, and measured by the observer before the next frame. */
function wake() {
  for (const element of awake) element.classList.remove("math-rest");
  requestAnimationFrame(() => {
    awake.forEach(settleDown);
    awake.clear();
  });
}

/** @param {HTMLElement} element */
function settleDown(element) {
  const { width = 0, height = 0 } = sizes.get(element) ?? {};
  if (!width) sizes.delete(element); // not shown at all; it is measured when it is
  else {
    element.style.setProperty("--math-rest", `${height}px`);
    element.classList.add("math-rest");
  }
}
