// @ts-check
/**
 * What a formula may bring into the page. Applied to MathJax's own tree, so both the drawing and
 * the MathML come out clean: only attributes on a list, lengths within bounds that honest formulas
 * keep, colours that can be read. Addresses, names, scripts and styles are on no list.
 */

import { readable } from "./colours.js";

/** Nodes of one formula; a matrix of 30 × 30 with indices has 6,400. */
const MOST_NODES = 20_000;

/** Nodes of a formula that is explored: reading it for speech takes seconds beyond that. */
const MOST_EXPLORED = 1_000;

/** Elements inside each other in a drawing: Chromium's layout breaks off at about 200. */
const DEEPEST = 120;

/** Lengths by attribute, in em: the least and the most. @type {Record<string, [number, number]>} */
const BOUNDS = {
  width: [-10, 40],
  height: [-10, 10],
  depth: [-10, 10],
  voffset: [-10, 10],
  lspace: [-10, 10],
  rspace: [-10, 10],
  indentshift: [-10, 10],
  mathsize: [0.4, 3],
  minsize: [0, 10],
  maxsize: [0, 10],
  linethickness: [0, 0.5],
  rowspacing: [-1, 10],
  columnspacing: [-1, 20],
  columnwidth: [0, 40],
  framespacing: [0, 3],
  "data-array-padding": [0, 10],
  "data-padding": [0, 3],
  "data-thickness": [0, 0.5],
};

const WORDS = new Set(
  `accent accentunder align bevelled columnalign columnlines columnspan data-align
  data-braketbar data-break-align data-cramped data-frame-styles data-vertical-align
  data-width-includes-label dir display displaystyle fence form frame largeop linebreak mathvariant
  movablelimits notation numalign denomalign overflow rowalign rowlines rowspan selection semantics
  separator side stretchy symmetric`.split(/\s+/),
);
const WORD = /^[\w .:;-]{0,2000}$/;
const LEVEL = /^\+?\d$/; // below none letters grow without end
const EM = { em: 1, ex: 0.43, px: 1 / 16, pt: 0.1, pc: 1.2, cm: 2.85, mm: 0.285, in: 7.2, mu: 1 / 18 };
const LENGTH = /^([+-]?)(\d*\.?\d*)(em|ex|px|pt|pc|cm|mm|in|mu|%|width|height|depth)?$/;
const NAMED = /^(?:auto|fit|thin|medium|thick|(?:(?:very){0,2}(?:thin|thick)|medium)mathspace|normal|small|big|infinity)$/;

/** What `\bbox` and `\fcolorbox` need. @type {Record<string, [number, number]>} */
const STYLES = { border: [0, 0.5], padding: [0, 3] };
const SIDE = /^(border|padding)(?:-(?:top|right|bottom|left))?(?:-(?:width|style|color))?$/;
const LINE = /^(?:none|solid|dashed|dotted|double|groove|ridge|inset|outset)$/;

/** @param {any} root of MathJax's internal MathML */
export function guard(root) {
  checkSize(root, MOST_NODES);
  let changed = false;
  root.walkTree((/** @type {any} */ node) => {
    const attributes = node.attributes?.getAllAttributes();
    if (attributes && clean(attributes)) changed = true;
    if (node.kind === "maction" && !isTip(node, attributes)) attributes.actiontype = "none";
  });
  if (!readable(root) && !changed) return;
  // What nodes inherited was taken down before.
  root.setInheritedAttributes({}, root.attributes.getExplicit("display") === "block", 0, false);
}

/**
 * Leaves what may stay.
 * @param {Record<string, any>} attributes
 * @returns {boolean} whether nodes may have inherited what it was; data are for the node alone
 */
function clean(attributes) {
  let changed = false;
  for (const name of Object.keys(attributes)) {
    const given = String(attributes[name]);
    const value = harmless(name, given);
    if (value === given) continue;
    if (value === null) delete attributes[name];
    else attributes[name] = value;
    if (!name.startsWith("data-")) changed = true;
  }
  return changed;
}

/**
 * Ends in an error for a formula too large to be explored, in which speech would not find its way.
 * @param {any} root
 */
export const checkExplorable = (root) => checkSize(root, MOST_EXPLORED);

/** @param {any} root @param {number} most */
function checkSize(root, most) {
  let nodes = 0;
  root.walkTree(() => {
    if ((nodes += 1) > most) throw new Error(`more than ${most} parts`);
  });
}

/**
 * Words that appear under the mouse are all that may act. By default it is a toggle, which would
 * draw itself anew where MathJax keeps no record of it, and a formula that appears would be cut
 * off at the box of the first one.
 * @param {any} node @param {any} attributes
 */
const isTip = (node, attributes) =>
  attributes.actiontype === "tooltip" && node.childNodes[1]?.kind === "mtext";

/**
 * Ends in an error for a drawing so deep that its layout would end the tab.
 * @param {Element} drawing not in the page yet
 */
export function checkDepth(drawing) {
  /** @type {Element[]} */ let level = [drawing];
  for (let depth = 0; level.length; depth += 1) {
    if (depth > DEEPEST) throw new Error(`nested deeper than ${DEEPEST} levels`);
    level = level.flatMap((each) => [...each.children]);
  }
}

/** What may stay of an attribute; null for nothing. @param {string} name @param {string} value */
function harmless(name, value) {
  if (name === "actiontype") return value === "tooltip" ? value : null;
  if (name === "scriptlevel") return LEVEL.test(value) ? value : null;
  if (name === "style") return styleOf(value) || null;
  if (/^math(?:color|background)$/.test(name)) return value; // see `readable`
  if (Object.hasOwn(BOUNDS, name)) return eachWord(value, (part) => lengthWithin(part, BOUNDS[name]));
  return WORDS.has(name) && WORD.test(value) ? value : null;
}

/** @param {string} style */
function styleOf(style) {
  const kept = style.split(";").flatMap((declaration) => {
    const [property, value = ""] = declaration.split(":", 2).map((part) => part.trim());
    const found = SIDE.exec(property.toLowerCase());
    const words = found && eachWord(value, (part) => styleWord(part, STYLES[found[1]]));
    return words ? [`${property}: ${words}`] : [];
  });
  return kept.join(";");
}

/** @param {string} word @param {[number, number]} bounds */
const styleWord = (word, bounds) =>
  LINE.test(word) || /^(?:#[\da-f]{3,8}|[a-z]{3,20})$/i.test(word) ? word : lengthWithin(word, bounds);

/**
 * The same for each word of a list; null if one of them may not stay.
 * @param {string} value @param {(part: string) => string | null} judge
 */
function eachWord(value, judge) {
  const parts = value.trim().split(/\s+/).map(judge);
  return parts.includes(null) ? null : parts.join(" ");
}

/**
 * The length, or the nearest one within bounds; shares of something are bounded as so many em.
 * @param {string} text @param {[number, number]} bounds @returns {string | null}
 */
function lengthWithin(text, [least, most]) {
  const [, sign, digits, unit = ""] = LENGTH.exec(text) ?? [];
  if (sign === undefined) return NAMED.test(text) ? text : null;
  if (!digits || digits === ".") return /^(?:width|height|depth)$/.test(text) ? text : null;
  const one = unit === "%" ? 0.01 : (EM[/** @type {"em"} */ (unit)] ?? 1);
  const size = Number(sign + digits) * one;
  const near = Math.min(Math.max(size, least), most);
  if (near === size) return text;
  const plus = near > 0 && sign ? sign : "";
  return `${plus}${+(near / one).toFixed(4)}${unit}`;
}
