// @ts-check
/**
 * A reader at the end of the text stays at its end; one who has scrolled up stays where they are,
 * for what grows is below them.
 */

const NEAR = 8; // pixels from the end count as being there
const GESTURES = ["wheel", "touchmove", "pointerdown", "keydown"];
const SOON = 1000; // milliseconds from a gesture to the scrolling that it causes
const LINGER = 2000; // milliseconds in which the last formulas may still grow

/** @type {WeakMap<Element, Follow>} */
const followers = new WeakMap();

export class Follow {
  #top = 0;
  #following = true;
  #gesture = -SOON;

  /** @param {Element} scroller */
  constructor(scroller) {
    this.scroller = scroller;
    this.#scrolled();
    this.#following = this.#isAtEnd;
    this.observer = new ResizeObserver(() => this.#resized());
    this.observer.observe(scroller);
    const early = { capture: true, passive: true };
    addEventListener("scroll", () => this.#scrolled(), early);
    for (const name of GESTURES) {
      addEventListener(name, () => (this.#gesture = performance.now()), early);
    }
  }

  /** The one of what scrolls. @param {Element} scroller */
  static of(scroller) {
    const follower = followers.get(scroller) ?? new Follow(scroller);
    followers.set(scroller, follower);
    return follower;
  }

  /** @param {Element} element that grows @returns {() => void} when it has stopped growing */
  add(element) {
    this.observer.observe(element);
    return () => void setTimeout(() => this.observer.unobserve(element), LINGER);
  }

  get #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  /**
   * Only who goes up leaves the end. The browser goes up by itself, a little, where text shrinks,
   * and there may be more below again before we hear of it.
   */
  #scrolled() {
    const { scrollTop, clientHeight } = this.scroller;
    const isMeant =
      performance.now() - this.#gesture < SOON || this.#top - scrollTop > clientHeight / 2;
    if (this.#isAtEnd) this.#following = true;
    else if (scrollTop < this.#top && isMeant) this.#following = false;
    this.#top = scrollTop;
  }

  #resized() {
    if (this.#following) this.scroller.scrollTop = this.scroller.scrollHeight;
    this.#top = this.scroller.scrollTop;
  }
}

/** What scrolls an element. @param {Element} element @returns {Element} */
export function scrollerOf(element) {
  for (let each = element.parentElement; each; each = each.parentElement) {
    const scrolls = /auto|scroll/.test(getComputedStyle(each).overflowY);
    if (scrolls && each !== document.body) return each;
  }
  return document.scrollingElement ?? document.documentElement;
}
