// @ts-check
/** Gets MathJax into the page: our own files first, then the mirror, with growing pauses. */

import { configuration } from "./configuration.js";
import { keepDeclaredFonts } from "./faces.js";
import { definePackage } from "./packages.js";

/** @typedef {import("./configuration.js").Source} Source */

/** The global object `MathJax`; MathJax's bundles bring no types. @typedef {any} MathJax */

/** MathJax, or a part of it, did not come in time. */
export class Late extends Error {}

/** Is it a file or a worker that did not come, and none of the formula's fault? @param {any} error */
export const isMissing = (error) => Boolean(error.package) || error instanceof Late;

const page = /** @type {any} */ (globalThis);
const PAUSES = [0, 1000, 4000]; // milliseconds before each round of attempts

/** The slim bundle by its folder, for all who ask. @type {Map<string, Promise<MathJax>>} */
const bundles = new Map();

/**
 * A folder of MathJax's files, if one is given. With its fonts in it, it is one of ours and has
 * the slim bundle; else it is MathJax's package on a public host.
 * @param {string} [mathjax] @param {string} [fonts]
 * @returns {Source[]}
 */
export function sourceAt(mathjax, fonts) {
  if (!mathjax) return [];
  const folder = new URL(mathjax.replace(/\/?$/, "/"), document.baseURI).href;
  return [{ mathjax: folder, fonts: fonts ?? `${folder}fonts/%s`, slim: !fonts }];
}

/**
 * MathJax, configured and ready; rejects when every source has failed every time.
 * @param {Source[]} sources
 * @param {number} deadline milliseconds for one attempt
 * @param {boolean} all whether the slim bundle is not enough
 * @param {() => void} redraw called when a setting changes what is drawn
 * @returns {Promise<MathJax>}
 */
export async function loadMathJax(sources, deadline, all, redraw) {
  const before = page.MathJax;
  /** @type {unknown} */ let reason = new Error("no address of MathJax was given");
  for (const pause of sources.length ? PAUSES : []) {
    await new Promise((go) => setTimeout(go, pause));
    for (const source of sources) {
      try {
        const attempt = source.slim && !all ? bundle(source) : components(source, redraw);
        return await within(deadline, attempt);
      } catch (error) {
        reason = error;
        bundles.delete(source.mathjax);
      }
    }
  }
  page.MathJax = before;
  throw reason;
}

/** Ask for files of a source before MathJax does. @param {Source} source @param {string[]} files */
export function preload({ mathjax }, files) {
  for (const file of files) {
    const link = document.createElement("link");
    Object.assign(link, { rel: "preload", as: "script", href: mathjax + file });
    document.head.append(link);
  }
}

/** Is it only what formulas need? @param {MathJax} mathjax */
export const isSlim = ({ modules }) => Boolean(modules);

/**
 * The promise's outcome, or a rejection when it takes too long: MathJax's own promises may stay
 * pending for ever, for instance where a policy blocks a worker.
 * @template T @param {number} milliseconds @param {Promise<T>} promise @returns {Promise<T>}
 */
export function within(milliseconds, promise) {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Late(`MathJax took more than ${milliseconds / 1000} s`));
    const timer = setTimeout(late, milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** The bundle that is built for our pages. @param {Source} source @returns {Promise<MathJax>} */
function bundle({ mathjax }) {
  const known = bundles.get(mathjax);
  if (known) return known;
  const coming = run(`${mathjax}slim/core.js`).then(() => prepared(page.MathJax));
  bundles.set(mathjax, coming);
  return coming;
}

/** MathJax's own components.
 * @param {Source} source @param {() => void} redraw @returns {Promise<MathJax>} */
function components(source, redraw) {
  return new Promise((resolve, reject) => {
    const ready = () => resolve(assembled(redraw));
    page.MathJax = configuration(source, ready, reject);
    run(`${source.mathjax}startup.js`).catch(reject);
  });
}

/** @param {string} address of a script @returns {Promise<unknown>} */
function run(address) {
  const script = document.createElement("script");
  script.src = address;
  return new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = () => reject(new Error(`cannot load ${address}`));
    document.head.append(script);
  });
}

/**
 * All parts are loaded: make the document that drawings are made with.
 * @param {() => void} redraw
 */
function assembled(redraw) {
  const mathjax = page.MathJax;
  mathjax.startup.extendHandler((/** @type {any} */ handler) => withoutPage(handler, redraw));
  mathjax.startup.getComponents();
  keepDeclaredFonts(mathjax.startup.output);
  mathjax.startup.hasTypeset = true; // else the menu thinks there is nothing to draw anew
  return prepared(mathjax);
}

/** @param {MathJax} mathjax */
function prepared(mathjax) {
  definePackage(mathjax);
  withoutStyleAttributes(mathjax.startup.adaptor);
  return mathjax;
}

/**
 * A strict content policy forbids `style` attributes, but not the same by way of the object.
 * @param {any} adaptor
 */
function withoutStyleAttributes(adaptor) {
  const { setAttribute } = adaptor;
  adaptor.setAttribute = function (/** @type {[any, string, ...string[]]} */ ...given) {
    const [node, name, value] = given;
    if (name === "style") node.style.cssText = value;
    else setAttribute.apply(adaptor, given);
  };
}

/** MathJax's list of formulas stays empty; who asks it to draw them anew is sent to us.
 * @param {any} handler @param {() => void} redraw */
function withoutPage(handler, redraw) {
  handler.documentClass = class extends handler.documentClass {
    rerenderPromise() {
      redraw();
      return Promise.resolve(this);
    }
  };
  return handler;
}
