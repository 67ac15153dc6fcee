// @ts-check
/**
 * The only module of the client that knows MathJax: loads it once, typesets one formula.
 *
 * MathJax never sees the page. Each formula is handed to it as TeX and comes back as a node
 * without ids, listeners or text of its own.
 */

import { hasSavedSettings } from "../mathjax/configuration.js";
import { addRules, draw, drawingOf, isSpoken } from "../mathjax/drawing.js";
import { isMissing, isSlim, loadMathJax, preload, sourceAt, within } from "../mathjax/load.js";
import { filesFor } from "../mathjax/parts.js";
import { Menu } from "../mathjax/menu.js";
import { Readers } from "../mathjax/readers.js";
import { watchScrollers } from "../mathjax/scrollers.js";
import { cut } from "../mathjax/segments.js";
import { Speech } from "../mathjax/speech.js";
import { watchTab } from "../mathjax/stops.js";
import { BadFormula } from "./queue.js";
import { boxOf, isDisplay, texOf } from "./states.js";

/** @typedef {import("./states.js").Drawing} Drawing */

const DEADLINE = 30_000; // milliseconds
const UNBOUNDED = 1e6; // pixels: how wide a formula is to be is decided in fit.js

/** By the folder of its files: a page has one MathJax, however many parts of it are started.
 * @type {Map<string, MathJaxTypesetter>} */
const typesetters = new Map();

export class MathJaxTypesetter {
  /** @type {any} */ #mathjax = null;
  /** @type {Promise<void> | null} */ #loading = null;
  #isWhole = hasSavedSettings(); // what the reader has set needs more than the slim bundle
  #readers = /** @type {Readers} */ (/** @type {unknown} */ (null));
  /** @type {Map<string, {em: number, ex: number, scale: number}>} */ #metrics = new Map();
  /** @type {WeakMap<Element, {fontSize: string, fontFamily: string}>} */ #fonts = new WeakMap();
  /** @type {Promise<unknown>} */ #turn = Promise.resolve();
  /** @type {Set<string>} */ #asked = new Set();
  #away = false; // no source of MathJax could be reached
  #isBegun = false; // the page shows drawings
  /** @type {Set<() => void>} */ #redraws = new Set();
  /** @type {Set<() => void>} */ #retries = new Set();
  #services = [new Menu(this), new Speech(this)];

  /** The one for these options. @param {import("./main.js").Options} options */
  static of(options) {
    const folder = options.mathjax ?? "";
    const typesetter = typesetters.get(folder) ?? new MathJaxTypesetter(options);
    typesetters.set(folder, typesetter);
    return typesetter;
  }

