// @ts-check
/**
 * MathJax's menu, for whoever asks for it: loaded on the first right click, it finds the formula
 * by the event, so no formula carries a listener and clones and moved formulas have it too.
 */

import { FORMULA, boxOf, drawingIn } from "../client/states.js";
import { MENU } from "./configuration.js";
import { voiceOf } from "./stops.js";

/**
 * @typedef {object} Typesetter
 * @property {(wrapper: Element, whole: true) => Promise<{mathjax: any, item: any}>} item
 */

const ZOOM = /** @type {const} */ ({ click: "Click", dblclick: "DoubleClick" });

export class Menu {
  /** @type {any} MathJax's own, once it is here */ #menu = null;

  /** @param {Typesetter} typesetter */
  constructor(typesetter) {
    this.typesetter = typesetter;
  }

  /** @param {Document | Element} root @returns {() => void} stops */
  attach(root) {
    const listener = (/** @type {any} */ event) => void this.#asked(event);
    const kinds = ["contextmenu", ...Object.keys(ZOOM)];
    for (const kind of kinds) root.addEventListener(kind, listener);
    return () => kinds.forEach((kind) => root.removeEventListener(kind, listener));
  }

  /** @param {MouseEvent} event */
  async #asked(event) {
    const target = event.target instanceof Element ? event.target : null;
    const wrapper = target?.closest(".math-drawing, math")?.closest(FORMULA);
    const drawing = wrapper && drawingIn(boxOf(wrapper));
    if (!wrapper || !drawing) return;
    if (event.type === "contextmenu") {
      event.preventDefault();
      await this.#turnTo(wrapper, drawing);
      byStyleObject(() => this.#menu.menu.post(event));
    } else if (this.#menu?.settings.zoom === ZOOM[/** @type {"click"} */ (event.type)]) {
      await this.#turnTo(wrapper, drawing);
      this.#menu.zoom(event, this.#menu.settings.zoom);
    }
  }

  /** @param {Element} wrapper @param {HTMLElement | null} drawing */
  async #turnTo(wrapper, drawing) {
    const { mathjax, item } = await this.typesetter.item(wrapper, true);
    if (!mathjax.startup.document.menu) await addMenu(mathjax);
    const { menu } = mathjax.startup.document;
    if (menu !== this.#menu) tame(menu);
    this.#menu = menu;
    item.typesetRoot = drawing;
    menu.menu.mathItem = item;
    // By itself it would mark and sort all formulas. The focus goes back to what had it.
    menu.menu.store.store = [drawing, voiceOf(wrapper)];
  }
}

/** Load the component and make MathJax's document anew with it. @param {any} mathjax */
async function addMenu({ loader, startup, config, _ }) {
  config.options.menuOptions = MENU;
  await loader.load("ui/menu");
  const { handlers } = _.mathjax.mathjax;
  handlers.unregister(startup.handler);
  startup.handler = startup.getHandler();
  handlers.register(startup.handler);
  startup.document = startup.getDocument();
}

/** Take from the menu what would not work here. @param {any} menu */
function tame(menu) {
  menu.menu.findID("Settings", "Renderer")?.disable(); // there is no SVG among our files
  const { zoomBox } = menu;
  menu.zoomBox = () => {
    const { mathItem } = menu.menu;
    menu.menu.mathItem = null; // or it would write the formula into the dialog as HTML
    zoomBox.call(menu);
    menu.menu.mathItem = mathItem;
    const large = mathItem.typesetRoot.cloneNode(true);
    large.style.fontSize = menu.settings.zscale;
    document.querySelector(".mjx-dialog mjx-dialog > div")?.append(large);
  };
  for (const setter of ["setSpeech", "setBraille"]) menu[setter] = enriching(menu, menu[setter]);
  for (const name of ["Speech", "Braille"]) menu.menu.findID(name).enable();
  const postable = rootOf(menu.menu, "post");
  const { post } = postable;
  postable.post = function (/** @type {any[]} */ ...place) {
    return byStyleObject(() => post.apply(this, place));
  };
}

/**
 * Speech needs enrichment, which is a setting elsewhere in the menu: one step instead of two.
 * @param {any} menu @param {(on: boolean) => void} setter
 */
function enriching(menu, setter) {
  return (/** @type {boolean} */ on) => {
    if (on && !menu.settings.enrich) {
      menu.settings.enrich = menu.document.options.enableEnrichment = true;
      menu.setAccessibilityMenus();
    }
    setter.call(menu, on);
  };
}

/** The prototype that first has this method. @param {any} object @param {string} method */
function rootOf(object, method) {
  let found = object;
  for (let each = object; each; each = Object.getPrototypeOf(each)) {
    if (Object.hasOwn(each, method)) found = each;
  }
  return found;
}

/**
 * The menu places itself by `style` attributes, which a strict content policy forbids, where the
 * same by way of the style object is allowed.
 * @param {() => void} action
 */
function byStyleObject(action) {
  const { setAttribute } = Element.prototype;
  Element.prototype.setAttribute = function (/** @type {[string, string]} */ ...given) {
    if (given[0] === "style") /** @type {any} */ (this).style.cssText = given[1];
    else setAttribute.apply(this, given);
  };
  try {
    action();
  } finally {
    Element.prototype.setAttribute = setAttribute;
  }
}
