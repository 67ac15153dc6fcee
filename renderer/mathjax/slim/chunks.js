// @ts-check
/** The parts of the slim bundle that come on demand: asked for once, and again after a failure. */

import { retryAfter } from "@mathjax/src/js/util/Retries.js";

const { src } = /** @type {HTMLScriptElement} */ (document.currentScript);

/** The folder of the slim bundle, with a slash at its end. */
export const BASE = src.replace(/[^/]*$/, "");

/** @type {Map<string, Promise<void>>} */
const chunks = new Map();
/** @type {Set<string>} */ const here = new Set();

/**
 * @param {string} name a chunk's, `[tex]/cancel` for a TeX package, or an address
 * @returns {Promise<void>} when it has run
 */
export function load(name) {
  const known = chunks.get(name);
  if (known) return known;
  const coming = run(name);
  chunks.set(name, coming);
  coming.then(
    () => here.add(name),
    () => chunks.delete(name),
  );
  return coming;
}

/** @param {string} name @returns {Promise<void>} */
function run(name) {
  const script = document.createElement("script");
  script.src = name.includes(":") ? name : `${BASE}${name.replace("[tex]/", "tex-")}.js`;
  return new Promise((resolve, reject) => {
    script.onload = () => resolve();
    script.onerror = () => {
      script.remove();
      const error = new Error(`cannot load ${script.src}`);
      reject(Object.assign(error, { package: name }));
    };
    document.head.append(script);
  });
}

/** Has a chunk not run yet? @param {string} name */
export const lacks = (name) => !here.has(name);

/** Have MathJax wait for a chunk and try again; once, or it would try for ever.
 * @param {string} name @returns {never} */
export function need(name) {
  if (!lacks(name)) throw new Error(`the chunk ${name} is not what it should be`);
  throw retryAfter(load(name));
}

/** Methods that came with the chunk "rare". @type {((...given: any[]) => any)[]} */
export const methods = [];

/** Stands in for a method that few formulas call.
 * @param {number} key @param {any} self @param {IArguments} given */
export const seldom = (key, self, given) => (methods[key] ?? need("rare")).apply(self, given);

/** A class whose first instance makes MathJax wait for a chunk and try again. @param {string} name */
export const pending = (name) =>
  class {
    constructor() {
      need(name);
    }
  };
