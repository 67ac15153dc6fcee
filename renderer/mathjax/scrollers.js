// @ts-check
/**
 * Whoever has no mouse can scroll, too: what scrolls in its own box (code, a table, a formula
 * that is too wide) is a stop of the Tab key for as long as it does.
 *
 * Chromium and Firefox do this by themselves, Safari and tools that check pages do not know.
 */

import { FORMULA } from "../client/states.js";
import { hasMore, markScrolling } from "./stops.js";

const SCROLLERS = "pre, table, .math-wide > .math-box, [data-math=failed] > .math-box";
const CHANGES = { childList: true, subtree: true, attributeFilter: ["class", "data-math"] };

/**
 * @param {Document | Element} root
 * @returns {() => void} stops it
 */
export function watchScrollers(root) {
  const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => mend(target)));
  const changes = new MutationObserver((records) => {
    for (const { type, target, addedNodes } of records) {
      for (const node of type === "childList" ? addedNodes : [target]) observeIn(node);
    }
  });
  const observeIn = (/** @type {Node} */ node) => {
    if (!(node instanceof Element || node instanceof Document)) return;
    if (node instanceof Element && node.matches(SCROLLERS)) sizes.observe(node);
    for (const each of node.querySelectorAll(SCROLLERS)) sizes.observe(each);
  };
  observeIn(root);
  changes.observe(root, CHANGES);
  return () => [sizes, changes].forEach((observer) => observer.disconnect());
}

/** @param {Element} box it has just been laid out, so reading its size costs nothing */
function mend(box) {
  const scrolls = hasMore(box);
  const wrapper = box.closest(FORMULA);
  if (wrapper) markScrolling(wrapper, scrolls);
  else if (scrolls) box.setAttribute("tabindex", "0");
  else box.removeAttribute("tabindex");
}
