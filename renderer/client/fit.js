// @ts-check
/**
 * Wide display formulas: they shrink to their column, as an image does, down to a floor, and
 * below that they scroll inside their own box. The page itself never scrolls sideways.
 */

import { FORMULA, boxOf, drawingIn, isDisplay, isTypeset } from "./states.js";

const FLOOR = 0.6; // of the natural size

export class Fit {
  /** @type {Set<Element>} */ #dirty = new Set();
  #frame = 0;

  /** @param {Document | Element} root @param {number} [floor] */
  constructor(root, floor = FLOOR) {
    this.root = root;
    this.floor = floor;
    this.observer = new ResizeObserver((entries) => entries.forEach((e) => this.#mark(e.target)));
    this.refit = () => this.root.querySelectorAll(FORMULA).forEach((each) => this.#mark(each));
    document.fonts?.addEventListener("loadingdone", this.refit);
  }

  /** Keep this formula, just typeset, in its column. @param {Element} wrapper */
  add(wrapper) {
    if (!isDisplay(wrapper)) return;
    this.observer.observe(wrapper);
    this.#mark(wrapper);
  }

  stop() {
    this.observer.disconnect();
    document.fonts?.removeEventListener("loadingdone", this.refit);
    cancelAnimationFrame(this.#frame);
  }

  /** Before the next frame, so that nobody sees it too wide. @param {Element} wrapper */
  #mark(wrapper) {
    if (!isDisplay(wrapper) || !isTypeset(wrapper)) return;
    if (!this.#dirty.size) this.#frame = requestAnimationFrame(() => this.#work());
    this.#dirty.add(wrapper);
  }

  /** Reads first and writes after them, so that the page is laid out once. */
  #work() {
    const changes = Array.from(this.#dirty, (wrapper) => this.#change(wrapper));
    this.#dirty.clear();
    for (const change of changes) change?.();
  }

  /** @param {Element} wrapper @returns {(() => void) | undefined} */
  #change(wrapper) {
    const box = boxOf(wrapper);
    const drawing = drawingIn(box);
    const room = wrapper.clientWidth;
    if (!box || !drawing || !room) return undefined;
    const before = (parseFloat(box.style.fontSize) || 100) / 100;
    const natural = widthOf(drawing) / before;
    const scale = Math.min(1, Math.max(this.floor, room / natural));
    return () => {
      if (scale !== before) box.style.fontSize = scale < 1 ? `${scale * 100}%` : "";
      box.classList.toggle("math-scroll", natural * scale > room + 1);
    };
  }
}

/** The width that a drawing needs, at its present size. @param {HTMLElement} drawing */
function widthOf(drawing) {
  const least = parseFloat(getComputedStyle(drawing).minWidth) || 0; // numbered: as wide as the line
  return drawing.parentElement?.classList.contains("math-full") ? least : drawing.offsetWidth;
}
