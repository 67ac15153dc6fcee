// @ts-check
/**
 * Entry of the classic script `mathward-shield.js`, for pages that get HTML of other origin or
 * text that still grows: `mathward.shield`, `mathward.gate`, `mathward.open`.
 */

import { gate, open, shield } from "./shield.js";

const page = /** @type {any} */ (globalThis);
page.mathward = { ...page.mathward, shield, gate, open };
