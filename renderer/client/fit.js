// @ts-check
/**
 * Wide formulas: a display shrinks to its column, as an image does, down to a floor, and below
 * that scrolls inside its own box; an inline one scrolls. The page itself never goes sideways.
 */

import { FORMULA, boxOf, drawingIn, isDisplay, isTypeset } from "./states.js";

const FLOOR = 0.6; // of the natural size

export class Fit {
  /** @type {Set<Element>} */ #dirty = new Set();
  #frame = 0;
  #width = innerWidth;

  /** @param {Document | Element} root @param {number} [floor] */
  constructor(root, floor = FLOOR) {
    this.root = root;
    this.floor = floor;
    this.observer = new ResizeObserver((entries) => entries.forEach((e) => this.#mark(e.target)));
    this.refit = () => this.root.querySelectorAll(FORMULA).forEach((each) => this.#mark(each));
    this.resized = () => void (this.#width !== (this.#width = innerWidth) && this.refit());
    addEventListener("resize", this.resized);
    document.fonts?.addEventListener("loadingdone", this.refit);
  }

  /** Keep this formula, just typeset, in its column. @param {Element} wrapper */
  add(wrapper) {
    if (isDisplay(wrapper)) this.observer.observe(wrapper);
    this.#mark(wrapper);
  }

  stop() {
    this.observer.disconnect();
    removeEventListener("resize", this.resized);
    document.fonts?.removeEventListener("loadingdone", this.refit);
    cancelAnimationFrame(this.#frame);
  }

  /** Before the next frame, so that nobody sees it too wide. @param {Element} wrapper */
  #mark(wrapper) {
    if (!isTypeset(wrapper)) return;
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
    const room = (isDisplay(wrapper) ? wrapper : box)?.clientWidth;
    if (!box || !drawing || !room) return undefined;
    const before = (parseFloat(box.style.fontSize) || 100) / 100;
    const natural = widthOf(drawing) / before;
    const floor = isDisplay(wrapper) ? this.floor : 1;
    const scale = Math.min(1, Math.max(floor, room / natural));
    return () => {
      if (scale !== before) box.style.fontSize = scale < 1 ? `${scale * 100}%` : "";
      box.classList.toggle("math-scroll", natural * scale > room + 1);
    };
  }
}

/** The width that a drawing needs, at its present size. @param {HTMLElement} drawing */
function widthOf(drawing) {
  const full = drawing.parentElement?.classList.contains("math-full"); // as wide as the line
  return full ? parseFloat(getComputedStyle(drawing).minWidth) || 0 : drawing.offsetWidth;
}
