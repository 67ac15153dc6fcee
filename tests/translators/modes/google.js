// @ts-check
/**
 * Chrome's translator: each text node gives way to an outer `<font>` with one inner `<font>` for
 * each sentence; white space beside an opted-out neighbour is dropped; restoring puts the very
 * text nodes back.
 *
 * Variants: `eats` drops the space beside every element, `reorders` moves a block's last inline
 * child to the front, `clones` doubles an inline child, `lazy` waits for the viewport.
 */

import {
  Attributes,
  beside,
  blockOf,
  isElement,
  isInlineLevel,
  isOnScreen,
  isOptedOut,
  isText,
  textsIn,
} from "../dom.js";
import { isIn, translated } from "../language.js";
import { Translator } from "../translator.js";

const NEVER = () => false;

export class Google extends Translator {
  /** @type {Set<Text>} */ #todo = new Set();
  /** @type {Map<Element, Text>} */ #originals = new Map();
  /** @type {Map<Element, () => void>} how to undo what was done to a block's children */
  #shifts = new Map();
  /** @type {[string, string] | null} class and lang of the page */ #page = null;
  attributes = new Attributes(["title", "alt", "placeholder"], this.language);

  get watches() {
    return {
      childList: true,
      characterData: true,
      attributes: true,
      attributeFilter: ["class"],
      subtree: true,
    };
  }

  start() {
    const { className, lang } = document.documentElement;
    this.#page = [className, lang];
    document.documentElement.classList.add("translated-ltr");
    document.documentElement.lang = this.language;
    super.start();
  }

  /** @param {MutationRecord[]} records */
  changed(records) {
    for (const { type, target } of records) if (type !== "childList") this.consider(target);
    super.changed(records);
  }

  /** @param {Node} node */
  consider(node) {
    for (const text of textsIn(node, NEVER)) {
      if (!text.parentElement || !this.#originals.has(outermost(text))) this.#todo.add(text);
    }
    if (isElement(node)) this.attributes.translate(node, isOptedOut);
  }

  work() {
    /** @type {Set<Element>} */ const blocks = new Set();
    for (const text of this.#todo) {
      if (this.variant === "lazy" && text.isConnected && !isOnScreen(text.parentElement)) continue;
      this.#todo.delete(text);
      if (!text.isConnected || isOptedOut(text) || isIn(text.data, this.language)) continue;
      blocks.add(blockOf(text));
      this.#replace(text);
    }
    for (const block of blocks) if (!this.#shifts.has(block)) this.#shift(block);
  }

  /** @param {Text} text */
  #replace(text) {
    const outer = font();
    if (this.variant !== "lazy") outer.dir = "auto";
    const sentences = this.#trimmed(text).match(/[^.。]+[.。]*/gu) ?? [""];
    outer.append(...sentences.map((sentence) => font(translated(sentence, this.language))));
    this.#originals.set(outer, text);
    text.replaceWith(outer);
  }

  /** @param {Text} text */
  #trimmed(text) {
    const eaten = (/** @type {Node | null} */ node) =>
      node && !isText(node) && (this.variant === "eats" || (isElement(node) && isOptedOut(node)));
    let { data } = text;
    if (eaten(beside(text, "previousSibling"))) data = data.trimStart();
    if (eaten(beside(text, "nextSibling"))) data = data.trimEnd();
    return data;
  }

  /** @param {Element} block */
  #shift(block) {
    const children = [...block.children].filter(
      (child) => child.localName !== "font" && isInlineLevel(child),
    );
    const [first, last] = [children[0], children.at(-1)];
    if (!first || !last) return;
    if (this.variant === "reorders") {
      const beside = last.nextSibling;
      const next = (beside && this.#originals.get(/** @type {any} */ (beside))) ?? beside;
      block.prepend(last);
      this.#shifts.set(block, () =>
        block.insertBefore(last, next?.parentNode === block ? next : null),
      );
    } else if (this.variant === "clones") {
      const clone = /** @type {Element} */ (first.cloneNode(true));
      first.after(clone);
      this.#shifts.set(block, () => clone.remove());
    }
  }

  undo() {
    for (const [outer, text] of this.#originals) outer.replaceWith(text);
    for (const shift of this.#shifts.values()) shift();
    this.#shifts.clear();
    this.#originals.clear();
    this.attributes.restore();
    const [className, lang] = this.#page ?? ["", ""];
    document.documentElement.className = className;
    document.documentElement.lang = lang;
  }
}

/** @param {string} [text] */
function font(text = "") {
  const element = document.createElement("font");
  element.style.verticalAlign = "inherit";
  element.append(...(text ? [text] : []));
  return element;
}

/** The outer of the two elements that a text of ours lies in. @param {Text} text */
const outermost = (text) =>
  /** @type {Element} */ (text.parentElement?.parentElement ?? text.parentElement);
