// @ts-check
/**
 * Linguist's way: the value of each text node, when it comes on the screen. A node that was seen
 * before is not noticed when it is put in again; a text that changes is translated anew.
 */

import { Attributes, isElement, isOnScreen, isText, textsIn } from "../dom.js";
import { hasLetters, isIn, translated } from "../language.js";
import { Translator } from "../translator.js";

const SKIPPED = ".notranslate, [translate=no], code, pre, script, style, textarea";

/** @param {Element} element */
const isSkipped = (element) => element.closest(SKIPPED) !== null;

export class InPlace extends Translator {
  /** @type {Set<Text>} */ #todo = new Set();
  /** @type {Map<Text, string>} */ #originals = new Map();
  attributes = new Attributes(["title", "alt", "placeholder", "aria-label"], this.language);

  get watches() {
    return { childList: true, characterData: true, subtree: true };
  }

  /** @param {MutationRecord[]} records */
  changed(records) {
    for (const { type, target } of records) {
      if (type !== "characterData" || !isText(target) || isIn(target.data, this.language)) continue;
      this.#originals.delete(target);
      this.#todo.add(target);
    }
    super.changed(records);
  }

  /** @param {Node} node */
  consider(node) {
    for (const text of textsIn(node, () => false))
      if (!this.#originals.has(text)) this.#todo.add(text);
    if (isElement(node)) this.attributes.translate(node, isSkipped);
  }

  work() {
    for (const text of this.#todo) {
      if (text.isConnected && !isOnScreen(text.parentElement)) continue;
      this.#todo.delete(text);
      const parent = text.parentElement;
      if (!parent || isSkipped(parent) || !hasLetters(text.data) || isIn(text.data, this.language))
        continue;
      this.#originals.set(text, text.data);
      text.data = translated(text.data, this.language);
    }
  }

  undo() {
    for (const [text, original] of this.#originals) text.data = original;
    this.#originals.clear();
    this.attributes.restore();
  }
}
