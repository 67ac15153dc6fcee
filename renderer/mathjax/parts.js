// @ts-check
/**
 * Which files a formula needs besides the core of the slim bundle, read off its commands, so that
 * they are asked for together and early. A hint: what it misses, MathJax asks for later.
 */

import { calledBy, callsOf, extensionsFor } from "./packages.js";

/** File below MathJax's folder, then what calls for it: commands, and environments as `{name}`. */
const HINTS = `
slim/tables.js: {array} {matrix} {pmatrix} {bmatrix} {Bmatrix} {vmatrix} {Vmatrix} {smallmatrix}
  {cases} {dcases} {rcases} {aligned} {alignedat} {align} {align*} {alignat} {alignat*} {flalign}
  {flalign*} {gathered} {gather} {gather*} {split} {multline} {multline*} {equation} {equation*}
  {eqnarray} {eqnarray*} {subarray} {CD} substack tag matrix pmatrix cases
slim/frames.js: boxed fbox cancel bcancel xcancel cancelto enclose
slim/rare.js: sideset prescript cfrac over atop choose raise lower rule
slim/bold.js: boldsymbol bm
slim/letters.js: mathsf textsf mathtt texttt
fonts/mathjax-newcm-font/chtml/dynamic/double-struck.js: mathbb Bbb mathbbm mathds
fonts/mathjax-newcm-font/chtml/dynamic/calligraphic.js: mathcal cal
fonts/mathjax-newcm-font/chtml/dynamic/fraktur.js: mathfrak frak
fonts/mathjax-newcm-font/chtml/dynamic/script.js: mathscr scr`;

const FILES = callsOf(HINTS);

/** Files below MathJax's folder. @param {string} tex @returns {string[]} */
export function filesFor(tex) {
  const packages = extensionsFor(tex).map((name) => `slim/tex-${name}.js`);
  return [...packages, ...calledBy(tex, FILES)];
}
