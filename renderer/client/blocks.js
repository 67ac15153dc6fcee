// @ts-check
/**
 * The values of a stream as nodes of a page.
 *
 * The values, joined in their order, are HTML that may be open at its end. A block is what the
 * parser can take by itself: one value, mostly; several where the first leaves an element open;
 * the last one together with the tail. The last block is open: it grows in place, and translators
 * and voices are kept from it. Once another begins behind it, new nodes take its place, since a
 * translator overlooks that a node it has seen is free now, and assistive technology tells what
 * is added. Nobody touches those again, unless the server says that value once more.
 */

import { carry, inherit, morph, within } from "./morph.js";
import { holdSelection } from "./selection.js";
import { FORMULA, marked } from "./states.js";

/** @typedef {{op: "set" | "append" | "drop", key: string, html?: string}} Patch */

/**
 * @typedef {object} Block
 * @property {string} key of its first value
 * @property {string} html
 * @property {boolean} open
 * @property {ChildNode[]} nodes
 */

const TAIL = "tail";
const END = "end of the values";

export class Blocks {
  /** @type {Map<string, string>} */ #values = new Map();
  /** @type {Map<string, Block>} in order */ #blocks = new Map();
  /** @type {Block | undefined} */ #last;
  /** @type {Text | null} at the end of the tail */ #raw = null;

  /** @param {Element} container */
  constructor(container) {
    this.container = container;
  }

  /** @param {Patch[]} patches @param {boolean} anew instead of all that was before */
  apply(patches, anew) {
    if (anew) this.#values.clear();
    for (const { op, key, html = "" } of patches) {
      if (op === "drop") this.#values.delete(key);
      else this.#values.set(key, op === "set" ? html : (this.#values.get(key) ?? "") + html);
    }
    if (anew || !this.#lengthen(patches)) this.show(true);
  }

  /**
   * The most frequent case, raw text at the end, costs no more than that text.
   * @param {Patch[]} patches @returns {boolean}
   */
  #lengthen(patches) {
    if (patches.length !== 1 || !this.#last || !this.#raw?.isConnected) return false;
    const [{ op, key, html = "" }] = patches;
    if (op !== "append" || key !== TAIL || html.includes("<")) return false;
    this.#raw.appendData(contentOf(html).textContent ?? "");
    this.#last.html += html;
    return true;
  }

  /** Bring the page up to date. @param {boolean} grows false: nothing follows */
  show(grows) {
    const before = this.#blocks;
    /** @type {[Block, Block | undefined][]} what is new, and what it replaces */ const puts = [];
    /** @type {Element[]} */ const old = [];
    this.#blocks = new Map();
    this.#last = undefined;
    for (const block of blocksOf(this.#values, before, grows)) {
      const was = before.get(block.key);
      if (block !== was) {
        old.push(...formulasOf(was));
        puts.push([block, this.#put(block, was)]);
      }
      before.delete(block.key);
      this.#blocks.set(block.key, block);
      if (block.nodes.length) this.#last = block;
    }
    const dropped = [...before.values()];
    handOver(puts, [...old, ...dropped.flatMap(formulasOf)], dropped);
    this.#raw = rawTextIn(this.#last);
  }

  /**
   * @param {Block} block @param {Block | undefined} was
   * @returns {Block | undefined} what has to go
   */
  #put(block, was) {
    if (block.open) block.nodes.forEach(gated);
    const place = this.#last?.nodes.at(-1);
    if (block.open && was?.open && was.nodes[0]?.parentNode === this.container) {
      block.nodes = morph(was.nodes, block.nodes, this.container);
      return undefined;
    }
    if (place?.parentNode === this.container) place.after(...block.nodes);
    else this.container.prepend(...block.nodes);
    return was;
  }
}

/**
 * The values as blocks; those of before where nothing has changed.
 * @param {Map<string, string>} values @param {Map<string, Block>} before @param {boolean} grows
 */
function* blocksOf(values, before, grows) {
  const keys = [...values.keys()];
  const last = keys.at(-1);
  const joined = last === TAIL ? keys.at(-2) : undefined;
  let [first, html] = ["", ""];
  for (const key of keys) {
    first ||= key;
    html += values.get(key);
    if (key === joined) continue;
    const open = grows && key === last;
    const was = before.get(first);
    const same = was?.html === html && was.open === open;
    const nodes = same ? was.nodes : nodesOf(html, key === last);
    if (!nodes) continue;
    yield same ? was : { key: first, html, open, nodes };
    [first, html] = ["", ""];
  }
}

/**
 * @param {string} html @param {boolean} whatever also if it leaves an element open
 * @returns {ChildNode[] | null}
 */
function nodesOf(html, whatever) {
  const nodes = [...contentOf(`${html}<!--${END}-->`).childNodes];
  const end = nodes.at(-1);
  if (end instanceof Comment && end.data === END) return nodes.slice(0, -1);
  return whatever ? [...contentOf(html).childNodes] : null;
}

/** @param {string} html */
function contentOf(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/**
 * What was there goes over to the nodes in its place, and the others go.
 * @param {[Block, Block | undefined][]} puts @param {Element[]} old formulas
 * @param {Block[]} dropped
 */
function handOver(puts, old, dropped) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  const select = holdSelection(puts);
  const [then, now] = [new Set(old), new Set(puts.flatMap(([block]) => formulasOf(block)))];
  const taken = carry(
    old.filter((each) => !now.has(each)),
    [...now].filter((each) => !then.has(each)),
  );
  const stay = new Set(taken.values());
  for (const [block, was] of puts) {
    block.nodes = block.nodes.map((node) => taken.get(node) ?? node);
    if (was) inherit(was.nodes, block.nodes);
    dropped.push(...(was ? [was] : []));
  }
  for (const node of dropped.flatMap(({ nodes }) => nodes)) {
    if (!stay.has(/** @type {Element} */ (node))) node.remove();
  }
  select();
  if (focused?.isConnected && focused !== document.activeElement) {
    focused.focus({ preventScroll: true });
  }
}

/** @param {Block | undefined} block @returns {Element[]} */
const formulasOf = (block) => block?.nodes.flatMap((node) => within(node, FORMULA)) ?? [];

/** @param {Block | undefined} block @returns {Text | null} */
function rawTextIn(block) {
  const text = block?.nodes.flatMap((node) => within(node, ".math-pending")).pop()?.lastChild;
  return text instanceof Text ? text : null;
}

/**
 * Keep translators from a node, and voices, which would tell every word that comes. Each element
 * is marked, since some translators ask a new one alone.
 * @param {Node} node
 */
function gated(node) {
  within(node, "*:not(.math, .math *)").forEach(marked);
  if (!(node instanceof Element) || node.matches(FORMULA)) return;
  node.setAttribute("aria-live", "off");
  node.setAttribute("aria-busy", "true");
}
