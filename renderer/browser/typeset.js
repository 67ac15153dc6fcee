// @ts-check
/**
 * The page that typesets formulas for a program, with the client's own typesetter, and gives an
 * account of each. renderer/browser/typeset.py opens it and hands it batches.
 *
 * Every formula that is measured is drawn in two rooms, whose fonts differ in their x-height:
 * mathematics scales with it, text in other fonts does not.
 */

import { MathJaxTypesetter } from "../client/mathjax.js";
import { BadFormula } from "../client/queue.js";
import { boxOf, reveal, stage } from "../client/states.js";
import { rowIn } from "../mathjax/segments.js";

/** @typedef {{tex: string, display: boolean, mathml: boolean}} Formula */
/** @typedef {import("../client/states.js").Drawing} Drawing */
/** @typedef {{wrapper: HTMLElement, drawing: Drawing}} Shown */
/** @typedef {{error?: string, offset?: number, fault?: string, shown: Shown[]}} Drawn */

const SLICE = 200; // milliseconds, after which a batch is told as far as it came
const ABSOLUTE = /\d\s*(?:px|in|cm|mm)/;
const OURS = /\bMJX-(?!\w+-ZERO)[\w-]+/;

const typesetter = new MathJaxTypesetter({
  mathjax: new URL("../mathjax/vendor/", import.meta.url).href,
});
const rooms = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".room")]);

/** The reader of the formula that is being typeset, which knows how far it came.
 * @type {any} */
let reader = null;

/** How much larger mathematics is in the second room. */
let growth = 1;

/** Load the fonts of the rooms and MathJax, and hear of every reader that begins. */
async function prepare() {
  await Promise.all(["low", "high"].map((family) => document.fonts.load(`16px ${family}`)));
  const [low, high] = ratios();
  growth = high / low;
  await typesetter.draw(rooms[0].appendChild(wrapperOf({ tex: "x", display: false, mathml: false })));
  rooms[0].lastElementChild?.remove();
  const { prototype } = /** @type {any} */ (globalThis).MathJax._.input.tex.ParseOptions.default;
  const { pushParser } = prototype;
  prototype.pushParser = function (/** @type {any} */ parser) {
    if (!this.parsers.length) reader = parser;
    pushParser.call(this, parser);
  };
}

/** Ex per em in each room. */
function ratios() {
  return rooms.map((room) => {
    const { height } = /** @type {Element} */ (room.firstElementChild).getBoundingClientRect();
    return height / 100 / emOf(room);
  });
}

/** @param {Element} element in pixels */
const emOf = (element) => parseFloat(getComputedStyle(element).fontSize);

/**
 * An account of the first of these formulas: of as many as a slice of time allows.
 * @param {Formula[]} formulas @param {boolean} measured
 */
async function run(formulas, measured) {
  const used = measured ? rooms : rooms.slice(0, 1);
  const wrappers = formulas.map((formula) => used.map((room) => room.appendChild(wrapperOf(formula))));
  try {
    typesetter.prepare(wrappers.flat());
    /** @type {Drawn[]} */ const drawn = [];
    const end = performance.now() + SLICE;
    while (drawn.length < formulas.length && (!drawn.length || performance.now() < end)) {
      drawn.push(await /** @type {any} */ (globalThis).draw(formulas[drawn.length], wrappers[drawn.length]));
    }
    typesetter.finish();
    if (measured) await layOut(drawn.flatMap(({ shown }) => shown));
    return drawn.map((each, index) => account(each, formulas[index], measured));
  } finally {
    for (const wrapper of wrappers.flat()) wrapper.remove();
  }
}

/** @param {Formula} formula @param {HTMLElement[]} wrappers @returns {Promise<Drawn>} */
async function draw(formula, wrappers) {
  reader = null;
  /** @type {Shown[]} */ const shown = [];
  try {
    for (const wrapper of wrappers) {
      const first = shown[0]?.drawing;
      const drawing = first && isScalable(first, formula) ? scaled(first) : await drawingOf(wrapper);
      shown.push({ wrapper, drawing });
    }
    return { shown };
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    if (error instanceof BadFormula) return { error: message, offset: reader?.i ?? 0, shown: [] };
    return { fault: message, shown: [] };
  }
}

/** @param {HTMLElement} wrapper */
const drawingOf = async (wrapper) => typesetter.drawNow(wrapper) ?? (await typesetter.draw(wrapper));

/**
 * Is the drawing for the other room this one made larger? Not if text of other fonts or lengths
 * of the screen are in it, for which MathJax has to place everything anew.
 * @param {Drawing} drawing @param {Formula} formula
 */