  /** @param {import("./main.js").Options} options */
  constructor({ mathjax, fonts, mirror, mirrorFonts, deadline }) {
    this.sources = [...sourceAt(mathjax, fonts), ...sourceAt(mirror, mirrorFonts)];
    this.deadline = deadline ?? DEADLINE;
    document.fonts?.addEventListener("loadingdone", ({ fontfaces }) => {
      if (!fontfaces.every(isOurs)) this.#metrics.clear();
    });
    addEventListener("online", () => this.#again());
  }

  /** @param {Element[]} wrappers */
  prepare(wrappers) {
    for (const wrapper of wrappers) this.#fonts.set(wrapper, fontOf(wrapper));
    if (wrappers.length) loadKnownFonts(this.#isBegun ? ["block", "swap"] : ["block"]);
    const [source] = this.sources;
    if (!source?.slim || this.#isWhole) return;
    const files = new Set(wrappers.flatMap((wrapper) => filesFor(texOf(wrapper))));
    preload(source, [...files].filter((file) => !this.#asked.has(file)));
    files.forEach((file) => this.#asked.add(file));
  }

  finish() {
    if (this.#mathjax) addRules(this.#mathjax);
    this.#isBegun = true;
  }

  fonts() {
    const coming = [...document.fonts].filter((font) => font.status === "loading" && isOurs(font));
    return coming.length ? Promise.allSettled(coming.map((font) => font.loaded)) : null;
  }

  /** @param {Element} wrapper @returns {Promise<Drawing>} */
  async draw(wrapper) {
    const { item, family } = await this.item(wrapper);
    return cut(drawingOf(this.#mathjax, item, family), wrapper);
  }

  /** @param {Element} wrapper @returns {Drawing | null} */
  drawNow(wrapper) {
    const reader = this.#mathjax && this.#readers.get(texOf(wrapper));
    if (!reader || this.#lacksMathml(wrapper)) return null;
    const { item, family } = this.#item(wrapper, reader);
    try {
      this.#render(item);
    } catch (/** @type {any} */ error) {
      if (error.retry) return null;
      throw blamed(error);
    }
    return cut(drawingOf(this.#mathjax, item, family), wrapper);
  }

  /**
   * The reader's menu, keys and speech on every formula below `root`.
   * @param {Document | Element} root
   * @param {() => void} redraw called when what is drawn has to be drawn anew
   * @param {() => void} retry called when MathJax could not be reached, but now may
   * @returns {() => void} stops
   */
  attach(root, redraw, retry) {
    this.#redraws.add(redraw);
    this.#retries.add(retry);
    const stops = this.#services.map((service) => service.attach(root));
    stops.push(watchTab(root), watchScrollers(root));
    stops.push(() => this.#redraws.delete(redraw), () => this.#retries.delete(retry));
    return () => stops.forEach((stop) => stop());
  }

  /**
   * MathJax's item of a formula, typeset; one at a time.
   * @param {Element} wrapper @param {boolean} [whole] by all of MathJax, as its menu needs it
   */
  item(wrapper, whole = false) {
    const turn = this.#turn.then(() => this.#typeset(wrapper, whole));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** @param {Element} wrapper @param {boolean} whole */
  async #typeset(wrapper, whole) {
    await (this.#loading ??= this.#load());
    if (whole && isSlim(this.#mathjax)) await this.#load(true);
    if (this.#lacksMathml(wrapper)) await this.#mathjax.loader.load("mathml");
    const tex = texOf(wrapper);
    const reader = this.#readers.get(tex) ?? (await this.#readers.load(tex));
    const { item, family } = this.#item(wrapper, reader);
    const { mathjax } = this.#mathjax._.mathjax;
    try {
      await within(this.deadline, mathjax.handleRetriesFor(() => this.#render(item)));
    } catch (error) {
      throw blamed(error);
    }
    return { mathjax: this.#mathjax, item, family };
  }

  /** The network is back: whoever was left without MathJax gets another chance. */
  #again() {
    if (!this.#away) return;
    this.#away = false;
    this.#loading = null;
    this.#retries.forEach((retry) => retry());
  }

  /** Has MathJax to say it in MathML, and not yet learnt how? @param {Element} wrapper */
  #lacksMathml(wrapper) {
    return !this.#mathjax.startup.toMML && !boxOf(wrapper)?.querySelector(":scope > math");
  }

  async #load(whole = this.#isWhole) {
    const redraw = () => this.#redraws.forEach((each) => each());
    try {
      this.#mathjax = await loadMathJax(this.sources, this.deadline, whole, redraw);
    } catch (error) {
      this.#away = !this.#mathjax;
      throw error;
    }
    this.#isWhole = !isSlim(this.#mathjax);
    this.#readers = new Readers(this.#mathjax);
    this.#mathjax.startup.output.measureTextNode = measured;
  }

  /** @param {Element} wrapper @param {any} reader */
  #item(wrapper, reader) {
    const { document: page, output } = this.#mathjax.startup;
    const item = new page.options.MathItem(texOf(wrapper), reader, isDisplay(wrapper));
    const { fontSize, fontFamily } = this.#fonts.get(wrapper) ?? fontOf(wrapper);
    const key = `${fontSize} ${fontFamily}`;
    const known = this.#metrics.get(key);
    const { em, ex, scale } = known ?? output.getMetricsFor(wrapper, false);
    if (!known && wrapper.getClientRects().length) this.#metrics.set(key, { em, ex, scale });
    const free = output.options.displayOverflow === "overflow";
    item.setMetrics(em, ex, free ? UNBOUNDED : wrapper.clientWidth || UNBOUNDED, scale);
    item.updateDocument = item.updateStyleSheet = () => {}; // we insert both ourselves
    return { item, family: fontFamily };
  }

  /**
   * What `item.render` does, which stumbles over an action of the menu that is for whole pages.
   * Formulas get the menu by our own way; only those that are explored need to know it.
   * @param {any} item
   */
  #render(item) {
    const page = this.#mathjax.startup.document;
    const spoken = isSpoken(page);
    if (spoken) page.enrich(); // its settings, once
    draw(item, page, (action) => spoken || action.id !== "addMenu");
  }
}

/** Is it one of MathJax's? @param {FontFace} font */
const isOurs = ({ family }) => /^"?MJX-/.test(family);

/**
 * Have the letters that the page is known to show, those of the first screen while MathJax is
 * still on its way, the others together as soon as that is shown: each font that arrives later
 * makes the browser style and lay out anew what is in view. They are small, and renderer/fonts.py
 * marks them.
 * @param {string[]} marks
 */
function loadKnownFonts(marks) {
  for (const font of document.fonts) {
    const waits = font.status === "unloaded" && marks.includes(font.display) && isOurs(font);
    if (waits) font.load().catch(() => {}); // what did not come is asked for when it is seen
  }
}

/** @param {Element} wrapper */
function fontOf(wrapper) {
  const { fontSize, fontFamily } = getComputedStyle(wrapper);
  return { fontSize, fontFamily };
}

/** @type {CanvasRenderingContext2D | null | undefined} */
let pen;

/**
 * The size of text in other fonts than MathJax's, in em, without touching the page.
 * @param {HTMLElement} node
 */
function measured({ style, textContent }) {
  pen ??= document.createElement("canvas").getContext("2d");
  if (!pen || textContent === null) return { w: 1, h: 0.75, d: 0.2 };
  pen.font = `${style.fontStyle} ${style.fontWeight} 100px ${style.fontFamily || "serif"}`;
  return { w: pen.measureText(textContent).width / 100, h: 0.75, d: 0.2 };
}

/**
 * Whose fault is it? A file that does not come is none of the formula's.
 * @param {any} error
 */
function blamed(error) {
  return isMissing(error) ? error : new BadFormula(error.message);
}
