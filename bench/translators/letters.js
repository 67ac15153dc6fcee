// @ts-check
/**
 * The fake language model: every letter becomes one of another script (Georgian), and so do the
 * characters that TeX lives by, so that a formula that reaches a translator cannot survive it.
 * What is Georgian already stays, as a real model passes on what is in the target language.
 * `expected_letter` in judge.py says the same.
 *
 * @param {string} text @returns {string}
 */
function translated(text) {
  /** @type {Record<string, string>} */
  const specials = { "\\": "＼", "^": "＾", _: "＿", "{": "｛", "}": "｝", "&": "＆" };
  return text.replace(/\p{L}|[\\^_{}&]/gu, (letter) => {
    const code = letter.codePointAt(0) ?? 0;
    if (code >= 0x10d0 && code < 0x10f1) return letter;
    return specials[letter] ?? String.fromCodePoint(0x10d0 + (code % 33));
  });
}
