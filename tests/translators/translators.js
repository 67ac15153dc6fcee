// @ts-check
/**
 * The page translators of our time, one mode per row of the table in the design, each with the
 * variants that were reported of it, driven by tests and by hand alike.
 *
 *     const translator = translate("google", "ka");
 *     translator.start(); ..; translator.restore();
 */

import { Bilingual } from "./modes/bilingual.js";
import { Edge } from "./modes/edge.js";
import { Firefox } from "./modes/firefox.js";
import { Google } from "./modes/google.js";
import { InPlace } from "./modes/inplace.js";
import { Twp } from "./modes/twp.js";
import { WebKit } from "./modes/webkit.js";

/** @typedef {import("./language.js").Language} Language */
/** @typedef {import("./translator.js").Translator} Translator */

/**
 * @typedef {object} Mode
 * @property {new (language: Language, variant?: string) => Translator} kind
 * @property {string} [variant]
 * @property {"order" | "bag" | "least"} prose what holds of a block's letters: in the source's
 *   order, the same ones in any order, or at least those
 * @property {boolean} [moves] formulas may change their order
 * @property {boolean} [clones] formulas may be doubled
 * @property {boolean} [empties] opted-out elements lose their children; formulas get them back
 * @property {boolean} [copies] an untranslated copy stands before each block
 * @property {boolean} restores the original comes back without a reload
 * @property {("td" | "moved" | "again")[]} [misses] what it leaves untranslated: late cells,
 *   blocks that came and moved, blocks that were put in again
 */

/** @type {Record<string, Mode>} */
export const MODES = {
  google: { kind: Google, prose: "order", restores: true },
  "google-eats": { kind: Google, variant: "eats", prose: "order", restores: true },
  "google-lazy": { kind: Google, variant: "lazy", prose: "order", restores: true },
  "google-reorders": {
    kind: Google,
    variant: "reorders",
    prose: "bag",
    moves: true,
    restores: true,
  },
  "google-clones": {
    kind: Google,
    variant: "clones",
    prose: "least",
    clones: true,
    restores: true,
  },
  "edge-relocate": { kind: Edge, variant: "relocate", prose: "order", moves: true, restores: true },
  "edge-empty": {
    kind: Edge,
    variant: "empty",
    prose: "order",
    moves: true,
    empties: true,
    restores: true,
  },
  "edge-keep": { kind: Edge, variant: "keep", prose: "order", restores: true },
  firefox: { kind: Firefox, variant: "same", prose: "order", restores: false },
  "firefox-reverse": { kind: Firefox, variant: "reverse", prose: "bag", restores: false },
  "firefox-weave": { kind: Firefox, variant: "weave", prose: "bag", restores: false },
  webkit: { kind: WebKit, variant: "same", prose: "order", restores: false },
  "webkit-reverse": {
    kind: WebKit,
    variant: "reverse",
    prose: "bag",
    moves: true,
    restores: false,
  },
  twp: { kind: Twp, prose: "order", restores: true, misses: ["moved", "again"] },
  bilingual: { kind: Bilingual, prose: "order", copies: true, restores: true, misses: ["td"] },
  inplace: { kind: InPlace, prose: "order", restores: true, misses: ["again"] },
};

/** @param {string} name one of {@link MODES} @param {Language} language @returns {Translator} */
export function translate(name, language) {
  const mode = MODES[name];
  if (!mode) throw new Error(`no such translator: ${name}`);
  return new mode.kind(language, mode.variant);
}
