// @ts-check
/**
 * The fake language model. It changes every letter and every character that is special in TeX,
 * CJK and mathematical alphanumerics included, so that nothing it touches stays as it was.
 *
 * What is in the target language already stays, and a detour leads to the same words
 * (`hy(ka(x)) === hy(x)`), so what is expected never depends on who came first.
 */

/** @typedef {"ka" | "hy"} Language */

/** First letter and number of letters. @type {Record<Language, [number, number]>} */
const ALPHABETS = { ka: [0x10d0, 33], hy: [0x561, 33] };
const CHANGED = /[\p{L}\p{M}\\^_{}$&#%~]/gu;

/** @param {string} text @param {Language} language @returns {string} */
export function translated(text, language) {
  const [first, size] = ALPHABETS[language];
  return text.replace(CHANGED, (letter) =>
    String.fromCodePoint(first + (indexOf(/** @type {number} */ (letter.codePointAt(0))) % size)),
  );
}

/** @param {string} text */
export const hasLetters = (text) => text.search(CHANGED) >= 0;

/** Is there nothing left of another language? @param {string} text @param {Language} language */
export const isIn = (text, language) => translated(text, language) === text;

/** @param {number} code @returns {number} the same for all alphabets of ours */
function indexOf(code) {
  for (const [first, size] of Object.values(ALPHABETS)) {
    if (code >= first && code < first + size) return code - first;
  }
  return code;
}
