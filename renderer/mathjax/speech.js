// @ts-check
/**
 * MathJax's speech and explorer for one formula, for whoever presses Enter on it.
 *
 * What assistive technology reads of a formula is its MathML. The explorer replaces it while the
 * reader is in there, and its parts (hundreds of kilobytes, and a worker) come with the first
 * Enter. A document of MathJax of its own draws what is explored, so that all other formulas
 * stay as they are and cost what they did.
 */

import { FORMULA, boxOf, drawingIn, isTypeset, stage } from "../client/states.js";
import { addRules, draw, drawingOf } from "./drawing.js";
import { isMissing, within } from "./load.js";
import { focusOn, focusedFormula, isScrolling, markScrolling } from "./stops.js";

/**
 * @typedef {object} Maker
 * @property {(wrapper: Element, whole: true) => Promise<{mathjax: any, item: any, family: string}>} item
 */
/** @typedef {import("../client/states.js").Drawing} Drawing */

const DIALOGS = ".CtxtMenu_MenuFrame, .mjx-dialog, mjx-dialog"; // to be back from in a moment
const PATIENCE = 30_000; // milliseconds; a worker that cannot start says nothing
const LOCALES = ["af", "ca", "da", "de", "en", "es", "fr", "hi", "it", "ko", "nb", "nn", "sv"];

export class Speech {
  /** @type {Promise<any> | null} */ #page = null;
  /** @type {{wrapper: Element, silent: Drawing, spoken: HTMLElement} | null} */ #explored = null;

  /** @param {Maker} typesetter */
  constructor(typesetter) {
    this.typesetter = typesetter;
  }

  /** @param {Document | Element} root @returns {() => void} stops */
  attach(root) {
    const keys = (/** @type {KeyboardEvent} */ event) => this.#pressed(root, event);
    const focus = (/** @type {FocusEvent} */ event) => this.#moved(event);
    document.addEventListener("keydown", keys);
    document.addEventListener("focusin", focus);
    return () => {
      document.removeEventListener("keydown", keys);
      document.removeEventListener("focusin", focus);
      this.#leave();
    };
  }

  /** @param {Document | Element} root @param {KeyboardEvent} event */
  #pressed(root, event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const explored = this.#explored; // by its path: what had the focus may be gone by now
    const within = explored && event.composedPath().includes(explored.spoken);
    if (within && event.key === "Escape") {
      this.#leave();
      focusOn(explored.wrapper);
    } else if (within && event.key === " ") {
      event.preventDefault();
      event.target?.dispatchEvent(new MouseEvent("contextmenu", ASKING));
    } else if (event.key === "Enter" && !event.defaultPrevented) {
      const wrapper = focusedFormula();
      if (wrapper && root.contains(wrapper) && isTypeset(wrapper)) void this.#explore(wrapper);
    }
  }

  /** Whoever goes on leaves the formula as it was. @param {FocusEvent} event */
  #moved({ target }) {
    const { spoken } = this.#explored ?? {};
    if (!spoken || !(target instanceof Element)) return;
    if (!spoken.contains(target) && !target.closest(DIALOGS)) this.#leave();
  }

  /** @param {Element} wrapper */
  async #explore(wrapper) {
    const silent = silentDrawing(wrapper);
    if (!silent) return; // it speaks already, by the reader's settings
    try {
      const { mathjax, item, family } = await this.typesetter.item(wrapper, true);
      const page = await (this.#page ??= spokenPage(mathjax));
      const spoken = await renderSpoken(page, mathjax, item);
      if (focusedFormula() !== wrapper) return; // the reader has gone on
      const drawing = drawingOf(mathjax, spoken, family, true);
      addRules(mathjax);
      stage(wrapper, drawing);
      this.#explored = { wrapper, silent, spoken: drawing.node };
      drawing.node.focus({ preventScroll: true });
    } catch (error) {
      if (isMissing(error)) this.#page = null; // it may come for the next formula
      console.warn(`mathward: the formula cannot be explored: ${error}`);
    }
  }

  /** Back to the MathML. */
  #leave() {
    const { wrapper, silent, spoken } = this.#explored ?? {};
    this.#explored = null;
    if (!wrapper || !silent || drawingIn(boxOf(wrapper)) !== spoken) return; // drawn anew since
    stage(wrapper, silent);
    markScrolling(wrapper, isScrolling(wrapper));
  }
}

const ASKING = { bubbles: true, cancelable: true };

/** What a formula shows, to be put back; null if that speaks. @param {Element} wrapper */
function silentDrawing(wrapper) {
  const box = boxOf(wrapper);
  const node = drawingIn(box);
  const math = box?.querySelector(":scope > math");
  if (!box || !node?.hasAttribute("aria-hidden") || !math) return null;
  const [full, flows] = ["math-full", "math-flow"].map((name) => box.classList.contains(name));
  return { node, full, flows, spoken: false, math: () => math };
}

/**
 * A document of MathJax whose drawings speak, beside the one that draws all others.
 * @param {any} mathjax
 */
async function spokenPage({ loader, startup, config, _ }) {
  await loader.load("a11y/explorer");
  const { ExplorerHandler } = _.a11y.explorer_ts;
  const { EnrichHandler } = _.a11y["semantic-enrich"];
  const { HTMLHandler } = startup.constructors;
  const reader = new _.input.mathml_ts.MathML({ allowHtmlInTokenNodes: true });
  const handler = ExplorerHandler(EnrichHandler(new HTMLHandler(startup.adaptor), reader));
  const { menuOptions: _menu, ...options } = config.options;
  const page = handler.create(document, {
    ...options,
    InputJax: startup.input,
    OutputJax: startup.output,
    sre: { ...options.sre, locale: localeOf(document.documentElement.lang) },
  });
  page.enrich(); // no formula yet, but the settings for those to come
  page.options.a11y.inTabOrder = false; // stops.js says what is
  page.options.MathItem.roleDescription = page.options.a11y.roleDescription;
  addSpeechRules(_, page);
  return page;
}

/** The language of the page, if MathJax speaks it. @param {string} lang */
const localeOf = (lang) => LOCALES.find((locale) => locale === lang.slice(0, 2)) ?? "en";

/** @param {any} modules @param {any} page */
function addSpeechRules({ util }, page) {
  const sheet = document.createElement("style");
  sheet.textContent = new util.StyleJson.StyleJsonSheet(page.constructor.speechStyles).cssText;
  document.head.append(sheet);
}

/**
 * The same formula once more, with its speech.
 * @param {any} page @param {any} mathjax @param {any} silent
 */
async function renderSpoken(page, mathjax, silent) {
  const item = new page.options.MathItem(silent.math, silent.inputJax, silent.display);
  item.metrics = silent.metrics;
  item.updateDocument = item.updateStyleSheet = () => {};
  await mathjax._.mathjax.mathjax.handleRetriesFor(() => draw(item, page));
  await within(PATIENCE, item.outputData.speechPromise);
  return item;
}
