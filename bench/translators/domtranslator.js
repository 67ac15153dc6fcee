// @ts-check
/** Bundled with esbuild: domtranslator as its README sets it up, with another list of selectors. */

import {
  DOMTranslator,
  IntersectionScheduler,
  NodesTranslator,
  PersistentDOMTranslator,
} from "domtranslator";
import { createNodesFilter } from "domtranslator/utils/nodes";

/**
 * @param {string[]} ignoredSelectors
 * @param {(text: string) => string} translated
 */
export function start(ignoredSelectors, translated) {
  const model = async (/** @type {string} */ text) => {
    await new Promise((done) => setTimeout(done, 30));
    return translated(text);
  };
  const filter = createNodesFilter({
    attributesList: ["title", "alt", "placeholder", "label", "aria-label"],
    ignoredSelectors,
  });
  const config = { scheduler: new IntersectionScheduler(), filter };
  const translator = new PersistentDOMTranslator(
    new DOMTranslator(new NodesTranslator(model), config),
  );
  translator.translate(document.documentElement);
  return () => translator.restore(document.documentElement);
}
