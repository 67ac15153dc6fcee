// @ts-check
/**
 * Entry of the classic script: starts by itself, told by the attributes of its own tag.
 *
 *     <script defer src="mathward.js" data-mathjax="mathjax/"></script>
 */

import { start, typesetAll } from "./main.js";

const tag = /** @type {HTMLScriptElement | null} */ (document.currentScript);
const options = { mathjax: tag?.src && new URL("mathjax/", tag.src).href, ...tag?.dataset };

function begin() {
  const stop = start(document, options);
  const page = /** @type {any} */ (globalThis);
  page.mathward = { ...page.mathward, start, stop, typesetAll };
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
else begin();
