// @ts-check
/**
 * When a formula is typeset: as it comes near the viewport, nearest first, in slices short
 * enough for the page to stay responsive. What has left before its turn waits until it is back.
 *
 * Drawing costs the page nothing; putting drawings into it does, and each font that comes with
 * them makes the browser style all MathML of the page anew. So drawings are shown in batches, of
 * which the first is what the reader sees: nothing is asked for, drawn or shown before it.
 */

import { Near } from "./near.js";
import { fail, isIntact, reveal, settle, stage, veil } from "./states.js";

/** @typedef {import("./states.js").Drawing} Drawing */

/**
 * The one who draws; MathJax, or a stand-in under test.
 * @typedef {object} Typesetter
 * @property {(wrapper: Element) => Promise<Drawing>} draw rejects with a {@link BadFormula} if
 *   the formula is at fault, with anything else if nothing can be typeset at all
 * @property {(wrapper: Element) => Drawing | null} drawNow null if something has to be loaded first
 * @property {(wrappers: Element[]) => void} [prepare] reads off the page what drawing these needs
 * @property {() => void} [finish] gives the page the css of what was drawn
 * @property {() => Promise<unknown> | null} [fonts] those that the page waits for, if any
 * @property {(root: Document | Element, redraw: () => void, retry: () => void) => () => void}
 *   [attach] serves the reader below `root`; calls `redraw` when everything has to be drawn anew,
 *   `retry` when formulas that were left may be drawn after all; returns its stop
 */

/** The formula itself cannot be typeset; the message is for its reader. */
export class BadFormula extends Error {}

const SLICE = 8; // milliseconds: half a frame
const LONG_SLICE = 40; // when someone waits for all of it
const BATCH = 150; // milliseconds after which what was drawn is shown, whatever is still to come
const UNSEEN = 600; // as long as nobody looks at it
const MOST = 60; // formulas in one batch
const FONTS = 3000; // milliseconds to wait for a font before showing without it

export class Queue {
  /** @type {Set<Element>} */ #all = new Set();
  /** @type {Element[]} those that are near, the nearest first */ #order = [];
  /** @type {Set<Element>} of them, what is in view and not drawn yet */ #seen = new Set();
  /** @type {Map<Element, Drawing>} not in the page yet */ #drawn = new Map();
  /** @type {Set<Element>} drawn and not shown yet */ #taken = new Set();
  /** @type {Promise<void> | null} */ #run = null;
  /** @type {Promise<void>} the batches before, each of which may wait for fonts */
  #shown = Promise.resolve();
  #timer = 0;
  #impatient = 0; // how many wait for everything
  #complained = false;
  #stopped = false;

