// @ts-check
/**
 * A typesetter whose promises the test keeps by hand. The drawing of `w300` is 300 px wide.
 */

import { BadFormula } from "./client/queue.js";

export class Fake {
  /** @type {string[]} what was asked for, in turn */ asked = [];
  /** @type {Map<string, {keep: () => void, break: (error: Error) => void}>} */ promises = new Map();
  atOnce = false;
  redraw = () => {};

  /** @param {boolean} [patient] false: every promise is kept as soon as it is given */
  constructor(patient = true) {
    this.patient = patient;
  }

  /** @param {Element} wrapper */
  draw(wrapper) {
    const tex = wrapper.getAttribute("data-tex") ?? "";
    this.asked.push(tex);
    if (!this.patient) return Promise.resolve(drawing(tex));
    return new Promise((resolve, reject) =>
      this.promises.set(tex, { keep: () => resolve(drawing(tex)), break: reject }),
    );
  }

  /** @param {Element} wrapper */
  drawNow(wrapper) {
    return this.atOnce ? drawing(wrapper.getAttribute("data-tex") ?? "") : null;
  }

  /** @param {Element | Document} _root @param {() => void} redraw */
  attach(_root, redraw) {
    this.redraw = redraw;
    return () => (this.redraw = () => {});
  }

  /** @param {string} tex */
  keep(tex) {
    this.promises.get(tex)?.keep();
  }

  /** @param {string} tex @param {string} reason the formula is at fault */
  refuse(tex, reason) {
    this.promises.get(tex)?.break(new BadFormula(reason));
  }

  /** @param {string} tex @param {string} reason the formula is not at fault */
  collapse(tex, reason) {
    this.promises.get(tex)?.break(new Error(reason));
  }
}

/** @param {string} tex */
function drawing(tex) {
  const node = document.createElement("span");
  node.className = "fake";
  node.append(document.createElement("b"));
  const width = /^w(\d+)$/.exec(tex)?.[1] ?? "20";
  node.style.cssText = `display:block;height:1em;width:${Number(width) / 16}em`;
  const math = () => document.createElementNS("http://www.w3.org/1998/Math/MathML", "math");
  return { node, full: false, spoken: false, math };
}
