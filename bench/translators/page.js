// @ts-check
/**
 * What the harness does inside a page, the same in every browser: `readThrough` behaves as a
 * reader does, and `inventory` says what there is to see.
 */

/**
 * Selectors of formulas, of what is drawn inside one, of formulas still to come, and of elements
 * that no translator has to translate.
 * @typedef {{ formula: string, drawing: string, pending: string, optedOut: string }} Selectors
 *
 * A formula's place is its block, the elements between, and how many letters of the block's prose
 * stand before it. `drawing` is what is seen of it; the MathML beside that may be written in other
 * ways (MathJax makes it anew where it was damaged), so of what is `read` it is only said whether
 * it is there and free of translated characters.
 * @typedef {{ tex: string | null, drawing: string, read: string, block: number, path: string,
 *             letters: number, gaps: (Gap | null)[] }} Formula
 *
 * Does the source have a space beside a formula, and is there a gap to be seen, or the end of
 * the line?
 * @typedef {{ spaced: boolean, seen: boolean }} Gap
 */

// A block is one of these with prose of its own: text whose nearest block it is.
const BLOCKS = "p,li,h1,h2,h3,h4,h5,h6,td,th,dt,dd,blockquote,figcaption,summary,caption,div,body";
const NOISE = / (?:ctxtmenu_counter|data-moz-translations-id|id)="[^"]*"/g; // differs at every load
const TRANSLATED = /[\u10d0-\u10f0\uff3c-\uff5d]/; // what letters.js writes

/**
 * Scroll from top to bottom and wait at every screen until what is visible is `typeset` and
 * `translated`, as far as that is asked for; tells what was still missing when time was up.
 * @param {Selectors & { typeset: boolean, translated: boolean, patience: number }} wanted
 *   patience: milliseconds, in all
 * @returns {Promise<string>}
 */
async function readThrough(wanted) {
  const end = performance.now() + wanted.patience;
  const pause = () => new Promise((done) => setTimeout(done, 30));
  const late = [];
  for (let y = 0; ; y += innerHeight / 2) {
    scrollTo(0, y);
    await pause();
    let still = missing(wanted);
    for (; still && performance.now() < end; still = missing(wanted)) await pause();
    if (still) late.push(still);
    if (y + innerHeight >= document.documentElement.scrollHeight) break;
  }
  scrollTo(0, 0);
  await pause();
  return late.slice(0, 3).join("; ");
}

/** @param {Selectors & { typeset: boolean, translated: boolean }} wanted @returns {string} */
function missing({ pending, optedOut, typeset, translated }) {
  const formulas = typeset ? [...document.querySelectorAll(pending)].filter(isVisible) : [];
  if (formulas.length) return `${formulas.length} formulas untypeset`;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (translated && texts.nextNode()) {
    const { nodeValue, parentElement } = texts.currentNode;
    const left = nodeValue?.replace(/[\u10d0-\u10f0]/g, "") ?? "";
    if (!/\p{L}/u.test(left) || !parentElement || parentElement.closest(optedOut)) continue;
    if (isVisible(parentElement)) return `untranslated: ${nodeValue}`;
  }
  return "";
}

/** @param {Element} element */
function isVisible(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight && bottom > top;
}

/**
 * Formulas, and blocks with prose, both in the order of the document.
 * @param {Selectors} wanted
 * @returns {{ formulas: Formula[], blocks: { name: string, prose: string }[] }}
 */
function inventory(wanted) {
  const survey = new Survey(wanted);
  const parts = NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT;
  const nodes = document.createTreeWalker(document.body, parts);
  while (nodes.nextNode()) survey.visit(nodes.currentNode);
  survey.measureGaps();
  const blocks = survey.blocks.filter(({ prose }) => lettersIn(prose));
  const said = blocks.map(({ element, prose }) => ({ name: element.localName, prose }));
  return { formulas: survey.formulas, blocks: said };
}

/** @param {string} text */
const lettersIn = (text) => text.match(/\p{L}/gu)?.length ?? 0;

