// @ts-check
/**
 * Runs lists of steps on a page: what the reader, the page, the network and the translator do,
 * in any order. Every step can stand everywhere, so that every part of a list is a list.
 */

import { gate, open } from "./client/shield.js";
import { start, typesetAll } from "./client/main.js";
import { stream } from "./client/stream.js";
import { BLOCK, OURS, drawingOf, fights, keyOf, problems, sourceOf } from "./invariants.js";
import { MODES, translate } from "./translators.js";
import { Held } from "./typesetters.js";
import { flush, really } from "./world.js";

/** @typedef {[name: string, ...args: (number | string)[]]} Step */
/** @typedef {import("./translators.js").Translator} Translator */
/** @typedef {import("./language.js").Language} Language */
/** @typedef {import("./client/queue.js").Typesetter} Typesetter */

const TAIL = "The answer grows, word by word, until a formula comes.".split(/(?= )/);

export class Driver {
  /** @type {Map<string, string>} of the untranslated page */ drawing = new Map();

  /**
   * @param {Record<"article" | "batch" | "tail", string>} html what render() made
   * @param {() => Typesetter} typesetter @param {import("./world.js").World} world
   * @param {import("./client/stream.js").Message[]} messages what a stream of "batch" sends
   */
  constructor(html, typesetter, world, messages) {
    this.html = html;
    this.messages = messages;
    this.typesetter = typesetter;
    this.world = world;
    /** @type {string[]} */ this.errors = [];
    addEventListener("error", ({ message }) => this.errors.push(message));
    addEventListener("unhandledrejection", ({ reason }) => this.errors.push(String(reason)));
  }

  /** Typeset all there is once, in peace. */
  async learn() {
    const run = new Run(this, "google");
    for (const name of Object.keys(this.html)) run.append(/** @type {any} */ (name), 1000);
    await run.settle();
    for (const wrapper of run.page.querySelectorAll(".math[data-tex]")) {
      this.drawing.set(keyOf(wrapper), drawingOf(wrapper));
      const made = (await run.held.typesetter.draw(wrapper)).math();
      const both = [
        wrapper.querySelector("math")?.innerHTML ?? "",
        /** @type {Element} */ (made).innerHTML,
      ];
      this.drawing.set(`math ${keyOf(wrapper)}`, both.join("\0"));
    }
    run.end();
  }

  /**
   * @param {string} mode @param {Step[]} steps
   * @returns {Promise<string[]>} what is wrong in the end; nothing, if all is well
   */
  async run(mode, steps) {
    const run = new Run(this, mode);
    try {
      for (const [name, ...args] of steps) {
        await /** @type {any} */ (run)[`do_${name}`](...args);
        await flush();
      }
      await run.settle();
      return await run.verdict();
    } finally {
      run.end();
    }
  }
}

/**
 * An answer that is being streamed, and the blocks that are finished by now.
 * @typedef {{section: Element, left: import("./client/stream.js").Message[],
 *   shown: import("./client/stream.js").Answer, blocks: Map<string, Element>}} Answer
 */

class Run {
  /** @type {Map<string, import("./invariants.js").Source>} */ sources = new Map();
  /** @type {Map<Element, number>} how often each formula was typeset */ typeset = new Map();
  /** @type {Translator[]} */ on = [];
  /** @type {import("./translators.js").Mode[]} that were on since the page was whole */ modes = [];
  /** @type {(() => void)[]} */ stops = [];
  /** @type {Language | null} */ language = null;
  /** @type {Element | null} */ tail = null;
  /** @type {Answer | null} */ answer = null;
  fed = "";
  loose = false;
  /** @type {string[]} */ found = [];

  /** @param {Driver} driver @param {string} mode */
  constructor(driver, mode) {
    this.driver = driver;
    this.world = driver.world;
    this.mode = mode;
    this.held = new Held(driver.typesetter());
    this.page = document.createElement("main");
    document.body.append(this.page);
    this.counted = (/** @type {Event} */ { target }) => {
      const wrapper = /** @type {Element} */ (target);
      this.typeset.set(wrapper, (this.typeset.get(wrapper) ?? 0) + 1);
    };
    document.addEventListener("mathward:typeset", this.counted);
    this.append("article", 1000);
  }

  end() {
    this.on.forEach((translator) => translator.stop());
    this.stops.forEach((stop) => stop());
    document.removeEventListener("mathward:typeset", this.counted);
    this.page.remove();
    document.documentElement.className = "";
    document.documentElement.lang = "en";
    this.world.forget();
  }

