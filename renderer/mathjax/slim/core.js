// @ts-check
/**
 * Entry of the slim bundle: as much of MathJax as most formulas need, in one classic script.
 *
 * It stands in for the stock components as far as the client uses them, under the same global
 * name and in the same shape. What is missing comes in chunks, each of which hatch_bundle.mjs
 * builds from a list of modules: TeX packages by name, and what `load` in chunks.js names.
 */

import { HTMLAdaptor } from "@mathjax/src/js/adaptors/HTMLAdaptor.js";
import { MmlFactory } from "@mathjax/src/js/core/MmlTree/MmlFactory.js";
import { TeX } from "@mathjax/src/js/input/tex.js";
import { Configuration } from "@mathjax/src/js/input/tex/Configuration.js";
import ParseOptions from "@mathjax/src/js/input/tex/ParseOptions.js";
import { CommandMap } from "@mathjax/src/js/input/tex/TokenMap.js";
import BaseMethods from "@mathjax/src/js/input/tex/base/BaseMethods.js";
import "@mathjax/src/js/input/tex/ams/AmsConfiguration.js";
import "@mathjax/src/js/input/tex/noundefined/NoUndefinedConfiguration.js";
import "@mathjax/src/js/input/tex/textmacros/TextMacrosConfiguration.js";
import { mathjax } from "@mathjax/src/js/mathjax.js";
import { CHTML } from "@mathjax/src/js/output/chtml.js";
import { AddFontIds } from "@mathjax/src/js/output/chtml/DynamicFonts.js";
import * as Direction from "@mathjax/src/js/output/common/Direction.js";
import { modules } from "mathward:shared";
import { BASE, load, methods } from "./chunks.js";
import { Font } from "./font.js";

/** A formula, as far as readers and output ask. */
class MathItem {
  inputData = {};
  outputData = {};
  start = { node: null };

  /** @param {string} math @param {any} inputJax @param {boolean} display */
  constructor(math, inputJax, display) {
    Object.assign(this, { math, inputJax, display, root: null, typesetRoot: null, metrics: {} });
  }

  /** @param {number} em @param {number} ex @param {number} containerWidth @param {number} scale */
  setMetrics(em, ex, containerWidth, scale) {
    this.metrics = { em, ex, containerWidth, scale };
  }

  /** Never typeset before: numbers are none of our business. */
  state() {
    return 0;
  }
}

const adaptor = new HTMLAdaptor(/** @type {any} */ (window));
const mmlFactory = new MmlFactory();
const output = new CHTML({
  fontURL: `${BASE}../fonts/mathjax-newcm-font/chtml/woff2`,
  dynamicPrefix: `${BASE}../fonts/mathjax-newcm-font/chtml/dynamic`,
  linebreaks: { inline: false },
});
output.setAdaptor(adaptor);
mathjax.asyncLoad = load;

/** What the client asks for each formula. @type {Record<string, (item: any) => void>} */
const actions = {
  compile: (item) => (item.root ??= item.inputJax.compile(item, page)),
  typeset: (item) => (item.typesetRoot = output.typeset(item, page)),
};
const page = {
  document,
  adaptor,
  mmlFactory,
  outputJax: output,
  options: { MathItem },
  renderActions: Object.entries(actions).map(([id, renderMath]) => ({ item: { id, renderMath } })),
};

const slim = {
  _: {
    input: {
      tex: {
        Configuration: { Configuration },
        ParseOptions: { default: ParseOptions },
        TokenMap: { CommandMap },
        base: { BaseMethods: { default: BaseMethods } },
      },
      tex_ts: { TeX },
    },
    mathjax: { mathjax },
    // for the parts of the font
    output: {
      chtml: { DynamicFonts: { AddFontIds } },
      common: { Direction },
      fonts: { "mathjax-newcm": { chtml_ts: { MathJaxNewcmFont: Font } } },
    },
  },
  loader: {
    load: (/** @type {string[]} */ ...names) => Promise.all(names.map(load)),
    checkVersion() {}, // all files are of one build
  },
  methods,
  modules,
  startup: { adaptor, document: page, output },
};

// Under its own name, too, for chunks: the other is given to all of MathJax once that is loaded.
Object.assign(globalThis, { MathJax: slim, mathwardSlim: slim });
