// @ts-check
/**
 * Safari: a run of inline content becomes new text nodes in shallow clones of its containers, in
 * the engine's order; excluded nodes are kept and moved along. A box in the line (inline-block)
 * bounds a run. Attributes are translated without asking for exclusion.
 *
 * Variants: `same`, `reverse` (the engine's order).
 */

import { Attributes, isElement, isInline, isMarked, isNever, isText } from "../dom.js";
import { hasLetters, isIn, translated } from "../language.js";
import { Translator } from "../translator.js";

/** What stays as it is: opted out, or nothing to read. @param {Element} element */
const isKept = (element) => isMarked(element) || isNever(element) || !element.firstChild;

/** A text or a kept node, and the inline elements around it, outermost first.
 * @typedef {{node: Node, chain: Element[]}} Token */

export class WebKit extends Translator {
  /** @type {Set<Element>} */ #todo = new Set();
  attributes = new Attributes(["title", "alt", "aria-label"], this.language);

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
    let holder = isElement(node) ? node : node.parentElement;
    while (holder?.parentElement && isInline(holder)) {
      if (isKept(holder)) return;
      holder = holder.parentElement;
    }
    if (holder) this.#todo.add(holder);
  }

  work() {
    for (const holder of this.#todo) {
      if (holder.isConnected && !holder.closest(".notranslate, [translate=no]")) this.#walk(holder);
      this.attributes.translate(holder, () => false);
    }
    this.#todo.clear();
  }

  /** @param {Element} holder */
  #walk(holder) {
    /** @type {ChildNode[][]} */ const runs = [[]];
    for (const child of [...holder.childNodes]) {
      if (isElement(child) && !isKept(child) && isBoundary(child)) {
        this.#walk(child);
        runs.push([]);
      } else if (isElement(child) && isKept(child) && !isInline(child)) runs.push([]);
      else runs.at(-1)?.push(child);
    }
    for (const run of runs) this.#rewrite(run);
  }

  /** @param {ChildNode[]} run */
  #rewrite(run) {
    const tokens = run.flatMap((node) => tokensOf(node, []));
    const isNew = (/** @type {Token} */ { node }) =>
      isText(node) && hasLetters(node.data) && !isIn(node.data, this.language);
    if (!tokens.some(isNew)) return;
    if (this.variant === "reverse") tokens.reverse();
    const place = document.createTextNode("");
    run[0]?.before(place);
    const fresh = this.#rebuilt(tokens);
    for (const node of run) if (node.parentNode === place.parentNode) node.remove();
    place.replaceWith(fresh);
  }

  /** @param {Token[]} tokens */
  #rebuilt(tokens) {
    const fragment = document.createDocumentFragment();
    /** @type {[Element, Node][]} */ let open = [];
    for (const { node, chain } of tokens) {
      const differs = chain.findIndex((element, depth) => open[depth]?.[0] !== element);
      open = open.slice(0, differs < 0 ? chain.length : differs);
      for (const element of chain.slice(open.length)) {
        const clone = element.cloneNode(false);
        (open.at(-1)?.[1] ?? fragment).appendChild(clone);
        open.push([element, clone]);
      }
      const next = isText(node)
        ? document.createTextNode(translated(node.data, this.language))
        : node;
      (open.at(-1)?.[1] ?? fragment).appendChild(next);
    }
    return fragment;
  }
}

/** @param {Element} element @returns {boolean} */
const isBoundary = (element) =>
  !isInline(element) || [...element.children].some((child) => !isKept(child) && isBoundary(child));

/** @param {Node} node @param {Element[]} chain @returns {Token[]} */
function tokensOf(node, chain) {
  if (isText(node) || (isElement(node) && isKept(node))) return [{ node, chain }];
  if (!isElement(node)) return [];
  return [...node.childNodes].flatMap((child) => tokensOf(child, [...chain, node]));
}