  /** @param {"article" | "batch" | "tail"} what @param {number} most blocks at the top */
  append(what, most) {
    const template = document.createElement("template");
    template.innerHTML = this.driver.html[what];
    while (template.content.children.length > most) template.content.lastElementChild?.remove();
    return this.put(template.content);
  }

  /** @param {DocumentFragment} content @returns {Element} the section that holds it now */
  put(content) {
    const section = document.createElement("section");
    section.append(content);
    this.#register([...section.querySelectorAll(BLOCK)]);
    this.page.append(section);
    return section;
  }

  /** Name all first, so that a block does not count what is in the blocks inside it. @param {Element[]} blocks */
  #register(blocks) {
    const first = this.sources.size;
    blocks.forEach((block, index) => block.setAttribute("data-block", `b${first + index}`));
    blocks.forEach((block) => this.register(block));
  }

  /** @param {Element} block @param {boolean} [lasting] */
  register(block, lasting) {
    const source = sourceOf(block, lasting);
    this.sources.set(block.getAttribute("data-block") ?? "", source);
    if (this.misses("td") && /^T[DH]$/.test(block.nodeName) && this.on.length) source.missed = true;
    return source;
  }

  /** @param {"td" | "moved" | "again"} what */
  misses(what) {
    return [this.mode, ...this.modes].some((mode) =>
      (typeof mode === "string" ? MODES[mode] : mode)?.misses?.includes(what),
    );
  }

  // what the network brings

  do_load() {
    if (!this.stops.length)
      this.stops.push(start(document, { typesetter: this.held, margin: "100px" }));
  }

  do_loadHere() {
    if (!this.stops.length)
      this.stops.push(start(this.page, { typesetter: this.held, margin: "100px" }));
  }

  do_keep(count = 1) {
    for (let each = 0; each < count; each += 1) this.held.keep();
  }

  do_release() {
    this.held.release();
  }

  do_hold() {
    this.held.hold();
  }

  // time and the reader

  do_frame() {
    return this.world.frame();
  }

  do_wait(milliseconds = 100) {
    return this.world.advance(milliseconds);
  }

  do_scroll(screens = 1) {
    return this.world.scroll(screens * innerHeight);
  }

  async do_resize(width = 320) {
    this.page.style.width = `${width}px`;
    dispatchEvent(new Event("resize"));
    await this.world.frame();
  }

  do_print() {
    dispatchEvent(new Event("beforeprint"));
  }

  // translators

  /** @param {Language} [language] */
  do_on(language = "ka") {
    if (this.on.length) return;
    this.#start(this.mode, language);
  }

  /** @param {Language} [language] */
  do_again(language = "hy") {
    if (!this.on.length) return;
    for (const translator of this.on) translator.stop();
    this.#start(this.mode, language);
  }

  /** A second translator, into the language of the first. @param {string} mode */
  do_stack(mode) {
    if (this.on.length !== 1 || mode === this.mode) return;
    this.#start(mode, this.language ?? "ka");
    this.loose = true; // each takes what the other made for the original
  }

  /** @param {string} mode @param {Language} language */
  #start(mode, language) {
    const translator = translate(mode, language);
    this.on.push(translator);
    this.modes.push(/** @type {any} */ (MODES[mode]));
    this.language = language;
    translator.start();
  }

  do_restore() {
    if (!this.on.length || !this.modes.every(({ restores }) => restores)) return;
    for (const translator of this.on.reverse()) translator.restore();
    this.on = [];
    this.language = null;
  }

  // the page

  do_append(most = 25) {
    this.append("batch", most);
  }

  /** A page that starts the client on what it brings. */
  do_appendStarted(most = 25) {
    const section = this.append("batch", most);
    if (this.stops.length)
      this.stops.push(start(section, { typesetter: this.held, margin: "100px" }));
  }

  /** @param {number} index @returns {Element | undefined} one of the blocks that are alone */
  #block(index) {
    const all = [...this.page.querySelectorAll("section > :is(p, h1):not(.bilingual-copy)")];
    return all[index % all.length];
  }

  /** @param {number} index */
  do_move(index) {
    const block = this.#block(index);
    if (!block) return;
    const source = this.sources.get(block.getAttribute("data-block") ?? "");
    if (source && this.on.length && this.misses("moved")) source.missed = true;
    block.parentElement?.append(block);
  }

  /** @param {number} index */
  do_clone(index) {
    const block = this.#block(index);
    if (!block) return;
    const copy = /** @type {Element} */ (block.cloneNode(true));
    copy.setAttribute("data-block", `b${this.sources.size}`);
    const original = this.sources.get(block.getAttribute("data-block") ?? "");
    const source = this.register(copy, !this.modes.length && original?.lasting);
    Object.assign(source, { ...original, lasting: source.lasting, missed: original?.missed });
    block.after(copy);
  }

  /** @param {number} index @returns {Element | undefined} */
  #formula(index) {
    const all = [...this.page.querySelectorAll(".math[data-tex]")];
    return all[index % all.length];
  }

  /**
   * Without the client and without the comment in it nothing keeps Firefox from dropping it.
   * @param {number} index
   */
  do_empty(index) {
    if (this.stops.length) this.#formula(index)?.replaceChildren();
    else this.do_damage(index);
  }

  /** All of it, before anyone is there. @param {number} index */
  do_hollow(index) {
    if (!this.on.length) this.#formula(index)?.replaceChildren();
  }

  /** @param {number} index */
  do_damage(index) {
    const box = this.#formula(index)?.querySelector(".math-box");
    if (box) box.innerHTML = "<font>damage</font>";
  }

  // an answer that is being written

  do_token() {
    if (!this.tail) {
      this.tail = gate(document.createElement("p"));
      this.fed = "";
      this.page.append(this.tail);
    }
    const token = /** @type {string} */ (TAIL[this.fed.split(" ").length % TAIL.length]);
    this.fed += token;
    this.tail.append(gate(Object.assign(document.createElement("span"), { textContent: token })));
  }

  do_finish() {
    if (!this.tail) return;
    if (this.tail.textContent !== this.fed) this.found.push(`the tail is ${this.tail.outerHTML}`);
    const template = document.createElement("template");
    template.innerHTML = this.driver.html.tail;
    const fresh = [...template.content.children];
    this.#register(fresh);
    open(this.tail, ...fresh);
    this.tail = null;
  }

  /** @param {number} count of messages */
  do_feed(count = 1) {
    if (!this.answer) {
      const section = this.page.appendChild(document.createElement("section"));
      const shown = stream(section, { follow: false });
      this.answer = { section, shown, left: [...this.driver.messages], blocks: new Map() };
    }
    for (const message of this.answer.left.splice(0, count)) {
      this.answer.shown.apply(message);
      this.#notice(this.answer);
    }
  }

  do_close() {
    if (!this.answer) return;
    this.do_feed(1000);
    this.answer.shown.close();
    this.#notice(this.answer);
    this.answer = null;
  }

  /** What has just been finished, before anyone else sees it. @param {Answer} answer */
  #notice({ section, blocks }) {
    for (const [id, block] of blocks) {
      if (block.isConnected) continue;
      this.sources.delete(id);
      blocks.delete(id);
    }
    const fresh = [...section.querySelectorAll(BLOCK)].filter(
      (each) => !each.closest("[aria-busy], [data-block], .bilingual-copy"),
    );
    this.#register(fresh);
    for (const each of fresh) blocks.set(each.getAttribute("data-block") ?? "", each);
  }

  // the end

  async settle() {
    this.do_finish();
    this.do_close();
    this.do_load();
    this.held.release();
    this.world.unbound();
    for (let round = 0; round < 6; round += 1) {
      const all = typesetAll();
      for (let turn = 0; turn < 400 && this.held.drawing; turn += 1) await really(5);
      if (!(await this.world.settle())) this.found.push("never comes to rest");
      if (this.held.drawing) await all;
      if (!this.page.querySelector('.math[data-tex]:not([data-math="typeset"])')) break;
    }
    await this.world.settle();
  }

  /** Both sides: as it is now, and after restoring. @returns {Promise<string[]>} */
  async verdict() {
    this.#look();
    if (this.on.length && this.modes.every(({ restores }) => restores)) {
      this.do_restore();
      await this.settle();
      this.#look("restored: ");
    }
    return [...this.found, ...fights(this.typeset), ...this.driver.errors.splice(0)];
  }

  #look(when = "") {
    const { modes, language, loose } = this;
    const told = { modes, language, loose, drawing: this.driver.drawing };
    this.found.push(...problems(this.page, this.sources, told).map((what) => when + what));
  }
}
