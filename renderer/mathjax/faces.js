// @ts-check
/**
 * The fonts that the page declares itself, in slices (`fonts.css`; see renderer/fonts.py).
 *
 * MathJax adds a rule for each of its fonts when it first needs one. Coming later than the page's,
 * these would win, have the browser load whole files and lay out everything anew.
 */

/** A rule as MathJax keeps it. @typedef {{"font-family": string, src: string}} Rule */

/**
 * What the page does not declare itself of these fonts.
 * @param {Record<string, Rule>} fonts
 */
export function undeclared(fonts) {
  const known = new Set(Array.from(document.fonts, ({ family }) => nameOf(family)));
  const missing = Object.entries(fonts).filter(([, rule]) => !known.has(nameOf(rule["font-family"])));
  return Object.fromEntries(missing);
}

/**
 * Have MathJax leave out its rules for fonts that the page declares.
 * @param {any} output MathJax's, before it made its style sheet
 */
export function keepDeclaredFonts(output) {
  const data = output.font.constructor;
  const { addFontURLs } = data;
  data.addFontURLs = function (/** @type {[object, Record<string, Rule>, string]} */ ...given) {
    const [styles, fonts, url] = given;
    addFontURLs.call(this, styles, undeclared(fonts), url);
  };
}

/** A family as css compares it. @param {string} family */
const nameOf = (family) => family.replace(/["']/g, "").toLowerCase();
