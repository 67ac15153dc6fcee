// @ts-check
/** Typesetters for tests: one that draws at once, and a hand that holds any of them back. */

/** @typedef {import("./client/queue.js").Typesetter} Typesetter */

/** Draws letters, which a translator could touch if they were not marked. @implements {Typesetter} */
export class Plain {
  /** @param {Element} wrapper */
  async draw(wrapper) {
    return this.drawNow(wrapper);
  }

  /** @param {Element} wrapper */
  drawNow(wrapper) {
    const tex = wrapper.getAttribute("data-tex") ?? "";
    const node = document.createElement("mjx-container");
    node.append(
      Object.assign(document.createElement("b"), { textContent: tex.replace(/\s+/g, " ") }),
    );
    node.style.display = "inline-block";
    const math = () => {
      const element = document.createElementNS("http://www.w3.org/1998/Math/MathML", "math");
      element.append(document.createElementNS(element.namespaceURI, "mi"));
      return element;
    };
    return { node, full: false, spoken: false, math };
  }
}

/** Nothing is drawn until the test lets go. @implements {Typesetter} */
export class Held {
  /** @type {(() => void)[]} */ #waiting = [];
  open = false; // everything is drawn as it is asked for
  loaded = false; // something was drawn, so that things can be drawn at once
  drawing = 0; // how many are being drawn

  /** @param {Typesetter} typesetter */
  constructor(typesetter) {
    this.typesetter = typesetter;
  }

  /** @param {Element} wrapper */
  async draw(wrapper) {
    if (!this.open)
      await new Promise((/** @type {(value?: undefined) => void} */ go) => this.#waiting.push(go));
    this.drawing += 1;
    try {
      return await this.typesetter.draw(wrapper);
    } finally {
      this.loaded = true;
      this.drawing -= 1;
    }
  }

  /** @param {Element} wrapper */
  drawNow(wrapper) {
    return this.loaded ? this.typesetter.drawNow(wrapper) : null;
  }

  /** @param {Element[]} wrappers */
  prepare(wrappers) {
    this.typesetter.prepare?.(wrappers);
  }

  finish() {
    this.typesetter.finish?.();
  }

  fonts() {
    return this.typesetter.fonts?.() ?? null;
  }

  /** @param {Parameters<NonNullable<Typesetter["attach"]>>} told */
  attach(...told) {
    return this.typesetter.attach?.(...told) ?? (() => {});
  }

  /** Draw what was asked for first. */
  keep() {
    this.#waiting.shift()?.();
  }

  /** Draw everything, from now on as it comes. */
  release() {
    this.open = true;
    while (this.#waiting.length) this.keep();
  }

  /** Hold back again. */
  hold() {
    this.open = false;
  }
}
