// @ts-check
/**
 * What has to hold, whoever translated and whatever happened: the formulas are as the server and
 * the typesetter made them, and the prose is in the language that was asked for, or the original
 * byte for byte.
 */

import { isElement, isInlineLevel, isText } from "./dom.js";
import { translated } from "./language.js";

/** @typedef {import("./language.js").Language} Language */
/** @typedef {import("./translators.js").Mode} Mode */

export const BLOCK = "p, h1, h2, h3, h4, h5, h6, li, td, th, dd, dt";
export const OURS = ".math[data-tex], .math-ref";
const DRAWN = ".math-drawing";
const GAP = 1.5; // pixels: less is no space in any font that is set here
const HEALS = 13; // of one formula: twelve, and the first time that it is typeset

/**
 * What is known of a block before anyone touches it.
 * @typedef {object} Source
 * @property {string} prose its HTML without formulas and blocks in it
 * @property {string} text the letters in it
 * @property {string[]} formulas
 * @property {string[]} references
 * @property {boolean} lasting false for what the page copied when it was translated already
 * @property {boolean} missed a mode may leave it as it is
 */

/** @param {Element} block @param {boolean} [lasting] @returns {Source} */
export function sourceOf(block, lasting = true) {
  return {
    prose: proseOf(block),
    text: textOf(block),
    ...insidesOf(block),
    lasting,
    missed: false,
  };
}

/** The prose without what is ours and without inner blocks. @param {Element} block */
function bare(block) {
  const copy = /** @type {Element} */ (block.cloneNode(true));
  for (const inner of copy.querySelectorAll("[data-block], .math.display")) inner.remove();
  for (const each of copy.querySelectorAll(OURS)) each.replaceWith("\u2039\u203a");
  copy.removeAttribute("data-block");
  copy.classList.remove("bilingual-copy", "notranslate");
  copy.normalize();
  return copy;
}

/** @param {Element} block */
const proseOf = (block) => bare(block).outerHTML.replaceAll(' class=""', "");

/** @param {Element} block */
function textOf(block) {
  const copy = bare(block);
  copy.querySelectorAll("code").forEach((code) => code.remove());
  return (copy.textContent ?? "").replace(/[\s\u2039\u203a]/g, "");
}

/** @param {Element} block */
function insidesOf(block) {
  const own = [...block.querySelectorAll(OURS)].filter(
    (each) => each.closest("[data-block]") === block,
  );
  const of = (/** @type {string} */ selector) => own.filter((each) => each.matches(selector));
  return {
    formulas: of(".math").map((each) => each.getAttribute("data-tex") ?? ""),
    references: of(".math-ref").map((each) => each.textContent ?? ""),
  };
}

/**
 * Everything at once; what is wrong, in words.
 * @param {Element} page
 * @param {Map<string, Source>} sources
 * @param {{modes: Mode[], language: Language | null, drawing: Map<string, string>,
 *   loose: boolean}} told the modes that were on since the page was whole, the language that it is
 *   in now (null: the original), the drawings of the untranslated page, and whether the original
 *   may differ from what it was
 * @returns {string[]}
 */
export function problems(page, sources, told) {
  const found = [];
  for (const [id, source] of sources) {
    const blocks = [...page.querySelectorAll(`[data-block="${id}"]`)];
    const live = blocks.filter((block) => !block.matches(".bilingual-copy"));
    if (live.length !== 1) found.push(`block ${id} is there ${live.length} times`);
    for (const block of blocks) {
      const copied = block.matches(".bilingual-copy"); // of the original, or of what a first one left
      const expected = copied ? { ...told, language: null, loose: told.modes.length > 1 } : told;
      found.push(...inBlock(block, source, expected).map((what) => `${id}: ${what}`));
    }
  }
  for (const wrapper of page.querySelectorAll(".math[data-tex]")) {
    found.push(
      ...inFormula(wrapper, told.drawing).map(
        (what) => `${wrapper.getAttribute("data-tex")}: ${what}`,
      ),
    );
  }
  return [...found, ...gaps(page)];
}

/** @param {Element} block @param {Source} source @param {Parameters<typeof problems>[2]} told */
function inBlock(block, source, { modes, language, loose }) {
  const found = [];
  const now = insidesOf(block);
  const clones = modes.some((mode) => mode.clones);
  const moves = modes.some((mode) => mode.moves);
  if (!same(source.formulas, now.formulas, clones, moves)) {
    found.push(`formulas ${now.formulas.join(" | ")} in place of ${source.formulas.join(" | ")}`);
  }
  const empties = modes.some((mode) => mode.empties);
  if (!empties && !same(source.references, now.references, clones, moves)) {
    found.push(
      `references ${now.references.join(" | ")} in place of ${source.references.join(" | ")}`,
    );
  }
  if (!language && source.lasting && !loose && proseOf(block) !== source.prose) {
    found.push(`prose ${proseOf(block)} in place of ${source.prose}`);
  }
  if (
    language &&
    !source.missed &&
    !isTranslated(textOf(block), source.text, language, modes, loose)
  ) {
    found.push(`text ${textOf(block)} in place of ${translated(source.text, language)}`);
  }
  return found;
}

/**
 * Two translators at once may write words of one over the other's; all are in the language then.
 * @param {string} now @param {string} source @param {Language} language @param {Mode[]} modes
 * @param {boolean} loose
 */
