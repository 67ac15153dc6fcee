// @ts-check
/**
 * Brings a page into the state that is to be seen: typeset and at rest, translated, restored. Like
 * `shots.js` the file is one expression, an object of functions.
 */
(() => {
  const page = /** @type {any} */ (globalThis);
  const FROZEN = `*, ::before, ::after { transition: none !important; caret-color: transparent
    !important; scroll-behavior: auto !important; content-visibility: visible !important }`;
  const FORMULAS = "mjx-container, .katex, .math[data-tex]";
  const PATIENCE = 20_000; // milliseconds for an engine that is on its way
  let deadline = 180_000; // milliseconds, on a machine with much else to do
  const frame = () => new Promise((go) => requestAnimationFrame(() => go(undefined)));
  const pause = () => new Promise((go) => setTimeout(go, 20));

  // --- until nothing moves -------------------------------------------------------------------

  /** How long the page has to come to rest. @param {number} seconds */
  function allow(seconds) {
    deadline = seconds * 1000;
  }

  /** Every formula typeset, however far away, fonts and images there, nothing moving. */
  function settle() {
    const late = `the page does not come to rest in ${deadline / 1000} s`;
    return Promise.race([
      rest(),
      new Promise((_, fail) => setTimeout(() => fail(new Error(late)), deadline)),
    ]);
  }

  async function rest() {
    await typesetAll();
    await still();
  }

  /** What is there is there, and stands still. */
  async function still() {
    await arrived();
    freeze();
    for (let before = "", now = place(); before !== now; before = now, now = place()) {
      await frame();
      await frame();
      await arrived();
    }
  }

  async function typesetAll() {
    if (page.mathward?.typesetAll) return page.mathward.typesetAll();
    await walk(); // whatever waits for the reader to come near
    if (!document.querySelector("script[src*=mathjax i], script[src*=tex-mml i]")) return;
    const end = performance.now() + PATIENCE;
    while (!page.MathJax?.startup?.promise && !page.MathJax?.Hub) {
      if (performance.now() > end) return;
      await pause();
    }
    if (page.MathJax.Hub) return new Promise((go) => page.MathJax.Hub.Queue(go));
    await patiently(page.MathJax.startup.promise);
    await patiently(page.MathJax.startup.document?.lazyTypesetAll?.());
    await walk();
    await patiently(page.MathJax.startup.promise);
  }

  /** Wait, but not for ever: what never comes is seen as it is. @param {unknown} promise */
  const patiently = (promise) =>
    Promise.race([promise, new Promise((go) => setTimeout(go, PATIENCE))]).catch(() => {});

  /** To the end of the page and back, in at most so many steps. */
  async function walk(steps = 24) {
    const { x, y } = { x: scrollX, y: scrollY };
    const step = Math.max(innerHeight, document.documentElement.scrollHeight / steps);
    for (let at = 0; at < document.documentElement.scrollHeight && steps--; at += step) {
      scrollTo(0, at);
      await frame();
    }
    scrollTo(x, y);
    await frame();
  }

  async function arrived() {
    for (const image of document.images) {
      image.loading = "eager";
      await Promise.race([image.decode().catch(() => {}), new Promise((go) => setTimeout(go, 5000))]);
    }
    await document.fonts.ready;
  }

  /** What moves stands still: endless animations at their beginning, others at their end. */
  function freeze() {
    restyle(FROZEN);
    for (const each of document.getAnimations()) {
      try {
        each.finish();
      } catch {
        each.cancel();
      }
    }
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  }

  /** A style sheet of ours, which no policy forbids. @param {string} css */
  function restyle(css) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }

  /** Blank out what is different each time; its room stays. @param {string[]} selectors */
  function mask(selectors) {
    for (const each of selectors) restyle(`:is(${each}) { visibility: hidden !important }`);
  }

  function place() {
    const { scrollWidth, scrollHeight } = document.documentElement;
    const last = [...document.querySelectorAll(FORMULAS)].at(-1)?.getBoundingClientRect();
    return [scrollWidth, scrollHeight, last?.x, last?.y, last?.width].join();
  }

  // --- a page translator ---------------------------------------------------------------------

  /** @type {[Text, Element][]} */
  let replaced = [];

  /** Translate as Chrome does: each text that is not opted out becomes two `font` elements with
   * other words, as long as the old ones and the same each time. */
  async function translate() {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!node.nodeValue?.trim() || !parent) continue;
      if (parent.closest("script, style, textarea, svg, .notranslate, [translate=no]")) continue;
      texts.push(/** @type {Text} */ (node));
    }
    document.documentElement.classList.add("translated-ltr");
    for (const text of texts) {
      const [outer, inner] = [document.createElement("font"), document.createElement("font")];
      inner.textContent = foreign(text.data);
      outer.append(inner);
      replaced.push([text, outer]);
      text.replaceWith(outer);
    }
    await settle();
  }

  async function restore() {
    for (const [text, outer] of replaced) if (outer.isConnected) outer.replaceWith(text);
    replaced = [];
    document.documentElement.classList.remove("translated-ltr");
    await settle();
  }

  /** Other letters of the same kind; white space and signs stay. @param {string} text */
  const foreign = (text) =>
    text.replace(/\p{L}/gu, (letter) => {
      const code = letter.codePointAt(0) ?? 0;
      if (code > 0x2e7f) return String.fromCodePoint(0x4e00 + ((code * 7) % 2000));
      const turned = "etaoinshrdlucmfwypvbgkjqxz"[code % 26];
      return letter === letter.toUpperCase() ? turned.toUpperCase() : turned;
    });

  return { allow, settle, still, mask, translate, restore };
})();
