// @ts-check
/**
 * MathJax's menu, for whoever asks for it: loaded on the first right click, it finds the formula
 * by the event, so no formula carries a listener and clones and moved formulas have it too.
 */

import { FORMULA } from "../client/states.js";
import { MENU } from "./configuration.js";

/** @typedef {{item: (wrapper: Element) => Promise<{mathjax: any, item: any}>}} Typesetter */

export class Menu {
  /** @type {any} */ #mathjax = null;

  /** @param {Typesetter} typesetter */
  constructor(typesetter) {
    this.typesetter = typesetter;
  }

  /** @param {Document | Element} root @returns {() => void} stops */
  attach(root) {
    const post = (/** @type {any} */ event) => void this.#post(event);
    const click = (/** @type {any} */ event) => void this.#zoom(event, "Click");
    const twice = (/** @type {any} */ event) => void this.#zoom(event, "DoubleClick");
    root.addEventListener("contextmenu", post);
    root.addEventListener("click", click);
    root.addEventListener("dblclick", twice);
    return () => {
      root.removeEventListener("contextmenu", post);
      root.removeEventListener("click", click);
      root.removeEventListener("dblclick", twice);
    };
  }

  /** @param {MouseEvent} event */
  async #post(event) {
    const drawing = drawingAt(event);
    if (!drawing) return;
    event.preventDefault();
    const { menu } = await this.#on(drawing);
    menu.post(event);
  }

  /** @param {MouseEvent} event @param {string} kind */
  async #zoom(event, kind) {
    const drawing = drawingAt(event);
    if (drawing && this.#mathjax?.startup.document.menu?.settings.zoom === kind) {
      (await this.#on(drawing)).zoom(event, kind);
    }
  }

  /** The menu, turned to this formula. @param {HTMLElement} drawing */
  async #on(drawing) {
    const wrapper = /** @type {Element} */ (drawing.closest(FORMULA));
    const { mathjax, item } = await this.typesetter.item(wrapper);
    this.#mathjax = mathjax;
    if (!mathjax.startup.document.menu) await addMenu(mathjax);
    const { menu } = mathjax.startup.document;
    item.typesetRoot = drawing;
    menu.menu.mathItem = item;
    menu.menu.store.store = [drawing]; // its own way is to mark and to sort every formula
    return menu;
  }
}

/** @param {Event} event @returns {HTMLElement | null} */
const drawingAt = ({ target }) =>
  target instanceof Element ? target.closest(".math-drawing") : null;

/** Load the menu's component and make the document anew with it. @param {any} mathjax */
async function addMenu({ loader, startup, config, _ }) {
  config.options.menuOptions = MENU;
  await loader.load("ui/menu");
  const { handlers } = _.mathjax.mathjax;
  handlers.unregister(startup.handler);
  startup.handler = startup.getHandler();
  handlers.register(startup.handler);
  startup.document = startup.getDocument();
}
