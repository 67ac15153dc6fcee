// @ts-check
/**
 * Finds the wide formulas among those whose size was not measured at build. What becomes of a wide
 * one is css: a display shrinks to its column, as an image does, down to a floor, and below that
 * scrolls inside its own box; an inline one scrolls. The page itself never goes sideways.
 */

import { boxOf, drawingIn, isSized, isTypeset, UNSIZED } from "./states.js";

const NARROW = 12; // em; what is no wider fits every column

export class Fit {
  /** @type {Set<Element>} */ #dirty = new Set();
  #frame = 0;

  /** @param {Document | Element} root @param {number} [floor] how far a wide display may shrink */
  constructor(root, floor) {
    const element = root instanceof Document ? root.documentElement : root;
    if (floor) /** @type {HTMLElement} */ (element).style.setProperty("--math-floor", `${floor}`);
    this.refit = () => root.querySelectorAll(UNSIZED).forEach((each) => this.add(each));
    document.fonts?.addEventListener("loadingdone", this.refit);
  }

  /** Measure this formula, just typeset, before the next frame shows it. @param {Element} wrapper */
  add(wrapper) {
    if (isSized(wrapper) || !isTypeset(wrapper)) return;
    if (!this.#dirty.size) this.#frame = requestAnimationFrame(() => this.#work());
    this.#dirty.add(wrapper);
  }

  stop() {
    document.fonts?.removeEventListener("loadingdone", this.refit);
    cancelAnimationFrame(this.#frame);
  }

  /**
   * Reads first and writes after them, so that the page is laid out once. What has shrunk is
   * measured as it was before: else its width would depend on how often fonts came.
   */
  #work() {
    for (const wrapper of this.#dirty) wrapper.classList.remove("math-wide");
    const widths = Array.from(this.#dirty, (wrapper) => ({ wrapper, width: widthOf(wrapper) }));
    this.#dirty.clear();
    for (const { wrapper, width } of widths) if (width) mark(wrapper, width);
  }
}

/**
 * The natural width of a drawing in em, or 0 if it has none now.
 * @param {Element} wrapper
 */
function widthOf(wrapper) {
  const box = boxOf(wrapper);
  const drawing = drawingIn(box);
  if (!box || !drawing) return 0;
  const full = box.classList.contains("math-full"); // as wide as the line
  const width = full ? parseFloat(getComputedStyle(drawing).minWidth) : drawing.offsetWidth;
  return width ? width / parseFloat(getComputedStyle(box).fontSize) : 0;
}

/** @param {Element} wrapper @param {number} width in em */
function mark(wrapper, width) {
  const wide = width > NARROW;
  if (!wide && !wrapper.classList.contains("math-wide")) return;
  wrapper.classList.toggle("math-wide", wide);
  /** @type {HTMLElement} */ (wrapper).style.setProperty("--math-w", `${width.toFixed(2)}em`);
}