function isTranslated(now, source, language, modes, loose) {
  const wanted = translated(source, language);
  const sorted = (/** @type {string} */ text) => [...text].sort().join("");
  if (loose && modes.some(({ prose }) => prose !== "order")) {
    return Boolean(now) === Boolean(wanted) && translated(now, language) === now;
  }
  if (modes.some(({ prose }) => prose === "least")) {
    return (
      translated(now, language) === now &&
      [...new Set(wanted)].every((letter) => now.includes(letter))
    );
  }
  if (modes.some(({ prose }) => prose === "bag")) return sorted(now) === sorted(wanted);
  return now === wanted;
}

/** @param {string[]} before @param {string[]} now @param {boolean} clones @param {boolean} moves */
function same(before, now, clones, moves) {
  if (clones)
    return before.every((each) => now.includes(each)) && now.every((each) => before.includes(each));
  if (moves) return [...before].sort().join("\n") === [...now].sort().join("\n");
  return before.join("\n") === now.join("\n");
}

/** @param {Element} wrapper @param {Map<string, string>} drawing */
function inFormula(wrapper, drawing) {
  const found = [];
  const box = wrapper.querySelector(":scope > .math-box");
  const drawn = [...wrapper.querySelectorAll(DRAWN)];
  if (wrapper.getAttribute("data-math") !== "typeset")
    found.push(`state ${wrapper.getAttribute("data-math")}`);
  if (wrapper.firstChild?.nodeType !== Node.COMMENT_NODE) found.push("no comment at its start");
  if (!box || drawn.length !== 1 || drawn[0]?.parentNode !== box)
    found.push(`${drawn.length} drawings`);
  else if (drawingOf(wrapper) !== drawing.get(keyOf(wrapper)))
    found.push(`drawing ${drawingOf(wrapper)}`);
  for (const each of [wrapper, ...wrapper.querySelectorAll(`.math-box, .math-tex, ${DRAWN}`)]) {
    if (!hasMarks(each)) found.push(`no marks on ${each.className}`);
  }
  const spoken = [...wrapper.querySelectorAll("math, [role=math]")].filter(
    (each) => !each.closest("[aria-hidden=true]"),
  );
  if (spoken.length !== 1) found.push(`${spoken.length} nodes for assistive technology`);
  const math = wrapper.querySelector("math");
  if (
    math &&
    !drawing
      .get(`math ${keyOf(wrapper)}`)
      ?.split("\0")
      .includes(math.innerHTML)
  ) {
    found.push(`MathML ${math.innerHTML}`);
  }
  if (wrapper.querySelector("[title], [alt]")) found.push("words in its attributes");
  return found;
}

/** @param {Element} element */
const hasMarks = (element) =>
  element.classList.contains("notranslate") && element.getAttribute("translate") === "no";

/** A formula is drawn by its TeX and its kind. @param {Element} wrapper */
export const keyOf = (wrapper) =>
  `${wrapper.classList.contains("display")} ${wrapper.getAttribute("data-tex")}`;

/** What is seen of a formula. @param {Element} wrapper */
export const drawingOf = (wrapper) => wrapper.querySelector(DRAWN)?.outerHTML ?? "";

/**
 * Where the source has a space beside a formula, one is seen.
 * @param {Element} page @returns {string[]}
 */
function gaps(page) {
  return [...page.querySelectorAll(".math-sl, .math-sr")].flatMap((each) => {
    if (!isInlineLevel(each) || each.matches(".display")) return [];
    const inner = each
      .querySelector(":scope > .math-box, :scope > .math-ref-text")
      ?.getBoundingClientRect();
    if (!inner?.width) return [];
    return [
      ...(each.matches(".math-sl") ? [gapTo(each, inner, "previousSibling")] : []),
      ...(each.matches(".math-sr") ? [gapTo(each, inner, "nextSibling")] : []),
    ].flatMap((gap) =>
      gap !== null && gap < GAP ? [`a gap of ${gap} px at ${each.outerHTML.slice(0, 120)}`] : [],
    );
  });
}

/**
 * Pixels between a formula and the letter beside it, if both stand in one line.
 * @param {Element} wrapper @param {DOMRect} box @param {"previousSibling" | "nextSibling"} side
 */
function gapTo(wrapper, box, side) {
  const text = lettersBeside(wrapper, side);
  const at = side === "nextSibling" ? text?.data.search(/\S/) : text?.data.search(/\S\s*$/);
  if (!text || at === undefined || at < 0) return null;
  const range = document.createRange();
  range.setStart(text, at);
  range.setEnd(text, at + 1);
  const letter = range.getBoundingClientRect();
  const apart = letter.bottom < box.top || letter.top > box.bottom;
  const gap = side === "nextSibling" ? letter.left - box.right : box.left - letter.right;
  return apart || gap < -2 ? null : gap;
}

/**
 * The text beside a formula in the same block, if nothing else stands between.
 * @param {Element} wrapper @param {"previousSibling" | "nextSibling"} side @returns {Text | null}
 */
function lettersBeside(wrapper, side) {
  /** @type {Node} */ let at = wrapper;
  for (;;) {
    while (!at[side]) {
      const parent = at.parentElement;
      if (!parent || !isInlineLevel(parent)) return null;
      at = parent;
    }
    at = /** @type {Node} */ (at[side]);
    while (isElement(at) && !at.matches(OURS) && at.firstChild) {
      at = /** @type {Node} */ (side === "nextSibling" ? at.firstChild : at.lastChild);
    }
    if (isText(at) && at.data.trim()) return at;
    if (isElement(at) && (at.matches(OURS) || !isInlineLevel(at))) return null;
  }
}

/** Formulas that were typeset more often than a fight may last. @param {Map<Element, number>} typeset */
export const fights = (typeset) =>
  [...typeset].flatMap(([each, count]) =>
    count > HEALS ? [`${each.getAttribute("data-tex")}: typeset ${count} times`] : [],
  );
