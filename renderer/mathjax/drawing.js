// @ts-check
/** From MathJax's item to what goes into the page. */

import { checkDepth, checkExplorable } from "./guard.js";
import { signsIn } from "./segments.js";

/** @typedef {import("../client/states.js").Drawing} Drawing */

const ASIDE = "data-frame"; // what `style` is called for a moment

/**
 * @param {any} mathjax
 * @param {any} item typeset
 * @param {string} family the font of the text around it
 * @param {boolean} [spoken] does it speak? by default, if the reader's settings say so
 * @returns {Drawing}
 */
export function drawingOf(mathjax, item, family, spoken = isSpoken(mathjax.startup.document)) {
  const node = item.typesetRoot;
  node.querySelectorAll("mjx-utext").forEach((/** @type {HTMLElement} */ text) => {
    text.style.fontFamily = text.style.fontFamily.replace(/(?<!sans-)\bserif$/, family);
  });
  lettersToAttributes(node);
  if (spoken) node.tabIndex = -1; // stops.js makes stops of a few
  return {
    node,
    full: node.getAttribute("width") === "full",
    spoken,
    math: () => mathml(mathjax, item.root),
    signs: () => signsIn(item.root, node),
  };
}

/** Has the reader switched on what speaks and explores formulas? @param {any} page */
export const isSpoken = ({ options: { enableEnrichment, enableExplorer } }) =>
  Boolean(enableEnrichment && enableExplorer);

/**
 * Draw a formula by the steps of one of MathJax's pages.
 * @param {any} item @param {any} page @param {(action: any) => boolean} [wanted]
 */
export function draw(item, page, wanted = () => true) {
  for (const { item: action } of page.renderActions) {
    if (action.renderMath && wanted(action)) act(action, item, page);
  }
  checkDepth(item.typesetRoot); // enriched, a row may be as deep as it was long
}

/**
 * Enrichment writes the formula down and reads it again, and a strict content policy complains of
 * each `style` that is read, so meanwhile the borders of boxes have another name.
 * @param {any} action @param {any} item @param {any} page
 */
function act(action, item, page) {
  if (action.id !== "enrich") return action.renderMath(item, page);
  checkExplorable(item.root);
  rename(item.root, "style", ASIDE);
  action.renderMath(item, page);
  rename(item.root, ASIDE, "style");
}

/** @param {any} root @param {string} from @param {string} to */
function rename(root, from, to) {
  root.walkTree((/** @type {any} */ { attributes }) => {
    const value = attributes?.getExplicit(from);
    if (value === undefined) return;
    attributes.set(to, value);
    attributes.unset(from);
  });
}

/**
 * The css that the drawings so far need, in one element: put in again, it would lose its rules.
 * @param {any} mathjax
 */
export function addRules(mathjax) {
  const { document: page, output } = mathjax.startup;
  const sheet = output.styleSheet(page);
  if (!sheet.isConnected) document.head.append(sheet);
}

/**
 * The letters are drawn by css from `data-c`: to the pixel the same, and no text is left that a
 * translator, the browser's search or a selection could meet beside the MathML.
 * @param {Element} node
 */
function lettersToAttributes(node) {
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  /** @type {Text[]} */ const letters = [];
  while (walker.nextNode()) letters.push(/** @type {Text} */ (walker.currentNode));
  for (const letter of letters) {
    const parent = /** @type {Element} */ (letter.parentNode);
    if (!letter.data.trim() || parent.childNodes.length > 1) continue;
    parent.setAttribute("data-c", letter.data);
    letter.remove();
  }
}

/**
 * For a formula whose TeX the server could not turn into MathML.
 * @param {any} mathjax @param {any} root
 */
function mathml(mathjax, root) {
  const text = mathjax.startup.toMML(root).replaceAll("mlabeledtr", "mtr");
  const bare = text.replace(/ (?:style|data-[\w-]+)="[^"]*"/g, "");
  const parsed = new DOMParser().parseFromString(bare, "text/xml");
  return document.importNode(parsed.documentElement, true);
}
