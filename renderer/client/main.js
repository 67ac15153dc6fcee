// @ts-check
/**
 * The browser side of mathward: typesets the formulas of a page as the reader comes to them.
 *
 *     import { start } from "./client/main.js";
 *     const stop = start(document, { mathjax: "/assets/mathjax/" });
 */

import { watchCopy } from "./copy.js";
import { Fit } from "./fit.js";
import { MathJaxTypesetter } from "./mathjax.js";
import { Queue } from "./queue.js";
import { FORMULA, isLeft, isTypeset, release } from "./states.js";
import { Watch } from "./watch.js";

/** @typedef {import("./queue.js").Typesetter} Typesetter */

/**
 * @typedef {object} Options
 * @property {string} [mathjax] folder of MathJax's files; needed unless there is a typesetter
 * @property {string} [fonts] pattern of the fonts' folders, `%s` for a font's name
 * @property {string} [mirror] another folder of MathJax, tried when the first fails
 * @property {string} [mirrorFonts] its fonts
 * @property {number} [deadline] milliseconds that loading MathJax may take
 * @property {string} [margin] how near to the viewport formulas are typeset
 * @property {number} [floor] how far a wide formula may shrink
 * @property {Typesetter} [typesetter] draws in place of MathJax
 */

const MARGIN = "600px 0px"; // about one screen
const PRINT_BUDGET = 1000; // milliseconds; the browser does not wait for more

/** @type {Set<Queue>} */
const running = new Set();

/**
 * Typeset the formulas below `root`, those that come later included.
 * @param {Document | Element} [root]
 * @param {Options} [options]
 * @returns {() => void} stops; what is typeset stays
 */
export function start(root = document, options = {}) {
  const typesetter = options.typesetter ?? MathJaxTypesetter.of(options);
  const fit = new Fit(root, options.floor);
  const shown = (/** @type {Element} */ wrapper) => fit.add(wrapper);
  const queue = new Queue(typesetter, options.margin ?? MARGIN, shown);
  const watch = new Watch(root, queue, shown);
  const redraw = () => {
    for (const each of root.querySelectorAll(FORMULA)) {
      release(each); // drawn by other settings it has another size than it had at build
      if (isTypeset(each)) queue.add(each);
    }
  };
  const retry = () =>
    root.querySelectorAll(FORMULA).forEach((each) => isLeft(each) && queue.add(each));
  const print = () => queue.now(queue.pending, PRINT_BUDGET);
  addEventListener("beforeprint", print);
  running.add(queue);
  const undo = [
    watchCopy(root),
    typesetter.attach?.(root, redraw, retry),
    () => removeEventListener("beforeprint", print),
    () => [watch, fit, queue].forEach((part) => part.stop()),
    () => running.delete(queue),
  ];
  return () => undo.forEach((step) => step?.());
}

/** Typeset every formula, however far away; resolves when none is pending. */
export async function typesetAll() {
  await Promise.all(Array.from(running, (queue) => queue.all()));
}
