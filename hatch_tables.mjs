// @ts-check
/**
 * MathJax's tables as hatch_bundle.mjs puts them into the slim bundle: the font's split into
 * letters that formulas are commonly made of and all others, and both packed, as is the
 * dictionary of operators. renderer/mathjax/slim/unpack.js is the other end.
 */

import { deepStrictEqual } from "node:assert/strict";
import { SHIFT, unpackedLetters, unpackedOperators } from "./renderer/mathjax/slim/unpack.js";

/** @typedef {import("./renderer/mathjax/slim/unpack.js").Packed} Packed */
/** @typedef {(number | [number, number])[]} Ranges */
/** @typedef {[file: string, variants: Record<string, Ranges>, delimiters: Ranges]} Part */
/** @typedef {Record<number, any>} Letters */

/**
 * The sizes of some letters by variant, delimiters, and in which parts of the font others are.
 * @typedef {{letters: Packed, delimiters: Letters, parts: Part[]}} Font
 */

/**
 * What is not among the common letters: delimiters, whole variants, letters of variants that are
 * common otherwise, and long ranges for which the font has no letters at all.
 * @typedef {object} Lacking
 * @property {number[]} delimiters
 * @property {string[]} variants
 * @property {Record<string, number[]>} chars
 * @property {[number, number][]} none
 */

/** Letters that nearly all formulas are made of: a matter of bytes, not of what can be drawn. */
const COMMON = new RegExp(
  `[${[
    " -~\\xA0§¨¯°±·×÷ıȷˆ-ˋ˘-˜Α-ωϑϕϖϱϵ", // ASCII, accents, Greek
    "\\u0300-\\u030C\\u0338\\u2009\\u200A–—―‖†…′-‴⁄⁗\\u2061-\\u2064\\u20D7ℏℎℓℵ",
    "←-↙↦↩↪⇀⇁⇄⇌⇐-⇕∀∂∃∄∅∆∇∈∉∋∏∐∑−∓∖∗∘∙√∝∞∠∣∤∥∦∧∨∩∪∫∬∭∮∴∵∼≃≅≈≍≐≔≜≠≡≢≤≥≦≧≪≫≮≯≲≳≺≻≼≽",
    "⊂⊃⊄⊆⊇⊈⊊⊋⊎⊏⊐⊑⊒⊓⊔⊕⊖⊗⊘⊙⊢⊣⊤⊥⊨⊲⊳⊴⊵⋀⋁⋂⋃⋄⋅⋆⋈⋮⋯⋰⋱⌈-⌋⎛-⎭⎷⏞⏟□△▽◯◻◼⟂⟨⟩⟵-⟺⟼⨀-⨂⩽⩾⪯⪰",
    "\\u{1D400}-\\u{1D49B}\\u{1D6A8}-\\u{1D6C0}\\u{1D6FC}-\\u{1D755}\\u{1D7CE}-\\u{1D7D7}", // bold, italic, both
  ].join("")}]`,
  "u",
);

/** Variants that only extensions and rare commands ask for. */
const RARE = /sans-serif|monospace|oldstyle|-bbold|-up(?:small|large)/;

/** A variant whose common letters are a chunk of their own: vectors and matrices in some fields. */
const BOLD = "bold-italic";

/** Parts of the font for alphabets that models like, so small that they stay MathJax's own. */
const NEAR = ["double-struck", "calligraphic", "fraktur", "script"];

const GAP = 512; // letters without a size, such as Chinese ones, that are looked for in vain

/** @param {number | string} code */
export const isCommon = (code) => COMMON.test(String.fromCodePoint(Number(code)));

/**
 * @param {any} stock MathJax's font
 * @returns {{common: Font & {lacking: Lacking}, bold: {letters: Packed}, others: Font}} a letter
 *   is, with most variants, in the one or in the other
 */
export function fontTables({ defaultChars, defaultDelimiters, dynamicFiles }) {
  const all = Object.values(dynamicFiles).map(
    ({ file, variants, delimiters }) => /** @type {Part} */ ([file, variants, delimiters]),
  );
  const [near, parts] = [true, false].map((is) => all.filter(([file]) => NEAR.includes(file) === is));
  /** @type {Record<string, Letters>} */ const here = {};
  /** @type {Record<string, Letters>} */ const there = {};
  for (const [name, letters] of Object.entries(defaultChars)) {
    [here[name], there[name]] = split(letters, RARE.test(name) ? () => false : isCommon);
  }
  const { [BOLD]: bold, ...ordinary } = here;
  const [delimiters, others] = split(defaultDelimiters, isCommon);
  const lacking = {
    delimiters: [...codesOf(others), ...parts.flatMap(([, , ranges]) => flat(ranges))],
    variants: Object.keys(there).filter((name) => RARE.test(name) && codesOf(there[name]).length),
    chars: lackingChars(here.normal, [...parts, ["", codesBy(there), []]]),
    none: gaps([...Object.values(defaultChars).map(codesOf), ...all.map(codesIn)].flat()),
  };
  return {
    common: { letters: packed(ordinary), delimiters, parts: near, lacking },
    bold: { letters: packed({ [BOLD]: bold }) },
    others: { letters: packed(there), delimiters: others, parts },
  };
}

