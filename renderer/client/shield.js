// @ts-check
/**
 * What comes from elsewhere and is not ready for translators.
 *
 * `shield` gives the formulas in foreign HTML (paper titles, abstracts) their wrappers before
 * anyone sees them. `gate` and `open` keep translators from text that is still being written.
 *
 *     list.append(shield(range.createContextualFragment(html)));
 */

import { marked, reset } from "./states.js";

const LEAVES =
  "code, kbd, samp, pre, script, style, textarea, template, noscript, math, svg, .math, .notranslate, [translate=no]";
const NAME = "\\{(?:equation|align|gather|multline|alignat|flalign|eqnarray)\\*?\\}";
const TOKEN = new RegExp(`\\\\(?:begin|end)${NAME}|\\\\[^]|\\$\\$?|[{}]|\\n\\s*\\n`, "g");
/** @type {Record<string, string>} */
const CLOSERS = { "\\(": "\\)", "\\[": "\\]", $: "$", $$: "$$" };
const FARTHEST = 1000; // tokens until the closer, so that unclosed openers cost no more
const LONGEST = 8000; // characters of a formula, as on the server
const MATHS = /[\\^_{}=<>\u0370-\u03ff\u2200-\u22ff]/;
const PROSE = /^\d[^]*\s[A-Za-z]{2}|[A-Za-z]{3}[^A-Za-z][^]*[A-Za-z]{3}/;

/** @typedef {{token: string, index: number}} Token */

/** A formula in a text: where it stands, and what it is.
 * @typedef {{start: number, end: number, tex: string, display: boolean}} Found */

/**
 * The same nodes, with each formula in a wrapper of its own. Call it before insertion.
 * @template {Element | DocumentFragment} T
 * @param {T} root @returns {T}
 */
export function shield(root) {
  root.normalize();
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(/** @type {Text} */ (walker.currentNode));
  const around = texts.map(({ data }) => data);
  texts.forEach((text, index) => {
    if (text.parentElement?.closest(LEAVES)) return;
    const sides = [around[index - 1] ?? "", around[index + 1] ?? ""];
    const parts = wrapped(text.data, sides);
    if (parts.length > 1) text.replaceWith(...parts);
  });
  return root;
}

/**
 * Keep translators from an element, for as long as it grows.
 * @template {Element} T @param {T} element @returns {T}
 */
export const gate = (element) => marked(element);

/**
 * Let them in: new elements take its place, since a translator that has seen an element once may
 * overlook that its marks went.
 * @param {Element} element that was gated
 * @param {...Element} fresh what is shown instead; without any, a copy without the marks
 */
export function open(element, ...fresh) {
  if (!fresh.length) {
    const copy = /** @type {Element} */ (element.cloneNode(true));
    copy.classList.remove("notranslate");
    copy.removeAttribute("translate");
    fresh.push(copy);
  }
  element.replaceWith(...fresh);
}

/** @param {string} text @param {string[]} sides the text before and after it @returns {(string | Element)[]} */
function wrapped(text, sides) {
  const parts = [];
  let at = 0;
  for (const { start, end, tex, display } of formulasOf(text)) {
    const wrapper = document.createElement("span");
    wrapper.className = `math ${display ? "display" : "inline"}`;
    wrapper.classList.toggle("math-sl", /\s$/.test(text.slice(0, start) || sides[0] || ""));
    wrapper.classList.toggle("math-sr", /^\s/.test(text.slice(end) || sides[1] || ""));
    wrapper.setAttribute("data-tex", tex);
    reset(marked(wrapper));
    parts.push(text.slice(at, start), wrapper);
    at = end;
  }
  return [...parts, text.slice(at)];
}

/**
 * From left to right; what turns out to be none costs its opener only.
 * @param {string} text @returns {Found[]}
 */
function formulasOf(text) {
  const found = [];
  const tokens = Array.from(text.matchAll(TOKEN), ({ 0: token, index }) => ({ token, index }));
  for (let at = 0; at < tokens.length; at += 1) {
    const last = closerOf(tokens, at);
    const formula = last && formulaOf(text, tokens[at], tokens[last]);
    if (!formula) continue;
    found.push(formula);
    at = last;
  }
  return found;
}

/**
 * The first closer outside braces, or else the first at all; for dollars the first dollar decides.
 * @param {Token[]} tokens @param {number} from @returns {number} 0 if there is none
 */
function closerOf(tokens, from) {
  const opener = tokens[from].token;
  const isLong = opener.startsWith("\\begin");
  const closer = isLong ? opener.replace("begin", "end") : CLOSERS[opener];
  let first = 0;
  let depth = 0;
  let nested = 1;
  for (let at = from + 1; closer && at < Math.min(tokens.length, from + FARTHEST); at += 1) {
    const { token } = tokens[at];
    if (token[0] === "\n" && !isLong) break;
    if (token === "{") depth += 1;
    else if (token === "}") depth -= 1;
    else if (token === closer) {
      first ||= at;
      nested -= 1;
      if (isLong ? !nested : depth < 1) return at;
    } else if (token === opener) nested += 1;
    else if (opener[0] === "$" && token[0] === "$" && depth < 1) return 0;
  }
  return opener[0] === "$" || isLong ? 0 : first;
}

/** @param {string} text @param {Token} opener @param {Token} closer @returns {Found | null} */
function formulaOf(text, opener, closer) {
  const start = opener.index;
  const end = closer.index + closer.token.length;
  const isLong = opener.token.startsWith("\\begin");
  const inside = isLong
    ? text.slice(start, end)
    : text.slice(start + opener.token.length, closer.index);
  const isText = opener.token === "$" && !isDollarMath(inside, text[end] ?? "");
  if (isText || !inside.trim() || text[start - 1] === "$") return null;
  if (inside.length > LONGEST) return null;
  return { start, end, tex: inside.trim(), display: !/^(\$|\\\()$/.test(opener.token) };
}

/** Money and prose are none. @param {string} inside @param {string} next */
const isDollarMath = (inside, next) =>
  !/^\s|\s$/.test(inside) && !/[\d$]/.test(next) && (MATHS.test(inside) || !PROSE.test(inside));
