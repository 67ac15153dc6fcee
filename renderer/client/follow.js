// @ts-check
/**
 * A reader at the end of the text stays at its end; one who has scrolled up stays where they are,
 * for what grows is below them.
 */

const NEAR = 8; // pixels from the end count as being there
const LINGER = 2000; // milliseconds in which the last formulas may still grow

/** @type {WeakMap<Element, Follow>} */
const followers = new WeakMap();

export class Follow {
  #top = 0;
  #following = true;

  /** @param {Element} scroller */
  constructor(scroller) {
    this.scroller = scroller;
    this.#scrolled();
    this.#following = this.#isAtEnd;
    this.observer = new ResizeObserver(() => this.#resized());
    this.observer.observe(scroller);
    addEventListener("scroll", () => this.#scrolled(), { capture: true, passive: true });
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

  /** Only who goes up leaves the end: it may have moved on before we hear of a scroll. */
  #scrolled() {
    const top = this.scroller.scrollTop;
    if (this.#isAtEnd) this.#following = true;
    else if (top < this.#top) this.#following = false;
    this.#top = top;
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
