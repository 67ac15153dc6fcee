// @ts-check
/**
 * TWP, the extension: pieces of text between opted-out or unknown elements, overwritten in place
 * with a space appended, once a box beside them is on the screen. An answer overwrites what the
 * text has become meanwhile. Only whole new blocks are noticed, every two seconds, and only if
 * they were neither seen before nor moved since.
 */

import { Attributes, isElement, isMarked, isNever, isOnScreen, isText } from "../dom.js";
import { hasLetters, isIn, translated } from "../language.js";
import { Translator } from "../translator.js";

const INLINE = new Set(
  "A ABBR ACRONYM B BDO BIG CITE DFN EM FONT I LABEL Q S SMALL SPAN STRONG SUB SUP U TT VAR".split(
    " ",
  ),
);
const IGNORED = new Set(["BR", "CODE", "KBD", "WBR", "SVG", "TITLE"]);
const ANSWER = 300; // milliseconds
const NEWS = 2000;

/** @param {Element} element */
const isSkipped = (element) =>
  isMarked(element) || isNever(element) || IGNORED.has(element.nodeName);

export class Twp extends Translator {
  /** @type {Set<Text[]>} */ #pieces = new Set();
  /** @type {Map<Text, string>} */ #originals = new Map();
  /** @type {WeakSet<Node>} */ #seen = new WeakSet();
  /** @type {Map<Node, boolean>} new nodes, and whether they were moved since */ #news = new Map();
  #reading = 0;
  attributes = new Attributes(["title", "alt", "placeholder"], this.language);

  /** @param {MutationRecord[]} records */
  changed(records) {
    for (const { addedNodes, removedNodes } of records) {
      for (const node of removedNodes) if (this.#news.has(node)) this.#news.set(node, true);
      for (const node of addedNodes) if (!this.#news.has(node)) this.#news.set(node, false);
    }
    if (this.#news.size) this.#reading ||= setTimeout(() => this.#read(), NEWS);
  }

  stop() {
    clearTimeout(this.#reading);
    this.#reading = 0;
    super.stop();
  }

  #read() {
    this.#reading = 0;
    for (const [node, moved] of this.#news) {
      const isBlock = isElement(node) && !INLINE.has(node.nodeName) && !isSkipped(node);
      if (isBlock && !moved && node.isConnected && !this.#seen.has(node)) this.consider(node);
    }
    this.#news.clear();
    this.soon();
  }

  /** @param {Node} node */
  consider(node) {
    /** @type {Text[]} */ let piece = [];
    const end = () => {
      if (piece.some(({ data }) => hasLetters(data))) this.#pieces.add(piece);
      piece = [];
    };
    const walk = (/** @type {Node} */ at) => {
      this.#seen.add(at);
      if (isText(at)) piece.push(at);
      if (!isElement(at)) return;
      const bounds = !INLINE.has(at.nodeName) || isSkipped(at);
      if (bounds) end();
      if (!isSkipped(at)) at.childNodes.forEach(walk);
      if (bounds) end();
    };
    walk(node);
    end();
    this.attributes.translate(node, isSkipped);
  }

  work() {
    for (const piece of this.#pieces) {
      const near = [piece[0], piece.at(-1)].some((text) => isOnScreen(text?.parentElement ?? null));
      if (!near) continue;
      this.#pieces.delete(piece);
      const asked = piece.map((text) => text.data);
      this.later(
        () => piece.forEach((text, index) => this.#write(text, asked[index] ?? "")),
        ANSWER,
      );
    }
  }

  /** @param {Text} text @param {string} asked */
  #write(text, asked) {
    if (!hasLetters(asked) || isIn(asked, this.language)) return;
    if (!this.#originals.has(text)) this.#originals.set(text, asked);
    text.data = `${translated(asked, this.language)} `;
  }

  undo() {
    for (const [text, original] of this.#originals) text.data = original;
    this.#originals.clear();
    this.#pieces.clear();
    this.attributes.restore();
  }
}
