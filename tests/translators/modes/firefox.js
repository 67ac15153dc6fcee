// @ts-check
/**
 * Firefox: a block that holds a comment, an SVG or anything that is not inline is split, and only
 * its text nodes and plain inline elements are sent; any other goes whole, formulas included.
 * What comes back is merged: live text overwritten, live elements re-appended in the engine's
 * order, second occurrences cloned, unmatched ones dropped.
 *
 * Variants, for the engine's order of words: `same`, `reverse`, `weave` (elements recur).
 */

import { Attributes, isElement, isInline, isMarked, isNever, isText } from "../dom.js";
import { hasLetters, isIn, translated } from "../language.js";
import { Translator } from "../translator.js";

const EXCLUDED = new Set(["CODE", "KBD", "SAMP", "VAR", "MATH", "math"]);
const VOID = new Set(["BR", "IMG", "INPUT", "WBR", "HR"]); // the tags that the engine copies
const ID = "data-moz-translations-id";
const ANSWER = 50; // milliseconds

/** One word as the engine sees it. @typedef {{chain: string[], word: string}} Piece */

/** @param {Element} element */
const isExcluded = (element) =>
  isMarked(element) || isNever(element) || EXCLUDED.has(element.nodeName);

/** The rule that decides all. @param {Node} node @returns {boolean} */
function needsSplitting(node) {
  return [...node.childNodes].some((child) => {
    if (isText(child)) return false;
    if (!isElement(child) || child instanceof SVGElement) return true;
    return !isInline(child) || needsSplitting(child);
  });
}

export class Firefox extends Translator {
  /** @type {Set<Element | Text>} */ #todo = new Set();
  /** @type {Set<{node: Element | Text}>} units that the engine has */ #sent = new Set();
  /** @type {Map<string, string[]>} */ #cache = new Map();
  attributes = new Attributes(
    ["title", "aria-label", "aria-description", "alt", "placeholder"],
    this.language,
  );

  get watches() {
    return { childList: true, characterData: true, subtree: true };
  }

  /** What changes while the engine has it is cancelled and sent again. @param {MutationRecord[]} records */
  changed(records) {
    for (const { type, target } of records) {
      const units = [...this.#sent].filter(({ node }) => node.contains(target));
      for (const unit of units) {
        this.#sent.delete(unit);
        if (unit.node.isConnected) this.consider(unit.node);
      }
      if (type === "characterData" && target.isConnected && !units.length) this.consider(target);
    }
    super.changed(records);
  }

  /** @param {Node} node */
  consider(node) {
    this.#split(node);
    this.attributes.translate(
      node,
      (element) => element.closest(".notranslate, [translate=no]") !== null,
    );
  }

  /** @param {Node} node */
  #split(node) {
    if (isText(node)) {
      if (hasLetters(node.data)) this.#todo.add(node);
    } else if (isElement(node) && !isExcluded(node) && hasLetters(node.textContent ?? "")) {
      if (needsSplitting(node) || !node.parentElement)
        node.childNodes.forEach((child) => this.#split(child));
      else this.#todo.add(node);
    }
  }

  work() {
    for (const node of this.#todo) {
      const within = [...this.#todo].some((other) => other !== node && other.contains(node));
      if (node.isConnected && !within) this.#send(node);
    }
    this.#todo.clear();
  }

  /** @param {Element | Text} node */
  #send(node) {
    const unit = { node };
    this.#sent.add(unit);
    const source = isText(node) ? node.data : numbered(node).innerHTML;
    this.later(() => {
      if (!this.#sent.delete(unit) || !node.isConnected) return;
      if (isText(node) && node.data !== source) return; // it was moved with the block around it
      if (isText(node)) overwrite(node, translated(source, this.language));
      else if (!isIn(node.textContent ?? "", this.language)) this.#merge(node, source);
    }, ANSWER);
  }

  /** @param {Element} live @param {string} source */
  #merge(live, source) {
    const known = this.#cache.get(source) ?? this.#ordered(source);
    this.#cache.set(source, known);
    merge(
      live,
      known.map((piece) => JSON.parse(piece)),
    );
  }

  /** @param {string} source @returns {string[]} */
  #ordered(source) {
    const template = document.createElement("template");
    template.innerHTML = source;
    const pieces = piecesOf(template.content, []).map(({ chain, word }) => ({
      chain,
      word: translated(word, this.language),
    }));
    if (this.variant === "reverse") pieces.reverse();
    const odd = (/** @type {number} */ rest) => pieces.filter((_, index) => index % 2 === rest);
    const order = this.variant === "weave" ? [...odd(0), ...odd(1)] : pieces;
    return order.map((piece) => JSON.stringify(piece));
  }
}

/** @param {Text} text @param {string} value */
function overwrite(text, value) {
  if (text.data !== value) text.data = value;
}

/** A copy in which each element has its number. @param {Element} live */
function numbered(live) {
  const copy = /** @type {Element} */ (live.cloneNode(true));
  copy.querySelectorAll("*").forEach((element, index) => element.setAttribute(ID, String(index)));
  return copy;
}

/** @param {Node} node @param {string[]} chain @returns {Piece[]} */
function piecesOf(node, chain) {
  return [...node.childNodes].flatMap((child) => {
    if (isText(child))
      return child.data
        .split(/\s+/)
        .filter(Boolean)
        .map((word) => ({ chain, word }));
    if (!isElement(child)) return [];
    const inner = [...chain, /** @type {string} */ (child.getAttribute(ID))];
    if (VOID.has(child.nodeName)) return [{ chain: inner, word: "" }];
    return piecesOf(child, inner);
  });
}

/** @param {Element} live @param {Piece[]} pieces */
function merge(live, pieces) {
  const elements = [...live.querySelectorAll("*")];
  const old = [live, ...elements].map((parent) => [...parent.childNodes].filter(isText));
  /** @type {Set<Element>} */ const used = new Set();
  for (const parent of [live, ...elements]) parent.replaceChildren();
  /** @type {[string, Element][]} */ let open = [];
  for (const { chain, word } of pieces) {
    const shared = chain.findIndex((id, depth) => open[depth]?.[0] !== id);
    open = open.slice(0, shared < 0 ? chain.length : shared);
    for (const id of chain.slice(open.length)) {
      const element = /** @type {Element} */ (elements[Number(id)]);
      const next = used.has(element) ? /** @type {Element} */ (element.cloneNode(false)) : element;
      used.add(element);
      (open.at(-1)?.[1] ?? live).append(next);
      open.push([id, next]);
    }
    if (word)
      put(
        open.at(-1)?.[1] ?? live,
        word,
        old[[live, ...elements].indexOf(open.at(-1)?.[1] ?? live)],
      );
  }
}

/** @param {Element} parent @param {string} word @param {Text[]} [old] the parent's own text nodes */
function put(parent, word, old) {
  const last = parent.lastChild;
  if (last && isText(last)) last.data += ` ${word}`;
  else {
    const text = old?.shift() ?? document.createTextNode("");
    text.data = word;
    parent.append(text);
  }
}
