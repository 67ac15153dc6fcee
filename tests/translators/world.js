// @ts-check
/**
 * Time and screen in the test's hands, so that a list of steps always runs the same way and in
 * no time: timers, frames and the observers of layout wait until the test lets time pass.
 */

import { screen_ } from "./dom.js";

const STILL = 40; // rounds without any timer

/** @type {typeof setTimeout} */
const realTimeout = globalThis.setTimeout.bind(globalThis);
const channel = new MessageChannel();
/** @type {(() => void)[]} */ const turns = [];
channel.port1.onmessage = () => turns.shift()?.();

/** Let everything happen that waits for nothing: promises, and the news of mutations. */
export const flush = () =>
  new Promise((/** @type {(value?: undefined) => void} */ go) => {
    turns.push(go);
    channel.port2.postMessage(0);
  });

/** Wait for the network or for fonts. @param {number} milliseconds */
export const really = (milliseconds) => new Promise((go) => realTimeout(go, milliseconds));

/** @typedef {{due: number, run: () => void}} Timer */

export class World {
  #now = 0;
  #count = 0;
  /** @type {Map<number, Timer>} */ #timers = new Map();
  /** @type {Map<number, FrameRequestCallback>} */ #frames = new Map();
  /** @type {Set<{look: () => void}>} */ #observers = new Set();

  constructor() {
    const world = this;
    const observers = this.#observers;
    /** @param {(element: Element) => unknown} state */
    const observer = (state) =>
      class {
        /** @type {Map<Element, unknown>} */ seen = new Map();
        /** @param {(entries: any[]) => void} tell */
        constructor(tell) {
          this.tell = tell;
          observers.add(this);
        }
        /** @param {Element} element */
        observe(element) {
          if (!this.seen.has(element)) this.seen.set(element, undefined);
        }
        /** @param {Element} element */
        unobserve(element) {
          this.seen.delete(element);
        }
        disconnect() {
          this.seen.clear();
          observers.delete(this);
        }
        look() {
          const entries = [...this.seen].flatMap(([target, before]) => {
            const now = state(target);
            this.seen.set(target, now);
            const rect = target.getBoundingClientRect();
            const entry = { target, contentRect: rect, boundingClientRect: rect };
            return now === before ? [] : [{ ...entry, isIntersecting: now }];
          });
          if (entries.length) this.tell(entries);
        }
      };
    Object.assign(globalThis, {
      setTimeout: (/** @type {() => void} */ run, delay = 0) => world.#later(run, delay),
      clearTimeout: (/** @type {number} */ id) => void world.#timers.delete(id),
      requestAnimationFrame: (/** @type {FrameRequestCallback} */ run) => {
        world.#frames.set(++world.#count, run);
        return world.#count;
      },
      cancelAnimationFrame: (/** @type {number} */ id) => void world.#frames.delete(id),
      requestIdleCallback: (/** @type {() => void} */ run) => world.#later(run, 0),
      cancelIdleCallback: (/** @type {number} */ id) => void world.#timers.delete(id),
      IntersectionObserver: observer(isNear),
      ResizeObserver: observer((element) => /** @type {HTMLElement} */ (element).clientWidth),
    });
    performance.now = () => (world.#now += 1); // so that slices end, always at the same place
    Object.assign(globalThis.scheduler ?? {}, { yield: () => Promise.resolve() });
  }

  /** @param {() => void} run @param {number} delay */
  #later(run, delay) {
    this.#timers.set(++this.#count, { due: this.#now + delay, run });
    return this.#count;
  }

  /** Let time pass. @param {number} milliseconds */
  async advance(milliseconds) {
    const end = this.#now + milliseconds;
    for (;;) {
      await flush();
      const [id, next] = [...this.#timers].reduce(
        (a, b) => (b[1].due < a[1].due ? b : a),
        [0, { due: end, run() {} }],
      );
      if (!id || next.due > end) break;
      this.#timers.delete(id);
      this.#now = Math.max(this.#now, next.due);
      next.run();
    }
    this.#now = Math.max(this.#now, end);
  }

  /** Let the browser paint. */
  async frame() {
    await flush();
    const due = [...this.#frames.values()];
    this.#frames.clear();
    due.forEach((run) => run(this.#now));
    await flush();
    this.#observers.forEach((observer) => observer.look());
    await flush();
  }

  /** Scroll, as a reader does. @param {number} top */
  async scroll(top) {
    scrollTo(0, top);
    dispatchEvent(new Event("scroll"));
    await this.frame();
  }

  /** Everything is on the screen until {@link forget}. */
  unbound() {
    screen_.unbounded = true;
    dispatchEvent(new Event("scroll"));
  }

  /** Has someone something left to do? */
  get busy() {
    return this.#timers.size > 0 || this.#frames.size > 0;
  }

  /** Nothing is left of what was going on. */
  forget() {
    screen_.unbounded = false;
    this.#timers.clear();
    this.#frames.clear();
    for (const observer of [...this.#observers]) this.#observers.delete(observer);
    scrollTo(0, 0);
  }

  /** Go on until nothing happens any more; false if that takes for ever. */
  async settle() {
    for (let round = 0; round < STILL; round += 1) {
      await this.frame();
      if (!this.busy) return true;
      await this.advance(5000);
    }
    return false;
  }
}

/** @param {Element} element */
function isNear(element) {
  const rect = element.isConnected && element.getClientRects()[0];
  if (!rect) return false;
  return screen_.unbounded || (rect.bottom > -100 && rect.top < innerHeight + 100);
}
