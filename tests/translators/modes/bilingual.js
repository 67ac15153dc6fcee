// @ts-check
/**
 * Old Immersive Translate: before each block a clone of the original (ids doubled, the copy
 * first), and the live block translated. Marks on ancestors of a block are not asked for; late
 * table cells are overlooked. Restoring removes the copies.
 */

import { isElement, isMarked, isNever, textsIn } from "../dom.js";
import { hasLetters, isIn, translated } from "../language.js";
import { Translator } from "../translator.js";

const BLOCK = "p, h1, h2, h3, h4, h5, h6, li, td, th, dd, dt, blockquote, figcaption";

/** @param {Element} element */
const isSkipped = (element) => isMarked(element) || isNever(element) || element.nodeName === "CODE";

export class Bilingual extends Translator {
  /** @type {Set<Element>} */ #todo = new Set();
  /** @type {Map<Element, Element>} block to copy */ #copies = new Map();
  /** @type {Map<Text, string>} */ #originals = new Map();
  #late = false;

  start() {
    super.start();
    this.#late = true;
  }

  /** @param {Node} node */
  consider(node) {
    if (!isElement(node)) return;
    for (const block of [node, ...node.querySelectorAll(BLOCK)]) {
      const late = this.#late && /^T[DH]$/.test(block.nodeName);
      if (block.matches(BLOCK) && !late && !block.querySelector(BLOCK) && !isMarked(block))
        this.#todo.add(block);
    }
  }

  work() {
    for (const block of this.#todo) {
      const texts = textsIn(block, isSkipped).filter(({ data }) => !isIn(data, this.language));
      if (block.isConnected && texts.some(({ data }) => hasLetters(data)))
        this.#double(block, texts);
    }
    this.#todo.clear();
  }

  /** @param {Element} block @param {Text[]} texts */
  #double(block, texts) {
    if (!this.#copies.has(block)) {
      const copy = /** @type {Element} */ (block.cloneNode(true));
      copy.classList.add("notranslate", "bilingual-copy");
      block.before(copy);
      this.#copies.set(block, copy);
    }
    for (const text of texts) {
      if (!this.#originals.has(text)) this.#originals.set(text, text.data);
      text.data = translated(text.data, this.language);
    }
  }

  undo() {
    for (const copy of this.#copies.values()) copy.remove();
    for (const [text, original] of this.#originals) text.data = original;
    this.#copies.clear();
    this.#originals.clear();
  }
}
