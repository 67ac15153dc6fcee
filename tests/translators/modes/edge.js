// @ts-check
/**
 * Edge's translator: plain blocks in place, with hashes; a block with skipped inline elements
 * becomes one `<font _mstmutation>` with all its text. Restoring writes innerHTML.
 *
 * Variants, for what becomes of opted-out inline elements: `relocate` (pushed behind the text),
 * `empty` (there, but without children), `keep`.
 */

import {
  Attributes,
  isElement,
  isInlineLevel,
  isNever,
  isOptedOut,
  isMarked,
  isText,
  textsIn,
} from "../dom.js";
import { hasLetters, isIn, translated } from "../language.js";
import { Translator } from "../translator.js";

/** @param {Element} element */
const isSkipped = (element) => isMarked(element) || isNever(element) || element.nodeName === "CODE";

export class Edge extends Translator {
  /** @type {Set<Element>} */ #todo = new Set();
  /** @type {Map<Element, string>} innerHTML of each block */ #originals = new Map();
  attributes = new Attributes(["aria-label", "alt", "placeholder"], this.language);

  get watches() {
    return { childList: true, characterData: true, subtree: true };
  }

  /** @param {MutationRecord[]} records */
  changed(records) {
    for (const { type, target } of records) if (type === "characterData") this.consider(target);
    super.changed(records);
  }

  /** @param {Node} node */
  consider(node) {
    for (const text of textsIn(node, isSkipped)) {
      let block = /** @type {Element} */ (text.parentElement);
      while (isInlineLevel(block) && block.parentElement) block = block.parentElement;
      this.#todo.add(block);
    }
    this.attributes.translate(node, isOptedOut);
  }

  work() {
    for (const block of this.#todo) {
      if (block.isConnected && !isOptedOut(block)) this.#translate(block);
    }
    this.#todo.clear();
  }

  /** @param {Element} block */
  #translate(block) {
    const own = [...block.childNodes].filter(
      (child) => isText(child) || (isElement(child) && isInlineLevel(child)),
    );
    const texts = own.flatMap((child) => textsIn(child, isSkipped, true));
    if (texts.every(({ data }) => isIn(data, this.language))) return;
    if (!this.#originals.has(block)) this.#originals.set(block, block.innerHTML);
    const skipped = own.flatMap((child) => skippedIn(child));
    block.setAttribute("_msttexthash", String(block.textContent?.length));
    block.setAttribute("_msthash", "1");
    if (!skipped.length)
      texts.forEach((text) => (text.data = translated(text.data, this.language)));
    else if (this.variant === "keep") texts.forEach((text) => text.replaceWith(this.#font([text])));
    else this.#merge(own, texts, skipped);
  }

  /** @param {ChildNode[]} own @param {Text[]} texts @param {Element[]} skipped */
  #merge(own, texts, skipped) {
    own[0]?.before(this.#font(texts), ...skipped);
    if (this.variant === "empty")
      skipped.forEach((each) => isMarked(each) && each.replaceChildren());
    for (const node of own) if (!skipped.includes(/** @type {Element} */ (node))) node.remove();
  }

  /** @param {Text[]} texts */
  #font(texts) {
    const font = document.createElement("font");
    font.setAttribute("_mstmutation", "1");
    const all = texts.map(({ data }) => data).join("");
    font.textContent = translated(
      this.variant === "keep" ? all : all.replace(/\s+/g, " ").trim(),
      this.language,
    );
    return font;
  }

  undo() {
    for (const [block, html] of this.#originals) {
      block.innerHTML = html;
      block.removeAttribute("_msttexthash");
      block.removeAttribute("_msthash");
    }
    this.#originals.clear();
    this.attributes.restore();
  }
}

/** @param {Node} node @returns {Element[]} */
function skippedIn(node) {
  if (!isElement(node)) return [];
  if (isSkipped(node)) return hasLetters(node.textContent ?? "") || isMarked(node) ? [node] : [];
  return [...node.children].flatMap(skippedIn);
}