function isScalable({ node }, { tex }) {
  return !ABSOLUTE.test(tex) && !node.querySelector("mjx-utext");
}

/** A copy for the second room. @param {Drawing} drawing @returns {Drawing} */
function scaled(drawing) {
  const node = /** @type {HTMLElement} */ (drawing.node.cloneNode(true));
  node.style.fontSize = `${parseFloat(node.style.fontSize) * growth}%`;
  return { ...drawing, node };
}

/** @param {Formula} formula as the server writes it, empty */
function wrapperOf({ tex, display }) {
  const wrapper = document.createElement(display ? "div" : "span");
  wrapper.className = `math ${display ? "display" : "inline"}`;
  wrapper.setAttribute("data-tex", tex);
  return wrapper;
}

/** Put all drawings where the client would, and wait for their fonts. @param {Shown[]} shown */
async function layOut(shown) {
  const math = document.createElement("math");
  for (const { wrapper, drawing } of shown) {
    stage(wrapper, { ...drawing, math: () => /** @type {Element} */ (math.cloneNode()) });
    reveal(wrapper);
    const base = document.createElement("span"); // stands on the baseline, as all in the box
    boxOf(wrapper)?.append(base);
  }
  document.body.getBoundingClientRect(); // asks for the fonts
  await document.fonts.ready;
}

/** @param {Drawn} drawn @param {Formula} formula @param {boolean} measured */
function account({ shown, ...problem }, { mathml, display }, measured) {
  if (!shown.length || !measured) return problem;
  return {
    lengths: shown.map(lengths),
    mathml: mathml ? new XMLSerializer().serializeToString(shown[0].drawing.math()) : "",
    letters: lettersIn(shown[0].drawing.node),
    ...(display ? {} : pieces(shown)),
  };
}

/** Width, height and depth of what the box holds, in em. @param {Shown} shown */
function lengths({ wrapper, drawing: { node, full } }) {
  const { width, height, bottom } = node.getBoundingClientRect();
  const base = /** @type {Element} */ (node.nextElementSibling).getBoundingClientRect().bottom;
  const least = full ? parseFloat(getComputedStyle(node).minWidth) : 0; // it is as wide as the line
  const em = emOf(/** @type {Element} */ (boxOf(wrapper)));
  return [least || width, height, bottom - base].map((length) => length / em);
}

/**
 * Where an inline formula could go on in the next line, and the sizes of what is between: width
 * up to the next piece, height above the baseline and depth below it, in em.
 * @param {Shown[]} shown
 */
function pieces(shown) {
  const [{ drawing }] = shown;
  const signs = drawing.signs?.() ?? [];
  const count = rowIn(drawing.node)?.children.length ?? 0;
  const ends = signs.flatMap(({ end, breaks }) => (breaks ? end : []));
  if (!ends.length) return {};
  return { signs, count, pieces: shown.map((each) => piecesIn(each, [...ends, count])) };
}

/** @param {Shown} shown @param {number[]} ends */
function piecesIn({ wrapper, drawing: { node } }, ends) {
  const em = emOf(/** @type {Element} */ (boxOf(wrapper)));
  const rects = [.../** @type {Element} */ (rowIn(node)).children].map(rectOf);
  const base = rectOf(/** @type {Element} */ (node.nextElementSibling)).bottom;
  const { left, right } = rectOf(node);
  return ends.map((end, index) => {
    const inside = rects.slice(index ? ends[index - 1] : 0, end);
    const from = index ? inside[0].left : left;
    const to = end < rects.length ? rects[end].left : right;
    const above = base - Math.min(...inside.map(({ top }) => top));
    const below = Math.max(...inside.map(({ bottom }) => bottom)) - base;
    return [to - from, above, below].map((length) => length / em);
  });
}

/** @param {Element} element */
const rectOf = (element) => element.getBoundingClientRect();

/** The characters that are drawn, by font family. @param {Element} drawing */
function lettersIn(drawing) {
  /** @type {Record<string, string>} */ const letters = {};
  for (const each of drawing.querySelectorAll("[data-c], mjx-c")) {
    const family = OURS.exec(getComputedStyle(each).fontFamily)?.[0];
    const text = each.getAttribute("data-c") ?? each.textContent ?? "";
    if (family) letters[family] = (letters[family] ?? "") + text.replaceAll("\n", "");
  }
  return letters;
}

const ready = prepare().then(
  () => "",
  (error) => String(error.message),
);
Object.assign(globalThis, { ready, run, ratios, draw });
