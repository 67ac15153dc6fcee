// @ts-check
/**
 * What others do to the page: formulas that appear (appended, streamed, cloned by a translator)
 * are adopted, and wrappers that were emptied or altered are put right from `data-tex`.
 *
 * We never change a node inside a drawing or inside a formula's MathML once it is in the
 * document, so whoever does is someone else.
 */

import { FORMULA, adopt, boxOf, drawingIn, enclosing, isIntact, isPending, reset } from "./states.js";

/** @typedef {import("./queue.js").Queue} Queue */

const AT_ONCE = 3; // heals of one wrapper before they slow down
const HEALS = 12; // and at most; the last comes minutes after the first
const PAUSE = 100; // milliseconds, doubled each time
const HEAL_BUDGET = 50; // milliseconds for healing before the next frame

export class Watch {
  /** @type {WeakMap<Element, number>} */ #heals = new WeakMap();

  /**
   * @param {Document | Element} root @param {Queue} queue
   * @param {(wrapper: Element) => void} typeset told of formulas that came typeset
   */
  constructor(root, queue, typeset) {
    this.queue = queue;
    this.typeset = typeset;
    this.observer = new MutationObserver((records) => this.#changed(records));
    this.observer.observe(root, { childList: true, characterData: true, subtree: true });
    formulasIn(root).forEach((wrapper) => this.#adopt(wrapper));
  }

  stop() {
    this.observer.disconnect();
  }

  /** @param {Element} wrapper */
  #adopt(wrapper) {
    adopt(wrapper);
    if (!isIntact(wrapper)) this.#heal(wrapper);
    else if (isPending(wrapper)) this.queue.add(wrapper);
    else this.typeset(wrapper);
  }

  /** @param {MutationRecord[]} records */
  #changed(records) {
    const damaged = new Set();
    for (const record of records) {
      const wrapper = enclosing(record.target);
      if (!wrapper) this.#moved(record);
      else if (wrapper.isConnected && isDamage(record.target, wrapper)) damaged.add(wrapper);
    }
    damaged.forEach((wrapper) => this.#heal(wrapper));
  }

  /** @param {MutationRecord} record outside any formula */
  #moved({ addedNodes, removedNodes }) {
    for (const node of removedNodes) {
      for (const wrapper of formulasIn(node)) if (!wrapper.isConnected) this.queue.delete(wrapper);
    }
    for (const node of addedNodes) {
      for (const wrapper of formulasIn(node)) if (wrapper.isConnected) this.#adopt(wrapper);
    }
  }

  /** Whoever keeps damaging a formula is answered ever more slowly. @param {Element} wrapper */
  #heal(wrapper) {
    const count = (this.#heals.get(wrapper) ?? 0) + 1;
    this.#heals.set(wrapper, count);
    if (count <= AT_ONCE) this.#restore(wrapper);
    else if (count <= HEALS) {
      setTimeout(() => this.#restore(wrapper), PAUSE * 2 ** (count - AT_ONCE));
    }
  }

  /** @param {Element} wrapper */
  #restore(wrapper) {
    reset(wrapper);
    this.queue.add(wrapper);
    this.queue.now([wrapper], HEAL_BUDGET);
  }
}

/** @param {Node} node @returns {Element[]} */
function formulasIn(node) {
  if (!(node instanceof Element || node instanceof Document)) return [];
  const inside = [...node.querySelectorAll(FORMULA)];
  return node instanceof Element && node.matches(FORMULA) ? [node, ...inside] : inside;
}

/** @param {Node} target where a change was seen @param {Element} wrapper */
function isDamage(target, wrapper) {
  const box = boxOf(wrapper);
  if (!box || target === wrapper || target === box) return !isIntact(wrapper);
  if (!box.contains(target)) return false;
  const drawing = drawingIn(box);
  const speaking = drawing?.contains(target) && !drawing.hasAttribute("aria-hidden");
  return !speaking; // a formula that is being explored is changed by MathJax itself
}
