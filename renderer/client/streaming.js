// @ts-check
/**
 * Entry of the classic script `mathward-stream.js`, for pages that show answers as they arrive:
 * `mathward.stream`, `mathward.listen`, `mathward.rest`.
 */

import { rest } from "./rest.js";
import { listen, stream } from "./stream.js";

const page = /** @type {any} */ (globalThis);
page.mathward = { ...page.mathward, listen, rest, stream };
