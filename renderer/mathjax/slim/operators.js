// @ts-check
/**
 * MathJax's dictionary of operators: at first those that common letters draw. The chunk "letters"
 * brings the others, as it brings what draws them.
 */

import { lacks, need } from "./chunks.js";
import { isKnown } from "./font.js";
import { unpackedOperators } from "./unpack.js";

/** Where operators are looked for that a table lacks. */
const others = new Proxy(
  {},
  {
    get(_, name) {
      if (lacks("letters") && !Array.from(String(name), codeOf).every(isKnown)) need("letters");
    },
  },
);

/** @param {string} letter */
const codeOf = (letter) => Number(letter.codePointAt(0));

/** As MathJax has it, by form and operator. @param {Parameters<typeof unpackedOperators>[0]} packed */
export function operatorTable(packed) {
  const table = unpackedOperators(packed);
  for (const operators of Object.values(table)) Object.setPrototypeOf(operators, others);
  return table;
}