/**
 * Letters that are common, but not those of these variants.
 * @param {Letters} common @param {Part[]} parts where they are
 */
function lackingChars(common, parts) {
  /** @type {Record<string, number[]>} */ const lacking = {};
  for (const [, variants] of parts) {
    for (const [name, ranges] of Object.entries(variants)) {
      if (RARE.test(name)) continue;
      const codes = flat(ranges).filter((code) => code in common);
      if (codes.length) (lacking[name] ??= []).push(...codes);
    }
  }
  return lacking;
}

/** @param {Record<string, Letters>} variants @returns {Record<string, Ranges>} */
const codesBy = (variants) =>
  Object.fromEntries(Object.entries(variants).map(([name, letters]) => [name, codesOf(letters)]));

/** @param {Ranges} ranges */
const flat = (ranges) =>
  ranges.flatMap((range) => {
    const [first, last] = Array.isArray(range) ? range : [range, range];
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });

/** @param {Part} part */
const codesIn = ([, variants]) => Object.values(variants).flatMap(flat);

/** @param {number[]} codes @returns {[number, number][]} long ranges without any of these */
function gaps(codes) {
  const sorted = [...new Set(codes)].sort((a, b) => a - b);
  return sorted.flatMap((code, index) => {
    const next = sorted[index + 1] ?? 0x110000;
    return next - code > GAP ? [/** @type {[number, number]} */ ([code + 1, next - 1])] : [];
  });
}

/** @param {Letters} letters @param {(code: string) => boolean} test @returns {[Letters, Letters]} */
function split(letters, test) {
  const entries = Object.entries(letters);
  return [
    Object.fromEntries(entries.filter(([code]) => test(code))),
    Object.fromEntries(entries.filter(([code]) => !test(code))),
  ];
}

/** @param {Letters} letters */
const codesOf = (letters) => Object.keys(letters).map(Number);

/** @param {Record<string, Letters>} variants @returns {Packed} */
function packed(variants) {
  const rows = Object.entries(variants).filter(([, letters]) => codesOf(letters).length);
  const letters = rows.flatMap(([, row]) => Object.values(row));
  const column = (/** @type {(letter: any) => number} */ of) =>
    rowOf(letters.map((letter) => Math.round((of(letter) ?? 0) * 1000)));
  /** @type {Packed} */ const result = {
    counts: rows.map(([name, row]) => [name, codesOf(row).length]),
    codes: rowOf(
      rows.flatMap(([, row]) => codesOf(row).map((code, at, all) => code - (all[at - 1] ?? 0))),
    ),
    sizes: [0, 1, 2].map((place) => column((letter) => letter[place])),
    more: ["sk", "ic"].map((name) => column((letter) => letter[3]?.[name])),
    rest: Object.fromEntries(
      letters.flatMap(([, , , { sk, ic, ...rest } = {}], at) =>
        Object.keys(rest).length ? [[at, rest]] : [],
      ),
    ),
  };
  deepStrictEqual(unpackedLetters(result), Object.fromEntries(rows));
  return result;
}

/** @param {number[]} numbers */
const rowOf = (numbers) => String.fromCodePoint(...numbers.map((number) => number + SHIFT));

/**
 * Operators that the core of the bundle can draw, and the others.
 * @param {Record<string, Record<string, any>>} table MathJax's dictionary of operators
 * @param {Font & {lacking: Lacking}} font what the core has
 */
export function splitOperators(table, { letters, lacking }) {
  const { normal } = unpackedLetters(letters);
  const isKnown = (/** @type {number} */ code) =>
    code in normal || lacking.none.some(([first, last]) => first <= code && code <= last);
  const [common, others] = [true, false].map((is) =>
    Object.entries(table).map(([form, operators]) => {
      const rows = Object.entries(operators).filter(
        ([name]) => Array.from(name, (letter) => Number(letter.codePointAt(0))).every(isKnown) === is,
      );
      return [form, Object.fromEntries(rows)];
    }),
  );
  return {
    common: operatorTable(Object.fromEntries(common)),
    others: operatorTable(Object.fromEntries(others)),
  };
}

/**
 * @param {Record<string, Record<string, any>>} table MathJax's dictionary of operators
 * @returns {Record<string, [any, ...string[]][]>}
 */
function operatorTable(table) {
  const forms = Object.entries(table).map(([form, operators]) => {
    /** @type {Map<string, string[]>} */ const rows = new Map();
    for (const [operator, definition] of Object.entries(operators)) {
      const key = JSON.stringify(definition);
      rows.set(key, [...(rows.get(key) ?? []), operator]);
    }
    return [form, Array.from(rows, ([key, names]) => operatorRow(JSON.parse(key), names))];
  });
  const result = Object.fromEntries(forms);
  deepStrictEqual(unpackedOperators(result), table);
  return result;
}

/** @param {any} definition @param {string[]} names @returns {[any, ...string[]]} */
function operatorRow(definition, names) {
  const isSingle = (/** @type {string} */ name) => [...name].length === 1;
  return [definition, names.filter(isSingle).join(""), ...names.filter((name) => !isSingle(name))];
}
