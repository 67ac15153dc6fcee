// @ts-check
/**
 * The only place that changes a formula's state.
 *
 * A formula is its wrapper, `.math[data-tex]`. The state stands in the DOM, so that clones made
 * by translators and frameworks carry it along: no attribute (pending: native MathML or TeX is
 * shown), `data-math="typeset"` (MathJax's drawing is shown, the MathML is kept for assistive
 * technology, find and copy) or `data-math="failed"` (MathML or TeX is shown, with the reason).
 * `data-tex` is the truth; the children are disposable and can be made anew from it at any time.
 */

export const FORMULA = ".math[data-tex]";

/** What stays in a box for assistive technology, find and copy: the MathML, and the number that
 * MathML has no place for. */
const READ = "math, .math-num";

/** Those in view as MathJax made them, whose size was not known before. */
export const UNSIZED = ".math[data-math=typeset]:not(.math-sized)";

/**
 * What a typesetter hands over for one formula.
 * @typedef {object} Drawing
 * @property {HTMLElement} node   the visible output, built outside the document
 * @property {boolean} full       it wants the whole line, for a number at its edge
 * @property {boolean} spoken     it speaks for itself, so the MathML must not
 * @property {() => Element} math the same as MathML, made when asked for
 * @property {boolean} [flows]    it was cut into segments, and goes on in the next line
 * @property {() => import("../mathjax/segments.js").Sign[]} [signs] where it could be
 */

/** The node that a wrapper shows: the drawing, or what is read until then.
 * @type {WeakMap<Element, ChildNode>} */
const kept = new WeakMap();

/** The formula that a node is, or is in. @param {Node} node @returns {Element | null} */
export const enclosing = (node) =>
  (node instanceof Element ? node : node.parentElement)?.closest(FORMULA) ?? null;

/** @param {Element} wrapper @returns {string} */
export const texOf = (wrapper) => wrapper.getAttribute("data-tex") ?? "";

/** @param {Element} wrapper */
export const isDisplay = (wrapper) => wrapper.classList.contains("display");

/** @param {Element} wrapper */
export const isPending = (wrapper) => !wrapper.hasAttribute("data-math");

/** @param {Element} wrapper */
export const isTypeset = (wrapper) => wrapper.getAttribute("data-math") === "typeset";

/** Was it given up on through no fault of its own? @param {Element} wrapper */
export const isLeft = (wrapper) =>
  wrapper.getAttribute("data-math") === "failed" && !boxOf(wrapper)?.hasAttribute("data-reason");

/** Was its size measured at build? @param {Element} wrapper */
export const isSized = (wrapper) => wrapper.classList.contains("math-sized");

/** From now on it is as large as what it shows. @param {Element} wrapper */
export const release = (wrapper) => wrapper.classList.remove("math-sized");

/** @param {Element} wrapper @returns {HTMLElement | null} */
export const boxOf = (wrapper) => wrapper.querySelector(":scope > .math-box");

/** @param {Element | null} box @returns {HTMLElement | null} */
export const drawingIn = (box) => box && box.querySelector(":scope > .math-drawing");

/** The formula as an author would write it. @param {Element} wrapper @returns {string} */
export function source(wrapper) {
  const tex = texOf(wrapper);
  if (!isDisplay(wrapper)) return `\\(${tex}\\)`;
  const alone = /^\\begin\{(?:align|alignat|eqnarray|equation|flalign|gather|multline)\*?\}/;
  return alone.test(tex) ? tex : `\\[${tex}\\]`;
}

/**
 * Put the drawing into its box, still unseen: the MathML stays in view until {@link reveal}.
 * @param {Element} wrapper @param {Drawing} drawing
 * @param {boolean} [far] from the window, where browsers lay out only what they are told to
 */
