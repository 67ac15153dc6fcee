// @ts-check
/**
 * What all modes have in common: they watch the page, work a little later (throttled and never
 * debounced: a page that keeps changing does not starve them) and overlook their own writing.
 */

/** @typedef {import("./language.js").Language} Language */

export class Translator {
  latency = 100; // milliseconds
  #timer = 0;
  #on = false;

  /** @param {Language} language @param {string} [variant] */
  constructor(language, variant = "") {
    this.language = language;
    this.variant = variant;
    this.observer = new MutationObserver((records) => this.changed(records));
    this.looked = () => this.soon();
  }

  /** @type {MutationObserverInit} what a mode wants to hear of */
  get watches() {
    return { childList: true, subtree: true };
  }

  start() {
    this.#on = true;
    this.observer.observe(document.body, this.watches);
    addEventListener("scroll", this.looked);
    this.consider(document.body);
    this.soon();
  }

  /** What is translated stays so. */
  stop() {
    this.#on = false;
    this.observer.disconnect();
    removeEventListener("scroll", this.looked);
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  /** Show the original again. */
  restore() {
    this.changed(this.observer.takeRecords());
    this.stop();
    this.undo();
  }

  /** Work after a while, however often this is asked for. */
  soon() {
    if (!this.#on) return;
    this.#timer ||= setTimeout(() => {
      this.#timer = 0;
      this.quietly(() => this.work());
    }, this.latency);
  }

  /** Write unseen by oneself; what others wrote before is heard. @param {() => void} write */
  quietly(write) {
    this.changed(this.observer.takeRecords());
    write();
    this.observer.takeRecords();
  }

  /** @param {() => void} answer @param {number} latency milliseconds until it comes */
  later(answer, latency) {
    setTimeout(() => this.#on && this.quietly(answer), latency);
  }

  /** @param {MutationRecord[]} records */
  changed(records) {
    for (const { addedNodes } of records) {
      for (const node of addedNodes) if (node.isConnected) this.consider(node);
    }
    if (records.length) this.soon();
  }

  /** Take note of what is to be translated. @param {Node} _node */
  consider(_node) {}

  /** Translate what was noted. */
  work() {}

  /** Put back what was translated. */
  undo() {}
}