class Survey {
  /** @type {Formula[]} */ formulas = [];
  /** @type {Element[]} */ elements = []; // those of the formulas

  /** @param {Selectors} wanted */
  constructor({ formula, drawing, optedOut }) {
    this.selectors = { formula, drawing };
    this.noProse = `${optedOut},${formula}`;
    this.other = `${optedOut},br,img,input`;
    const all = [...document.body.querySelectorAll(BLOCKS), document.body];
    /** Texts, formulas and whatever else is no prose stand in `items`, in order.
     * @type {{ element: Element, prose: string, items: (Text | Element)[] }[]} */
    this.blocks = all
      .filter((element) => !element.closest(optedOut))
      .map((element) => ({ element, prose: "", items: [] }));
    this.numbers = new Map(this.blocks.map(({ element }, number) => [element, number]));
  }

  /** @param {Node} node the next one in the document */
  visit(node) {
    const [number, path] = this.placeOf(node);
    const block = this.blocks[number];
    if (node instanceof Text) {
      if (node.parentElement?.closest(this.noProse)) return;
      block.prose += node.data;
      if (node.data.trim()) block.items.push(node);
    } else if (node instanceof Element && node.matches(this.selectors.formula)) {
      const place = { block: number, path, letters: lettersIn(block.prose), gaps: [] };
      this.formulas.push({ ...this.looksOf(node), ...place });
      this.elements.push(node);
      block.items.push(node);
    } else if (node instanceof Element && node.matches(this.other)) {
      block.items.push(node);
    }
  }

  /** @param {Node} node @returns {[number, string]} its block, and the elements between */
  placeOf(node) {
    const names = [];
    let element = node.parentElement;
    for (; element && !this.numbers.has(element); element = element.parentElement) {
      names.push(element.localName);
    }
    return [this.numbers.get(element ?? document.body) ?? 0, names.join(" ")];
  }

  /** @param {Element} formula */
  looksOf(formula) {
    const drawings = [...formula.querySelectorAll(this.selectors.drawing)];
    const html = drawings.map((each) => each.outerHTML).join("") || formula.outerHTML;
    const maths = formula.querySelectorAll(":scope > .math-box > math").length;
    const isDamaged = TRANSLATED.test(formula.textContent ?? "");
    return {
      tex: formula.getAttribute("data-tex"),
      drawing: html.replace(NOISE, ""),
      read: isDamaged ? "translated" : `${maths} math`,
    };
  }

  /** After the walk, since it asks for the layout. */
  measureGaps() {
    this.formulas.forEach((formula, number) => {
      const element = this.elements[number];
      if (element.matches(".display, [display=true]")) return;
      const { items } = this.blocks[formula.block];
      const at = items.indexOf(element);
      formula.gaps = [
        this.gap(element, items[at - 1], false),
        this.gap(element, items[at + 1], true),
      ];
    });
  }

  /** Null beside another formula, code, or the edge of the block.
   * @param {Element} element @param {Text | Element | undefined} beside @param {boolean} after
   * @returns {Gap | null} */
  gap(element, beside, after) {
    if (!(beside instanceof Text)) return null;
    const at = after ? beside.data.search(/\S/) : beside.data.trimEnd().length - 1;
    const range = document.createRange();
    range.setStart(beside, at);
    range.setEnd(beside, at + 1);
    const glyph = [...range.getClientRects()].find((rect) => rect.width);
    const drawn = element.querySelector(this.selectors.drawing)?.parentElement ?? element;
    const box = drawn.getBoundingClientRect();
    if (!glyph || !box.width) return null;
    const mark = after ? "math-sr" : "math-sl";
    const spaced = element.classList.contains(mark) || (after ? /^\s/ : /\s$/).test(beside.data);
    const onOtherLine = Math.min(glyph.bottom, box.bottom) <= Math.max(glyph.top, box.top);
    const distance = Math.max(box.left - glyph.right, glyph.left - box.right);
    return { spaced, seen: onOtherLine || distance > 1.5 };
  }
}
