// @ts-check
/** Gets MathJax into the page: our own files first, then the mirror, with growing pauses. */

import { configuration } from "./configuration.js";
import { definePackage } from "./packages.js";

/** @typedef {import("./configuration.js").Source} Source */

/** The global object `MathJax`; MathJax's bundles bring no types. @typedef {any} MathJax */

/** MathJax, or a part of it, did not come in time. */
export class Late extends Error {}

const PAUSES = [0, 1000, 4000]; // milliseconds before each round of attempts

/**
 * A folder of MathJax's files, if one is given.
 * @param {string} [mathjax] @param {string} [fonts] beside them, unless said otherwise
 * @returns {Source[]}
 */
export function sourceAt(mathjax, fonts) {
  if (!mathjax) return [];
  const folder = new URL(mathjax.replace(/\/?$/, "/"), document.baseURI).href;
  return [{ mathjax: folder, fonts: fonts ?? `${folder}fonts/%s` }];
}

/**
 * MathJax, configured and ready; rejects when every source has failed every time.
 * @param {Source[]} sources
 * @param {number} deadline milliseconds for one attempt
 * @param {() => void} redraw called when a setting changes what is drawn
 * @returns {Promise<MathJax>}
 */
export async function loadMathJax(sources, deadline, redraw) {
  /** @type {unknown} */ let reason = new Error("no address of MathJax was given");
  for (const pause of sources.length ? PAUSES : []) {
    await new Promise((go) => setTimeout(go, pause));
    for (const source of sources) {
      try {
        return await within(deadline, attempt(source, redraw));
      } catch (error) {
        reason = error;
      }
    }
  }
  throw reason;
}

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

/** @param {Source} source @param {() => void} redraw @returns {Promise<MathJax>} */
function attempt(source, redraw) {
  return new Promise((resolve, reject) => {
    const ready = () => resolve(assembled(redraw));
    const global = /** @type {any} */ (globalThis);
    global.MathJax = configuration(source, ready, reject);
    const script = document.createElement("script");
    script.src = `${source.mathjax}startup.js`;
    script.onerror = () => reject(new Error(`cannot load ${script.src}`));
    document.head.append(script);
  });
}

/**
 * All parts are loaded: make the document that drawings are made with.
 * @param {() => void} redraw
 */
function assembled(redraw) {
  const mathjax = /** @type {any} */ (globalThis).MathJax;
  definePackage(mathjax);
  mathjax.startup.extendHandler((/** @type {any} */ handler) => withoutPage(handler, redraw));
  mathjax.startup.getComponents();
  withoutStyleAttributes(mathjax.startup.adaptor);
  mathjax.startup.hasTypeset = true; // else the menu thinks there is nothing to draw anew
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
