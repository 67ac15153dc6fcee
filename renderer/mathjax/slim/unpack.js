// @ts-check
/** Tables of MathJax as hatch_bundle.mjs packs them: numbers that are near each other, in rows. */

/** What a number is written as in a {@link Row}: the character with this code more, so that the
 * frequent ones take two bytes, and none of them is one that text has to escape. */
export const SHIFT = 1120;

/** Numbers, each as one character. @typedef {string} Row */

/**
 * Letters of a font, in columns over all its variants; lengths in thousandths of an em.
 * @typedef {object} Packed
 * @property {[variant: string, count: number][]} counts how many letters each variant has
 * @property {Row} codes each less the one before
 * @property {Row[]} sizes height, depth, width
 * @property {Row[]} more what there is of skew and of italic correction
 * @property {Record<number, object>} rest what else there is to a letter, by its place
 */

/** As MathJax has them, by variant and code. @param {Packed} packed */
export function unpackedLetters({ counts, codes, sizes, more, rest }) {
  const steps = numbersIn(codes);
  const lengths = [...sizes, ...more].map((row) => numbersIn(row).map((number) => number / 1000));
  /** @type {Record<string, Record<number, any[]>>} */ const variants = {};
  let at = 0;
  for (const [name, count] of counts) {
    /** @type {Record<number, any[]>} */ const letters = (variants[name] = {});
    for (let code = 0, end = at + count; at < end; at += 1) {
      code += steps[at];
      const [height, depth, width, sk, ic] = lengths.map((column) => column[at]);
      letters[code] = [height, depth, width];
      if (sk || ic || rest[at]) {
        letters[code].push({ ...(sk && { sk }), ...(ic && { ic }), ...rest[at] });
      }
    }
  }
  return variants;
}

/** @param {Row} row */
const numbersIn = (row) => Array.from(row, (letter) => Number(letter.codePointAt(0)) - SHIFT);

/**
 * MathJax's dictionary of operators: for each form rows of a definition, the operators of one
 * character that share it, as one string, and the others.
 * @param {Record<string, [any, ...string[]][]>} packed
 */
export function unpackedOperators(packed) {
  /** @type {Record<string, Record<string, any>>} */ const table = {};
  for (const [form, rows] of Object.entries(packed)) {
    table[form] = {};
    for (const [definition, single, ...others] of rows) {
      for (const operator of [...single, ...others]) table[form][operator] = definition;
    }
  }
  return table;
}
