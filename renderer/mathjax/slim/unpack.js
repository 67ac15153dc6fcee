// @ts-check
/** Tables of MathJax as hatch_bundle.mjs packs them: numbers that are near each other, in rows. */

/**
 * Letters of a font, in columns over all its variants; lengths in thousandths of an em.
 * @typedef {object} Packed
 * @property {[variant: string, count: number][]} counts how many letters each variant has
 * @property {number[]} codes each less the one before
 * @property {number[][]} sizes height, depth, width
 * @property {number[][]} more what there is of skew and of italic correction
 * @property {Record<number, object>} rest what else there is to a letter, by its place
 */

/** As MathJax has them, by variant and code. @param {Packed} packed */
export function unpackedLetters({ counts, codes, sizes, more, rest }) {
  /** @type {Record<string, Record<number, any[]>>} */ const variants = {};
  let at = 0;
  for (const [name, count] of counts) {
    /** @type {Record<number, any[]>} */ const letters = (variants[name] = {});
    for (let code = 0, end = at + count; at < end; at += 1) {
      code += codes[at];
      letters[code] = sizes.map((column) => column[at] / 1000);
      const [sk, ic] = more.map((column) => column[at] / 1000);
      if (sk || ic || rest[at]) {
        letters[code].push({ ...(sk && { sk }), ...(ic && { ic }), ...rest[at] });
      }
    }
  }
  return variants;
}

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
