// @ts-check
/**
 * Formulas by keyboard: a run of them is one stop of the Tab key, as a toolbar or a grid is, and
 * the arrow keys go from one to the next. What takes the focus is what assistive technology
 * reads, the `<math>`.
 *
 * No formula is a stop until Tab is pressed: then the one that comes next is made one, from
 * wherever the reader is, so that three hundred formulas cost neither work nor keys.
 */

import { FORMULA, boxOf } from "../client/states.js";

const OTHERS = [
  "a[href], area[href], button, input, select, textarea, summary, iframe, audio, video",
  "[contenteditable], [tabindex]:not(.math-box *)",
].join();
const WITHIN = "a[href], summary, button"; // a stop within a stop is none

/**
 * @param {Document | Element} root
 * @returns {() => void} stops it
 */
export function watchTab(root) {
  const listener = (/** @type {KeyboardEvent} */ event) => pressed(root, event);
  document.addEventListener("keydown", listener);
  return () => document.removeEventListener("keydown", listener);
}

/** What speaks for a formula. @param {Element} wrapper @returns {HTMLElement | null} */
export const voiceOf = (wrapper) =>
  boxOf(wrapper)?.querySelector(":scope > :not([aria-hidden])") ?? null;

/** The formula that has the focus itself, not a part of it. @returns {Element | null} */
export function focusedFormula() {
  const wrapper = document.activeElement?.closest(FORMULA);
  return wrapper && voiceOf(wrapper) === document.activeElement ? wrapper : null;
}

/** @param {Element} wrapper */
export function focusOn(wrapper) {
  const voice = voiceOf(wrapper);
  if (!voice) return;
  if (!voice.hasAttribute("tabindex")) voice.setAttribute("tabindex", "-1");
  voice.focus({ preventScroll: true });
  boxOf(wrapper)?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/**
 * A formula that scrolls in its box is always a stop, or the keyboard could not scroll it.
 * @param {Element} wrapper @param {boolean} scrolls
 */
export function markScrolling(wrapper, scrolls) {
  const voice = voiceOf(wrapper);
  if (voice && voice !== document.activeElement) makeStop(voice, scrolls);
}

/** @param {Document | Element} root @param {KeyboardEvent} event */
function pressed(root, event) {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "Tab") offer(root, event.shiftKey);
  else if (/^Arrow(?:Left|Right)$/.test(event.key) && !event.shiftKey) step(root, event);
}

/**
 * Make the formulas that come next stops, and all others none.
 * @param {Document | Element} root @param {boolean} back
 */
function offer(root, back) {
  const stops = nextStops(root, back);
  for (const wrapper of root.querySelectorAll(FORMULA)) {
    const voice = voiceOf(wrapper);
    if (voice) makeStop(voice, stops.has(wrapper) || isScrolling(wrapper));
  }
}

/**
 * One formula of each run between two other stops, and the one that follows where the reader is.
 * @param {Document | Element} root @param {boolean} back
 */
function nextStops(root, back) {
  const order = [...root.querySelectorAll(`${FORMULA}, ${OTHERS}`)];
  if (back) order.reverse();
  const focused = focusedFormula();
  const stops = new Set();
  /** @type {Element[][]} */ const runs = [[]];
  for (const each of order) {
    if (each.matches(FORMULA)) runs[runs.length - 1].push(each);
    else runs.push([]);
  }
  for (const run of runs) {
    stops.add(focused && run.includes(focused) ? focused : run.find(canStop));
  }
  for (const place of readingPlaces()) {
    stops.add(runs.flat().find((each) => canStop(each) && isAhead(each, place, back)));
  }
  return stops;
}

/** Where Tab sets out from if nothing has the focus: a click, or where a link led. */
function readingPlaces() {
  if (document.activeElement !== document.body) return [];
  return [getSelection()?.anchorNode, document.querySelector(":target")].filter((each) => !!each);
}

/** @param {Element} wrapper @param {Node} place @param {boolean} back */
function isAhead(wrapper, place, back) {
  const where = place.compareDocumentPosition(wrapper);
  return Boolean(
    back
      ? where & Node.DOCUMENT_POSITION_PRECEDING
      : where === 0 || where & (Node.DOCUMENT_POSITION_FOLLOWING | Node.DOCUMENT_POSITION_CONTAINS),
  );
}

/** @param {Element} wrapper */
const canStop = (wrapper) => !wrapper.closest(WITHIN) && isSeen(wrapper);

/** @param {Element} wrapper */
const isSeen = (wrapper) => boxOf(wrapper)?.checkVisibility() ?? false;

/** @param {Element} wrapper */
export function isScrolling(wrapper) {
  const box = wrapper.matches(".math-wide, [data-math=failed]") ? boxOf(wrapper) : null;
  return box !== null && hasMore(box);
}

/** Is there more in a box than it shows? @param {Element} box */
export const hasMore = (box) => box.scrollWidth > box.clientWidth;

/** @param {Element} voice @param {boolean} stop */
function makeStop(voice, stop) {
  if (stop) voice.setAttribute("tabindex", "0");
  else if (voice === document.activeElement) voice.setAttribute("tabindex", "-1");
  else voice.removeAttribute("tabindex");
}

/** On to the formula beside this one. @param {Document | Element} root @param {KeyboardEvent} event */
function step(root, event) {
  const wrapper = focusedFormula();
  if (!wrapper) return;
  const right = event.key === "ArrowRight";
  if (canScroll(boxOf(wrapper), right)) return; // the arrow does that first
  const rightToLeft = getComputedStyle(document.body).direction === "rtl";
  const formulas = [...root.querySelectorAll(FORMULA)];
  if (right === rightToLeft) formulas.reverse();
  const next = formulas.slice(formulas.indexOf(wrapper) + 1).find(isSeen);
  event.preventDefault();
  if (next) focusOn(next);
}

/** @param {HTMLElement | null} box @param {boolean} right */
function canScroll(box, right) {
  if (!box || getComputedStyle(box).overflowX !== "auto") return false;
  const rest = box.scrollWidth - box.clientWidth - box.scrollLeft;
  return right ? rest > 1 : box.scrollLeft > 1;
}
