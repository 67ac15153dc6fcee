// @ts-check
/**
 * Which formulas are near the window.
 *
 * Browsers look in each frame, several times, at all that is observed. So it is paragraphs that are
 * observed and not the formulas in them, but for displays and for paragraphs taller than the window.
 */

import { isDisplay } from "./states.js";

export class Near {
  /** @type {Set<Element>} */ formulas = new Set();
  /** @type {Map<Element, Set<Element>>} formulas by what is observed for them */ #at = new Map();
  /** @type {WeakMap<Element, Element>} what is observed for a formula */ #places = new WeakMap();

  /**
   * @param {string} margin how near is near, as a CSS margin around the window
   * @param {() => void} changed called when something has come or gone, all being laid out
   */
  constructor(margin, changed) {
    const told = (/** @type {IntersectionObserverEntry[]} */ entries) => {
      for (const entry of entries) this.#moved(entry);
      changed();
    };
    this.observer = new IntersectionObserver(told, { rootMargin: margin });
  }

  /** @param {Element} wrapper */
  add(wrapper) {
    const parent = isDisplay(wrapper) ? null : wrapper.parentElement;
    this.#observe(wrapper, parent ?? wrapper);
  }

  /** @param {Element} wrapper */
  delete(wrapper) {
    this.formulas.delete(wrapper);
    this.#leave(wrapper);
  }

  stop() {
    this.observer.disconnect();
  }

  /** @param {Element} wrapper @param {Element} place */
  #observe(wrapper, place) {
    if (this.#places.get(wrapper) !== place) this.#leave(wrapper);
    this.#places.set(wrapper, place);
    this.#at.set(place, (this.#at.get(place) ?? new Set()).add(wrapper));
    this.observer.unobserve(place); // or nobody would tell where it is if that is known
    this.observer.observe(place);
  }

  /** @param {Element} wrapper */
  #leave(wrapper) {
    const place = this.#places.get(wrapper);
    const formulas = place && this.#at.get(place);
    if (!place || !formulas?.delete(wrapper) || formulas.size) return;
    this.#at.delete(place);
    this.observer.unobserve(place);
  }

  /** @param {IntersectionObserverEntry} entry */
  #moved({ target, isIntersecting, boundingClientRect: { height } }) {
    const isBlock = height > 0 && height <= innerHeight; // has a box, and a place to speak of
    for (const each of this.#at.get(target) ?? []) {
      if (each !== target && !isBlock) this.#observe(each, each);
      else if (isIntersecting) this.formulas.add(each);
      else this.formulas.delete(each);
    }
  }
}
