// @ts-check
/** The parts of the slim bundle that come on demand: asked for once, and again after a failure. */

import { retryAfter } from "@mathjax/src/js/util/Retries.js";

const { src } = /** @type {HTMLScriptElement} */ (document.currentScript);

/** The folder of the slim bundle, with a slash at its end. */
export const BASE = src.replace(/[^/]*$/, "");

/** @type {Map<string, Promise<void>>} */
const chunks = new Map();

/**
 * @param {string} name a chunk's, `[tex]/cancel` for a TeX package, or an address
 * @returns {Promise<void>} when it has run
 */
export function load(name) {
  const known = chunks.get(name);
  if (known) return known;
  const coming = run(name).catch((error) => {
    chunks.delete(name);
    throw error;
  });
  chunks.set(name, coming);
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

/** A class whose first instance makes MathJax wait for a chunk and try again. @param {string} name */
export const pending = (name) =>
  class {
    constructor() {
      retryAfter(load(name));
    }
  };