  /**
   * @param {Typesetter} typesetter
   * @param {string} margin how near is near, as a CSS margin around the viewport
   * @param {(wrapper: Element) => void} done told of each formula that was typeset
   */
  constructor(typesetter, margin, done) {
    this.typesetter = typesetter;
    this.done = done;
    this.near = new Near(margin, () => this.#moved());
  }

  /** Typeset this formula when it comes near. @param {Element} wrapper */
  add(wrapper) {
    this.#all.add(wrapper);
    this.near.add(wrapper);
    if (this.#impatient) this.#start();
  }

  /** Forget a formula. @param {Element} wrapper */
  delete(wrapper) {
    this.#all.delete(wrapper);
    this.near.delete(wrapper);
    this.#taken.delete(wrapper);
  }

  /** Typeset everything, however far; resolves when nothing is pending. */
  async all() {
    this.#impatient += 1;
    while (this.#all.size && !this.#stopped) await this.#start();
    this.#impatient -= 1;
  }

  /**
   * Typeset what can be typeset without waiting, nearest first.
   * @param {Iterable<Element>} wrappers @param {number} budget milliseconds
   */
  now(wrappers, budget) {
    const end = performance.now() + budget;
    const near = nearestFirst(wrappers).map(({ wrapper }) => wrapper);
    this.typesetter.prepare?.(near);
    /** @type {[Element, Drawing][]} */ const drawn = [];
    for (const wrapper of near) {
      try {
        const drawing = this.typesetter.drawNow(wrapper);
        if (drawing) drawn.push([wrapper, drawing]);
      } catch (error) {
        this.#failed(wrapper, error);
      }
      if (performance.now() > end) break;
    }
    for (const wrapper of this.#stage(drawn)) this.#show(wrapper);
  }

  /** The formulas that wait. @returns {Iterable<Element>} */
  get pending() {
    return this.#all;
  }

  stop() {
    this.#stopped = true;
    this.near.stop();
  }

  /** All is laid out, so where formulas are costs nothing. */
  #moved() {
    const order = nearestFirst(this.near.formulas);
    this.#order = order.map(({ wrapper }) => wrapper);
    const seen = order.flatMap(({ wrapper, distance }) => (distance ? [] : wrapper));
    this.#seen = new Set(seen);
    this.typesetter.prepare?.(seen.length ? seen : this.#order);
    this.#start();
  }

  /** All that is in view is drawn: the reader has it before anything else is done. */
  async #seenFirst() {
    this.#seen.clear();
    await this.#flush();
    await painted();
    await pause(); // the frame that shows it owes nothing to what comes after
    this.typesetter.prepare?.(this.#order.filter((each) => this.#all.has(each)));
  }

  #start() {
    this.#run ??= this.#work().finally(() => (this.#run = null));
    return this.#run;
  }

  async #work() {
    do {
      for (let next; (next = this.#next()); await this.#pause()) await this.#slice(next);
      await this.#flush();
    } while (this.#next());
  }

  /** What nobody looks at yet is drawn when the browser has nothing better to do. */
  #pause() {
    return this.#impatient || this.#seen.size ? pause() : idle();
  }

  /** The formula whose turn it is. */
  #next() {
    if (this.#stopped) return undefined;
    const waits = (/** @type {Element} */ each) => this.#all.has(each) && !this.#taken.has(each);
    const near = this.#order.find((each) => this.near.formulas.has(each) && waits(each));
    if (near || !this.#impatient) return near;
    for (const each of this.#all) if (waits(each)) return each;
    return undefined;
  }

  /** @param {Element | undefined} next @returns {Promise<void>} */
  async #slice(next) {
    const end = performance.now() + (this.#impatient ? LONG_SLICE : SLICE);
    for (; next; next = performance.now() < end ? this.#next() : undefined) {
      if (this.#seen.size && !this.#seen.has(next)) return this.#seenFirst();
      await this.#draw(next);
    }
  }

  /** @param {Element} wrapper */
  async #draw(wrapper) {
    this.#taken.add(wrapper);
    try {
      const drawing = await this.typesetter.draw(wrapper);
      this.#drawn.set(wrapper, drawing); // not before: another batch may have begun since
      if (this.#drawn.size >= MOST) await this.#flush();
      else this.#timer ||= window.setTimeout(() => this.#flush(), this.#seen.size ? BATCH : UNSEEN);
    } catch (error) {
      this.#taken.delete(wrapper);
      this.#failed(wrapper, error);
    }
  }

  /** Show what is drawn, after what was drawn before. */
  #flush() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const drawn = this.#drawn;
    this.#drawn = new Map();
    return (this.#shown = this.#shown.then(() => this.#batch(drawn)));
  }

  /**
   * The page is written to once and laid out once, which makes the browser ask for fonts that
   * nobody knew of.
   * @param {Map<Element, Drawing>} drawn
   */
  async #batch(drawn) {
    if (!drawn.size) return;
    await this.#fonts();
    if (this.#stopped) return;
    const staged = this.#stage([...drawn].filter(([wrapper]) => this.#all.has(wrapper)));
    staged.forEach(reveal);
    if (laidOut(staged[0]) && this.typesetter.fonts?.()) {
      staged.forEach(veil);
      await this.#fonts();
    }
    for (const wrapper of drawn.keys()) this.#taken.delete(wrapper);
    staged.forEach((wrapper) => this.#show(wrapper));
  }

  /** Until the fonts are there that the page waits for. */
  async #fonts() {
    const fonts = this.typesetter.fonts?.();
    if (fonts) await Promise.race([fonts, new Promise((go) => setTimeout(go, FONTS))]);
  }

  /** @param {[Element, Drawing][]} drawn @returns {Element[]} those that are in the page now */
  #stage(drawn) {
    this.typesetter.finish?.();
    return drawn.flatMap(([wrapper, drawing]) => {
      try {
        stage(wrapper, drawing, !this.near.formulas.has(wrapper));
        return [wrapper];
      } catch (error) {
        this.#failed(wrapper, error);
        return [];
      }
    });
  }

  /** @param {Element} wrapper */
  #show(wrapper) {
    if (!isIntact(wrapper)) return; // someone was faster; it is put right and comes again
    settle(wrapper);
    this.delete(wrapper);
    if (!this.#stopped) this.done(wrapper);
  }

  /** @param {Element} wrapper @param {unknown} error */
  #failed(wrapper, error) {
    this.delete(wrapper);
    fail(wrapper, error instanceof BadFormula ? error.message : "");
    if (this.#complained || error instanceof BadFormula) return;
    this.#complained = true;
    console.warn(`mathward: formulas stay as they are: ${error}`);
  }
}

/**
 * The first screen in document order, then the others by their distance from it.
 * @param {Iterable<Element>} wrappers @returns {{wrapper: Element, distance: number}[]}
 */
function nearestFirst(wrappers) {
  const height = innerHeight;
  return Array.from(wrappers, (wrapper) => {
    const { top, bottom } = wrapper.getBoundingClientRect();
    return { wrapper, distance: Math.max(0, top - height, -bottom) };
  }).sort((a, b) => a.distance - b.distance);
}

/**
 * Lay the page out, as the next frame would: this makes the browser ask for the fonts that it
 * needs, and nothing has been painted yet.
 * @param {Element | undefined} wrapper
 */
const laidOut = (wrapper) => wrapper?.getBoundingClientRect();

/** Let the browser do something else. */
const pause = () =>
  /** @type {any} */ (globalThis).scheduler?.yield?.() ?? new Promise((go) => setTimeout(go));

/** Until the browser has nothing to do, or not for long. */
const idle = () =>
  new Promise((go) => globalThis.requestIdleCallback?.(go, { timeout: 100 }) ?? setTimeout(go));

/** Until what was written is on the screen, if it comes there: a hidden page is never painted. */
const painted = () =>
  new Promise((go) => {
    requestAnimationFrame(() => requestAnimationFrame(go));
    setTimeout(go, BATCH);
  });
