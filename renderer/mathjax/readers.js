// @ts-check
/**
 * MathJax's TeX readers, one for each set of packages, so that a formula's meaning depends on
 * nothing but itself: neither on the extensions nor on the macros of the formulas before it.
 */

import { BASE, extensionsFor } from "./packages.js";
import { TEX } from "./configuration.js";
import { guard } from "./guard.js";

const KEPT = 24; // readers; a hostile text could ask for one per formula
const NEW = ["new-Command", "new-Environment", "new-Delimiter"]; // where \def and the like end
const LASTING = /\\(?:newcolumntype|mathtoolsset|(?:new|renew|use)tagform)/; // end all over the reader

export class Readers {
  /** @type {Map<string, any>} */ #readers = new Map();
  /** @type {Set<string>} */ #loaded = new Set();

  /** @param {any} mathjax */
  constructor(mathjax) {
    this.mathjax = mathjax;
  }

  /** The reader for this TeX, or null if a package is not here yet. @param {string} tex */
  get(tex) {
    const extensions = extensionsFor(tex);
    if (!extensions.every((name) => this.#loaded.has(name))) return null;
    return this.#prepared(LASTING.test(tex) ? this.#make(extensions) : this.#kept(extensions));
  }

  /** The reader for this TeX, after loading what it needs. @param {string} tex */
  async load(tex) {
    const extensions = extensionsFor(tex);
    await this.mathjax.loader.load(...extensions.map((name) => `[tex]/${name}`));
    extensions.forEach((name) => this.#loaded.add(name));
    return this.get(tex);
  }

  /** @param {string[]} extensions */
  #kept(extensions) {
    const key = extensions.join();
    const reader = this.#readers.get(key) ?? this.#make(extensions);
    this.#readers.delete(key); // and to the end of the line
    this.#readers.set(key, reader);
    if (this.#readers.size > KEPT) this.#readers.delete(this.#readers.keys().next().value ?? "");
    return reader;
  }

  /** @param {string[]} extensions */
  #make(extensions) {
    const { TeX } = this.mathjax._.input.tex_ts;
    const reader = new TeX({ ...TEX, packages: [...BASE, ...extensions] });
    reader.postFilters.add((/** @type {any} */ { data }) => guard(data.root), 100);
    return reader;
  }

  /** @param {any} reader */
  #prepared(reader) {
    const { adaptor, mmlFactory } = this.mathjax.startup.document;
    reader.setAdaptor(adaptor);
    reader.setMmlFactory(mmlFactory);
    for (const name of NEW) reader.parseOptions.handlers.retrieve(name)?.map.clear();
    reader.parseOptions.packageData.get("color")?.model.userColors.clear();
    return reader;
  }
}
