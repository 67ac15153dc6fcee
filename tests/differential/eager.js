// Typesets whole documents eagerly, the way MathJax by itself would do it on a page: one reader
// for a document, in document order, and once more for formulas with forward references.

const BASE = ["base", "ams", "newcommand", "textmacros", "noundefined", "mathward"];
const EXTENSIONS = ["boldsymbol", "cancel", "color", "enclose", "mathtools", "mhchem"];
const NEW = ["new-Command", "new-Environment", "new-Delimiter"]; // where \\def and the like end

globalThis.MathJax = {
  loader: {
    paths: { mathjax: "/mathjax", fonts: "/mathjax/fonts" },
    load: [
      "input/tex-base",
      ...[...BASE.slice(1, -1), ...EXTENSIONS].map((name) => `[tex]/${name}`),
      "output/chtml",
    ],
  },
  startup: { typeset: false, ready: begin },
};

/** What the client calls MathJax's name for `\bm` and others: our package, from our own module. */
async function begin() {
  const { definePackage } = await import("/ours/packages.js");
  definePackage(MathJax);
  MathJax.startup.getComponents();
  globalThis.ready = true;
}

/** @type {Map<string, any>} */ const readers = new Map();

/** A reader that knows nothing of the document before: making one takes longer than a document. */
function fresh(/** @type {object} */ options) {
  const { adaptor, mmlFactory } = MathJax.startup.document;
  const key = JSON.stringify(options);
  const { TeX } = MathJax._.input.tex_ts;
  const reader = readers.get(key) ?? new TeX({ ...options, packages: [...BASE, ...EXTENSIONS] });
  readers.set(key, reader);
  reader.setAdaptor(adaptor);
  reader.setMmlFactory(mmlFactory);
  reader.reset();
  for (const name of NEW) reader.parseOptions.handlers.retrieve(name)?.map.clear();
  return reader;
}

/**
 * The MathML of each formula of a document.
 * @param {[string, boolean][]} formulas TeX and whether it is a display
 * @param {object} options of the TeX reader
 */
function typeset(formulas, options) {
  const page = MathJax.startup.document;
  const reader = fresh(options);
  page.clear();
  const items = formulas.map(([tex, display]) => new page.options.MathItem(tex, reader, display));
  items.forEach((item) => page.math.push(item));
  page.compile();
  return items.map((item) => MathJax.startup.toMML(item.root));
}

/** @param {[[string, boolean][], object][]} runs */
globalThis.typesetAll = (runs) => runs.map(([formulas, options]) => typeset(formulas, options));
