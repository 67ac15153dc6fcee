// @ts-check
/**
 * Makes nodes that are shown what fresh ones are, and touches only what differs.
 *
 * A formula is one node here, known by its TeX: what was typeset stays typeset, also where the
 * elements around it have become others.
 */

import { FORMULA, boxOf, isDisplay, isTypeset, reveal, texOf } from "./states.js";

/** What a wrapper says of its surroundings. */
const SIDES = ["math-sl", "math-sr"];

/** What readers unfold, scroll aside or go to. */
const LASTING = ":is(details, summary, pre, table, a):not(.math *)";

/** What a drawing asks of its box. */
const BOX = ["math-full", "math-flow"];

/**
 * @param {ChildNode[]} old neighbours @param {ChildNode[]} fresh
 * @param {ParentNode} parent of the old @returns {ChildNode[]} those that are shown now
 */
export function morph(old, fresh, parent) {
  /** @type {ChildNode[]} */ const shown = [];
  fresh.forEach((node, index) => {
    const was = old[index];
    const stays = was && become(was, node);
    if (was && !stays) was.replaceWith(node);
    else if (!was && index) shown[index - 1].after(node);
    else if (!was) parent.append(node);
    shown.push(stays ? was : node);
  });
  for (const node of old.slice(fresh.length)) node.remove();
  return shown;
}

/** @param {ChildNode} old @param {ChildNode} fresh @returns {boolean} whether it could */
function become(old, fresh) {
  if (old.nodeName !== fresh.nodeName) return false;
  if (old instanceof CharacterData && fresh instanceof CharacterData) {
    const grows = fresh.data.startsWith(old.data); // what the reader has selected in it stays so
    if (!grows) old.data = fresh.data;
    else if (fresh.length > old.length) old.appendData(fresh.data.slice(old.length));
  }
  if (!(old instanceof Element && fresh instanceof Element)) return true;
  if (old.matches(FORMULA) || fresh.matches(FORMULA)) {
    const same = nameOf(old) === nameOf(fresh);
    if (same) dress(old, fresh);
    return same;
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  }
  morph([...old.childNodes], [...fresh.childNodes], old);
  return true;
}

/**
 * Let formulas that were shown take the places of those that are the same.
 * @param {Element[]} old @param {Element[]} fresh
 * @returns {Map<Node, Element>} whose place was taken, and by whom
 */
export function carry(old, fresh) {
  /** @type {Map<string, Element[]>} */ const free = new Map();
  for (const each of old) free.set(nameOf(each), [...(free.get(nameOf(each)) ?? []), each]);
  const pairs = fresh.flatMap((each) => {
    const was = free.get(nameOf(each))?.shift();
    return was ? [{ each, was }] : [];
  });
  /** @type {Map<Node, Element>} */ const taken = new Map();
  for (const { each, was } of pairs) {
    if (was.localName === each.localName) taken.set(each, place(was, each));
    else endow(was, each);
  }
  return taken;
}

/**
 * What only the browser knows of elements: what is unfolded, scrolled aside or has the focus.
 * @param {Node[]} old @param {Node[]} fresh equal to the old ones, but for what was added
 */
export function inherit(old, fresh) {
  const [from, to] = [old, fresh].map((nodes) => nodes.flatMap((node) => within(node, LASTING)));
  from.forEach((was, index) => {
    const now = /** @type {HTMLElement | undefined} */ (to[index]);
    if (now?.localName !== was.localName) return;
    if (was.hasAttribute("open")) now.setAttribute("open", "");
    if (was.scrollLeft) now.scrollLeft = was.scrollLeft;
    if (was === document.activeElement) now.focus({ preventScroll: true });
  });
}

/** By what a formula is known again. @param {Element} wrapper */
const nameOf = (wrapper) => `${isDisplay(wrapper)} ${texOf(wrapper)}`;

/** @param {Element} old @param {Element} fresh @returns {Element} */
function place(old, fresh) {
  dress(old, fresh);
  const parent = /** @type {Element} */ (fresh.parentNode);
  const keeps = "moveBefore" in parent && old.isConnected && parent.isConnected;
  if (keeps) parent.moveBefore(old, fresh); // focus and scrolling as well
  else parent.insertBefore(old, fresh);
  fresh.remove();
  return old;
}

/**
 * A display alone is a div, with text beside it a span: the drawing moves from one to the other.
 * @param {Element} old @param {Element} fresh
 */
function endow(old, fresh) {
  const [from, to] = [boxOf(old), boxOf(fresh)];
  if (!isTypeset(old) || !from || !to) return;
  for (const name of BOX) to.classList.toggle(name, from.classList.contains(name));
  to.replaceChildren(...from.childNodes);
  reveal(fresh);
}

/** @param {Element} old @param {Element} fresh */
function dress(old, fresh) {
  for (const side of SIDES) old.classList.toggle(side, fresh.classList.contains(side));
  if (old.id !== fresh.id) old.id = fresh.id;
}

/** @param {Node} node @param {string} selector @returns {Element[]} those in it, and itself */
export function within(node, selector) {
  if (!(node instanceof Element)) return [];
  const inside = [...node.querySelectorAll(selector)];
  return node.matches(selector) ? [node, ...inside] : inside;
}
