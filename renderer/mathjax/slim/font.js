// @ts-check
/**
 * MathJax's own font with the sizes of its common letters; the chunk "bold" brings those in bold
 * italics, "letters" all others and the names of the parts in which MathJax itself keeps more.
 */

import { ChtmlFontData } from "@mathjax/src/js/output/chtml/FontData.js";
import { CommonMathJaxNewcmFontMixin } from "@mathjax/mathjax-newcm-font/js/common.js";
import { delimiters, lacking, letters, parts, variantLetters } from "mathward:font";
import { undeclared } from "../faces.js";
import { need } from "./chunks.js";
import { unpackedLetters } from "./unpack.js";

const chars = unpackedLetters(letters);
const Base = /** @type {any} */ (CommonMathJaxNewcmFontMixin)(ChtmlFontData);

/** @typedef {import("./unpack.js").Packed} Packed */

const BOLD = "bold-italic";
const ZERO = "MJX-NCM-ZERO"; // has no letters, but the height that lines get
const families = Object.values(variantLetters).map((letter) => `MJX-NCM-${letter || "N"}`);

/** Does the core know all of a letter, be it that the font lacks it? @param {number} code */
export const isKnown = (code) =>
  code in chars.normal || lacking.none.some(([a, b]) => a <= code && code <= b);

export class Font extends Base {
  #isComplete = false;
  #isBold = false;

  /** @param {any} options */
  constructor(options) {
    super(options);
    this.cssFontPrefix = "NCM";
    this.addDynamicFontCss(families);
  }

  /** Only for families that the page does not declare itself.
   * @param {Record<string, object>} styles @param {Record<string, any>} fonts @param {string} url */
  static addFontURLs(styles, fonts, url) {
    super.addFontURLs(styles, undeclared(fonts), url);
  }

  /** @param {string} name of a variant @param {number} code */
  getChar(name, code) {
    if (!this.#isBold && name === BOLD) need("bold");
    if (!this.#isComplete && this.#lacks(name, code)) need("letters");
    return super.getChar(name, code);
  }

  /** @param {number} code */
  getDelimiter(code) {
    if (!this.#isComplete && lacking.delimiters.includes(code)) need("letters");
    return super.getDelimiter(code);
  }

  /** What the variant inherits may be another letter than it would have.
   * @param {string} name @param {number} code */
  #lacks(name, code) {
    const letters = this.variant[name].chars;
    if (Object.hasOwn(letters, code) || lacking.none.some(([a, b]) => a <= code && code <= b)) {
      return false;
    }
    const isCommon = !lacking.variants.includes(name) && code in this.variant.normal.chars;
    return !isCommon || lacking.chars[name]?.includes(code);
  }

  /** @param {Packed} letters */
  learnBold(letters) {
    this.#define(letters);
    this.#isBold = true;
  }

  /** @param {Packed} letters */
  #define(letters) {
    const variants = unpackedLetters(letters);
    for (const name in variants) this.defineChars(name, variants[name]);
  }

  /** @param {Pick<typeof import("mathward:font"), "letters" | "delimiters" | "parts">} others */
  learn(others) {
    const more = Font.defineDynamicFiles(others.parts);
    Object.assign(Font.dynamicFiles, more);
    this.#define(others.letters);
    this.defineDelimiters(others.delimiters);
    this.defineDynamicCharacters(more);
    this.#isComplete = true;
  }
}

/** @param {string} name @param {string} file */
const face = (name, file) => ({
  "font-family": name,
  src: `url("%%URL%%/${file}.woff2") format("woff2")`,
});

Object.assign(Font, {
  NAME: "MathJaxNewcm",
  defaultCssFamilyPrefix: ZERO,
  defaultVariantLetters: variantLetters,
  defaultDelimiters: delimiters,
  defaultChars: chars,
  defaultFonts: {
    "@font-face /* ZERO */": face(ZERO, "mjx-ncm-zero"),
    "@font-face /* BRK */": face("MJX-BRK", "mjx-ncm-brk"),
  },
  defaultStyles: {
    ...Base.defaultStyles,
    'mjx-container[jax="CHTML"] > mjx-math.NCM-N[breakable] > *': {
      "font-family": `${ZERO}, MJX-NCM-N`,
    },
  },
  dynamicFiles: Font.defineDynamicFiles(parts),
});
