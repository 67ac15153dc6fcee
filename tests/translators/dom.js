// @ts-check
/** What the modes share: walking, marks, blocks, attributes that are put back. */

import { hasLetters, translated } from "./language.js";

/** @typedef {import("./language.js").Language} Language */

const NEVER = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEXTAREA", "TEMPLATE"]);

/** @param {Node} node @returns {node is Element} */
export const isElement = (node) => node.nodeType === Node.ELEMENT_NODE;

/** @param {Node} node @returns {node is Text} */
export const isText = (node) => node.nodeType === Node.TEXT_NODE;

/** Is the element itself marked? @param {Element} element */
export const isMarked = (element) =>
  element.classList.contains("notranslate") || element.getAttribute("translate") === "no";

/** Content that nobody translates. @param {Element} element */
export const isNever = (element) => NEVER.has(element.nodeName);

/** Does the nearest mark say no? @param {Node} node */
export function isOptedOut(node) {
  for (let at = isElement(node) ? node : node.parentElement; at; at = at.parentElement) {
    if (at.classList.contains("translate") || at.getAttribute("translate") === "yes") return false;
    if (isMarked(at) || isNever(at)) return true;
  }
  return false;
}

/**
 * Text nodes below a node, without what lies in elements that `skips` names.
 * @param {Node} root @param {(element: Element) => boolean} skips
 * @param {boolean} [all] those without letters, too @returns {Text[]}
 */
export function textsIn(root, skips, all = false) {
  if (isText(root)) return all || hasLetters(root.data) ? [root] : [];
  if (!isElement(root) || skips(root)) return [];
  return [...root.childNodes].flatMap((child) => textsIn(child, skips, all));
}

/** As Firefox and Safari see it, MathML included. @param {Element} element */
export const isInline = (element) =>
  (element instanceof MathMLElement && element.localName !== "math") ||
  /^(inline|none|contents|(inline )?math)$/.test(getComputedStyle(element).display);

const INLINE = new Set("A ABBR B CODE EM FONT I KBD MARK S SMALL SPAN STRONG SUB SUP U".split(" "));

/** Does it stand in a line of text? Told by its name, which lays nothing out. @param {Element} element */
export const isInlineLevel = (element) =>
  INLINE.has(element.nodeName) && !element.matches(".display");

/** @param {Node} node @returns {Element} the block that a node's text belongs to */
export function blockOf(node) {
  let at = isElement(node) ? node : /** @type {Element} */ (node.parentElement);
  while (at.parentElement && isInlineLevel(at)) at = at.parentElement;
  return at;
}

/**
 * The node that stands beside another in the same line, tags of inline elements looked through.
 * @param {Node} node @param {"previousSibling" | "nextSibling"} side @returns {Node | null}
 */
export function beside(node, side) {
  let at = node;
  while (!at[side]) {
    const parent = at.parentElement;
    if (!parent || !isInlineLevel(parent)) return null;
    at = parent;
  }
  let found = /** @type {Node} */ (at[side]);
  const end = side === "nextSibling" ? "firstChild" : "lastChild";
  while (isElement(found) && !isMarked(found) && found[end])
    found = /** @type {Node} */ (found[end]);
  return found;
}

/** Is the element's box on the screen? @param {Element | null} element */
export function isOnScreen(element) {
  const rect = element?.isConnected && element.getClientRects()[0];
  if (!rect) return false;
  return (rect.bottom >= 0 && rect.top <= innerHeight) || screen_.unbounded;
}

/** Tests set this so that everything counts as being on the screen. */
export const screen_ = { unbounded: false };

/** Attributes that are read to people. */
export class Attributes {
  /** @type {[Element, string, string][]} */ #originals = [];

  /** @param {string[]} names @param {Language} language */
  constructor(names, language) {
    this.names = names;
    this.language = language;
  }

  /** @param {Node} root @param {(element: Element) => boolean} skips */
  translate(root, skips) {
    if (!isElement(root)) return;
    const all = [root, ...root.querySelectorAll(this.names.map((name) => `[${name}]`).join())];
    for (const element of all) if (!skips(element)) this.#one(element);
  }

  /** @param {Element} element */
  #one(element) {
    for (const name of this.names) {
      const value = element.getAttribute(name);
      if (value === null || translated(value, this.language) === value) continue;
      this.#originals.push([element, name, value]);
      element.setAttribute(name, translated(value, this.language));
    }
  }

  restore() {
    for (const [element, name, value] of this.#originals.reverse())
      element.setAttribute(name, value);
    this.#originals = [];
  }
}