export function stage(wrapper, drawing, far = false) {
  const box = boxOf(wrapper) ?? rebuild(wrapper);
  const math = box.querySelector(":scope > math") ?? marked(drawing.math());
  drawing.node.classList.add("math-drawing");
  marked(drawing.node);
  const read = [math, ...box.querySelectorAll(":scope > .math-num")];
  for (const each of [...read, drawing.node]) {
    const silent = drawing.spoken !== (each === drawing.node);
    if (silent) each.setAttribute("aria-hidden", "true");
    else each.removeAttribute("aria-hidden");
    if (silent) each.removeAttribute("tabindex"); // the keyboard may not go where no voice is
  }
  box.classList.toggle("math-full", drawing.full);
  box.classList.toggle("math-flow", !!drawing.flows);
  box.classList.toggle("math-far", far);
  box.removeAttribute("data-reason");
  if (math.parentNode !== box || drawingIn(box)) box.replaceChildren(...read);
  box.append(drawing.node);
  kept.set(wrapper, drawing.node);
}

/** Show what was staged. @param {Element} wrapper */
export const reveal = (wrapper) => wrapper.setAttribute("data-math", "typeset");

/** Take that back, before anyone saw it. @param {Element} wrapper */
export const veil = (wrapper) => wrapper.removeAttribute("data-math");

/**
 * The drawing is in view for good: what it replaces goes, but for the MathML and the equation's
 * number beside it.
 * @param {Element} wrapper
 */
export function settle(wrapper) {
  if (!isTypeset(wrapper)) reveal(wrapper);
  for (const child of [...(boxOf(wrapper)?.childNodes ?? [])]) {
    const stays = child instanceof Element && child.matches(READ);
    if (!stays && child !== kept.get(wrapper)) child.remove();
  }
  announce(wrapper, "typeset");
}

/**
 * Give up on one formula; what is readable stays.
 * @param {Element} wrapper
 * @param {string} reason what is wrong with the formula, or "" if nothing is
 */
export function fail(wrapper, reason) {
  const box = boxOf(wrapper) ?? rebuild(wrapper);
  if (reason) box.setAttribute("data-reason", reason);
  wrapper.setAttribute("data-math", "failed");
  announce(wrapper, "failed", reason);
}

/** Back to pending, showing the TeX until it is typeset. @param {Element} wrapper */
export function reset(wrapper) {
  wrapper.removeAttribute("data-math");
  kept.set(wrapper, /** @type {Element} */ (rebuild(wrapper).firstChild));
}

/** Remember what a wrapper shows, so that damage to it is noticed. @param {Element} wrapper */
export function adopt(wrapper) {
  const box = boxOf(wrapper);
  const shown = isTypeset(wrapper) ? drawingIn(box) : box?.firstChild;
  if (shown?.firstChild || shown?.nodeValue) kept.set(wrapper, shown);
}

/** Is a wrapper as we left it? @param {Element} wrapper */
export function isIntact(wrapper) {
  const box = boxOf(wrapper);
  return box !== null && kept.get(wrapper)?.parentNode === box;
}

/** @param {Element} wrapper @param {string} name @param {string} [reason] */
function announce(wrapper, name, reason) {
  const detail = { tex: texOf(wrapper), reason };
  wrapper.dispatchEvent(new CustomEvent(`mathward:${name}`, { bubbles: true, detail }));
}

/**
 * A new box with the TeX in it, as the server writes one where it has no MathML.
 * @param {Element} wrapper @returns {HTMLElement}
 */
function rebuild(wrapper) {
  const box = marked(document.createElement(wrapper.localName === "div" ? "div" : "span"));
  const text = marked(document.createElement("span"));
  box.classList.add("math-box");
  text.classList.add("math-tex");
  text.setAttribute("role", "math");
  text.textContent = source(wrapper);
  box.append(text);
  wrapper.replaceChildren(document.createComment(""), box);
  return box;
}

/**
 * Mark a node as none of a translator's business.
 * @template {Element} T @param {T} node @returns {T}
 */
export function marked(node) {
  node.classList.add("notranslate");
  node.setAttribute("translate", "no");
  return node;
}
