// @ts-check
/** How MathJax is configured: our files only, one formula at a time, nothing automatic. */

import { BASE } from "./packages.js";

/**
 * Where MathJax's files are.
 * @typedef {object} Source
 * @property {string} mathjax folder of the package `mathjax`, with a slash at its end
 * @property {string} fonts pattern of a font package's folder, `%s` for its name
 * @property {boolean} slim whether the slim bundle is there, too
 */

/** The parts of MathJax that every formula needs; more come as formulas ask for them. */
const PARTS = [
  "input/tex-base",
  ...BASE.slice(1, -1).map((name) => `[tex]/${name}`),
  "output/chtml",
];

/** What a reader sets in the menu is kept under this name by MathJax. */
const SAVED = "MathJax-Menu-Settings";

/**
 * The global `MathJax` before MathJax is there.
 * @param {Source} source
 * @param {() => void} ready called when all parts are loaded
 * @param {(error: Error) => void} failed called when one of them cannot be
 */
export function configuration({ mathjax, fonts }, ready, failed) {
  const font = (/** @type {string} */ name) => fonts.replace("%s", name);
  const menu = hasSavedSettings(); // the reader's own, which have to count from the start
  return {
    loader: {
      paths: {
        mathjax: mathjax.replace(/\/$/, ""),
        fonts: font("").replace(/\/$/, ""),
        "mathjax-mhchem-extension": font("mathjax-mhchem-font-extension"),
      },
      load: menu ? [...PARTS, "ui/menu"] : PARTS,
      failed,
    },
    startup: { typeset: false, ready },
    tex: TEX,
    output: { fontPath: font("mathjax-newcm-font"), linebreaks: { inline: false } },
    options: menu ? { menuOptions: MENU } : {},
  };
}

/** Of every TeX reader; the packages differ. */
export const TEX = {
  packages: ["base"],
  tags: "none",
  maxMacros: 300,
  maxBuffer: 16 * 1024,
  formatError(/** @type {unknown} */ _reader, /** @type {Error} */ error) {
    throw error;
  },
};

/** Speech, braille and the like cost far more than the typesetting: the reader switches them on. */
export const MENU = {
  settings: {
    enrich: false,
    speech: false,
    braille: false,
    collapsible: false,
    assistiveMml: false,
    inTabOrder: false,
  },
};

/** Has the reader ever set anything in MathJax's menu? */
export function hasSavedSettings() {
  try {
    return localStorage.getItem(SAVED) !== null;
  } catch {
    return false; // storage is switched off
  }
}
