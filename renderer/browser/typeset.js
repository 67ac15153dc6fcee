// @ts-check
/**
 * The page that typesets formulas for a program: with the client's own typesetter, one after the
 * other, and an account of each. renderer/browser/typeset.py opens it and hears what it reports.
 */

import { MathJaxTypesetter } from "../client/mathjax.js";
import { BadFormula } from "../client/queue.js";
import { boxOf, drawingIn, settle, stage } from "../client/states.js";

/** @typedef {{tex: string, display: boolean}} Formula */

const typesetter = new MathJaxTypesetter({
  mathjax: new URL("../mathjax/vendor/", import.meta.url).href,
});

/** The reader of the formula that is being typeset, which knows how far it came.
 * @type {any} */
let reader = null;

/** Load MathJax and hear of every reader that begins. */
async function prepare() {
  await typesetter.draw(wrapperOf({ tex: "x", display: false }));
  const { prototype } = /** @type {any} */ (globalThis).MathJax._.input.tex.ParseOptions.default;
  const { pushParser } = prototype;
  prototype.pushParser = function (/** @type {any} */ parser) {
    if (!this.parsers.length) reader = parser;
    pushParser.call(this, parser);
  };
}

/** @param {Formula} formula @param {boolean} measured @returns {Promise<object>} */
async function typeset(formula, measured) {
  const wrapper = document.body.appendChild(wrapperOf(formula));
  reader = null;
  try {
    stage(wrapper, await typesetter.draw(wrapper));
    typesetter.finish();
    settle(wrapper);
    return measured ? await account(wrapper) : {};
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    if (error instanceof BadFormula) return { error: message, offset: reader?.i ?? 0 };
    return { fault: message };
  } finally {
    wrapper.remove();
  }
}

/** @param {Formula} formula as the server writes it, empty */
function wrapperOf({ tex, display }) {
  const wrapper = document.createElement(display ? "div" : "span");
  wrapper.className = `math ${display ? "display" : "inline"}`;
  wrapper.setAttribute("data-tex", tex);
  return wrapper;
}

/** Size in ex of the text around it, and MathML. @param {HTMLElement} wrapper */
async function account(wrapper) {
  const drawing = /** @type {HTMLElement} */ (drawingIn(boxOf(wrapper)));
  drawing.getBoundingClientRect(); // lays it out, which asks for its fonts
  await document.fonts.ready;
  const ruler = wrapper.appendChild(document.createElement("span"));
  Object.assign(ruler.style, { display: "inline-block", height: "1ex" });
  const ex = ruler.getBoundingClientRect();
  const { width, top, bottom } = (drawing.querySelector("mjx-math") ?? drawing).getBoundingClientRect();
  const least = parseFloat(getComputedStyle(drawing).minWidth); // of one as wide as the line
  return {
    width: (least || width) / ex.height,
    height: (ex.bottom - top) / ex.height,
    depth: (bottom - ex.bottom) / ex.height,
    mathml: wrapper.querySelector("math")?.outerHTML ?? "",
  };
}

/**
 * Typeset all of them; each is reported by its place in the list.
 * @param {Formula[]} formulas @param {boolean} measured
 */
async function run(formulas, measured) {
  const { report } = /** @type {any} */ (globalThis);
  await new Promise((go) => setTimeout(go)); // who called is answered before a formula can hang
  for (const [index, formula] of formulas.entries()) {
    void report(index, await /** @type {any} */ (globalThis).typeset(formula, measured));
  }
}

const ready = prepare().then(
  () => "",
  (error) => String(error.message),
);
Object.assign(globalThis, { ready, run, typeset });
