// @ts-check
/**
 * What `shots.py` reads of a page that `settle.js` has brought to rest. The file is one expression,
 * an object of functions, since it is put into pages whose policy forbids scripts.
 *
 * Pages of four engines are understood: ours, MathJax (3 and 4), KaTeX, and native MathML. A
 * formula's size is that of its glyphs, in ex of the font around it (for KaTeX, of its own font),
 * so that it means the same on every machine.
 */
(() => {
  /** @typedef {"mathward" | "mathjax" | "katex" | "mathml"} Engine */
  /**
   * @typedef {object} Found one formula as it stands in the page
   * @property {Engine} engine
   * @property {Element} element its outermost element
   * @property {Element} shown what the reader sees of it
   * @property {Element | null} math its MathML
   * @property {string} tex
   * @property {boolean} display
   * @property {string} error
   */

  const page = /** @type {any} */ (globalThis);
  const GLYPHS = ":not(:has(*), mjx-labels *, .tag *, .katex-tag *, .katex svg, .katex svg *)";
  const FOREIGN_MARKUP = "mjx-container, .katex, .math[data-tex]";
  const frame = () => new Promise((go) => requestAnimationFrame(() => go(undefined)));
  const pause = () => new Promise((go) => setTimeout(go, 20));

  // --- which formulas there are --------------------------------------------------------------

  /** @param {string} masked what is blanked out @returns {Found[]} in the order of the page */
  function formulas(masked = "") {
    const items = mathItems();
    /** @type {Found[]} */
    const found = [];
    for (const each of document.querySelectorAll(`${FOREIGN_MARKUP}, .katex-error, math`)) {
      if (each.matches(".katex-error *") || (masked && each.closest(masked))) continue;
      if (each.parentElement?.closest(`${FOREIGN_MARKUP}, math`)) continue;
      const formula = each.matches(".math[data-tex]")
        ? ours(each)
        : each.localName === "mjx-container"
          ? mathjax(each, items.get(each))
          : each.matches(".katex, .katex-error")
            ? katex(each)
            : mathml(each);
      found.push(formula);
    }
    return found;
  }

  /** @param {Element} element @returns {Found} */
  function ours(element) {
    const box = element.querySelector(":scope > .math-box");
    const state = element.getAttribute("data-math");
    const drawing = box?.querySelector(":scope > .math-drawing");
    const reason = box?.getAttribute("data-reason");
    return {
      engine: "mathward",
      element,
      shown: (state === "typeset" && drawing) || box?.firstElementChild || element,
      math: box?.querySelector(":scope > math") ?? null,
      tex: element.getAttribute("data-tex") ?? "",
      display: element.classList.contains("display"),
      error: reason ?? (state === "failed" ? "not typeset" : complaint(element)),
    };
  }

  /** MathJax's own list, by container. @returns {Map<Element, any>} */
  function mathItems() {
    const list = page.MathJax?.startup?.document?.math ?? [];
    const pairs = Array.from(list, (item) => [item.typesetRoot, item]);
    return new Map(/** @type {[Element, any][]} */ (pairs));
  }

  /** @param {Element} element @param {any} item @returns {Found} */
  function mathjax(element, item) {
    const math = element.querySelector("mjx-assistive-mml > math") ?? mathOf(item);
    const tex = item?.math ?? element.querySelector("[data-latex]")?.getAttribute("data-latex");
    return {
      engine: "mathjax",
      element,
      shown: element.querySelector("mjx-math, svg") ?? element,
      math,
      tex: tex ?? annotation(math),
      display: element.getAttribute("display") === "true",
      error: complaint(element, math),
    };
  }

  /** @param {any} item @returns {Element | null} */
  function mathOf(item) {
    const text = item?.root && page.MathJax.startup.toMML?.(item.root);
    if (!text) return null;
    return new DOMParser().parseFromString(text, "text/xml").documentElement;
  }

  /** @param {Element} element @returns {Found} */
  function katex(element) {
    const wrong = element.matches(".katex-error");
    const math = element.querySelector("math");
    return {
      engine: "katex",
      element: element.closest(".katex-display") ?? element,
      shown: element.querySelector(".katex-html") ?? math ?? element,
      math,
      tex: wrong ? (element.textContent ?? "") : annotation(math),
      display: element.closest(".katex-display") !== null,
      error: wrong ? (element.getAttribute("title") ?? "not typeset") : complaint(element),
    };
  }

  /** @param {Element} math @returns {Found} */
  function mathml(math) {
    return {
      engine: "mathml",
      element: math,
      shown: math,
      math,
      tex: annotation(math) || (math.getAttribute("alttext") ?? ""),
      display: math.getAttribute("display") === "block",
      error: complaint(math),
    };
  }

  /** @param {Element | null} math */
  function annotation(math) {
    return math?.querySelector("annotation[encoding='application/x-tex']")?.textContent ?? "";
  }

  /**
   * What stands in a formula in place of what could not be typeset.
   * @param {Element} element @param {Element | null} math
   */
  function complaint(element, math = element.querySelector("math")) {
    const wrong = element.querySelector("merror, mjx-merror, [data-mjx-error]");
    if (wrong) {
      const said = wrong.getAttribute("data-mjx-error") ?? wrong.getAttribute("title");
      return said ?? written(wrong);
    }
    // A command that is unknown is shown in red, by KaTeX and by MathJax.
    const red = math?.querySelector("mstyle[mathcolor='#cc0000'] > mtext, mtext[mathcolor=red]");
    return red?.textContent?.startsWith("\\") ? `undefined: ${red.textContent}` : "";
  }

  // --- what is seen of a formula -------------------------------------------------------------

  /** @param {Found} formula @param {number} depth in pixels, NaN where there is no line */
  function record(formula, depth) {
    const { engine, element, shown, math, tex, display, error } = formula;
    const glyphs = glyphsOf(shown);
    const extent = extentOf(shown);
    const pieces = [...shown.querySelectorAll(":scope .math-seg")].map((e) => e.getBoundingClientRect());
    const { ex } = fontOf(engine === "katex" ? shown : (element.parentElement ?? element));
    const styles = glyphs.map((each) => getComputedStyle(each));
    const width = pieces.length ? pieces.reduce((sum, e) => sum + e.width, 0) : extent.width;
    const height = pieces.length ? Math.max(...pieces.map((e) => e.height)) : extent.height;
    const flows = pieces.length > 0 || error !== "" || Number.isNaN(depth);
    return {
      engine,
      tex: tex.trim(),
      mathml: math ? canonical(math) : "",
      display,
      number: numberOf(element, shown),
      error,
      width: rounded(width / ex),
      height: rounded(height / ex),
      depth: flows ? 0 : rounded(depth / ex),
      font: distinct(glyphs.map(familyOf)),
      colour: distinct(styles.map((each) => each.color)),
      ground: groundOf(element),
      clipped: isClipped(shown, extent),
      box: boxOf(element, shown),
    };
  }

  /** The innermost elements of a drawing, its number left out. @param {Element} shown */
  function glyphsOf(shown) {
    const all = [...shown.querySelectorAll(`*${GLYPHS}`)].filter((each) => {
      const { width, height } = each.getBoundingClientRect();
      return width > 0 && height > 0 && !each.closest("annotation, .katex-mathml, [hidden]");
    });
    return all.length ? all : [shown];
  }

  /** How far the middle of one line is from that of another. @param {DOMRect} a @param {DOMRect} b */
  const apart = (a, b) => Math.abs(a.top + a.bottom - b.top - b.bottom);

  /** Where the ink of a drawing is. @param {Element} shown */
  const extentOf = (shown) => hull(glyphsOf(shown).map((each) => each.getBoundingClientRect()));

  /** @param {DOMRect[]} rects */
  function hull(rects) {
    const left = Math.min(...rects.map((e) => e.left));
    const top = Math.min(...rects.map((e) => e.top));
    const right = Math.max(...rects.map((e) => e.right));
    const bottom = Math.max(...rects.map((e) => e.bottom));
    return new DOMRect(left, top, right - left, bottom - top);
  }

  /** @param {Element} element @param {Element} shown @returns {number[]} */
  function boxOf(element, shown) {
    const rects = [...element.getClientRects(), ...shown.getClientRects()].filter((e) => e.width);
    if (!rects.length) return [0, 0, 0, 0];
    const { x, y, width, height } = hull(rects);
    return [x + scrollX, y + scrollY, width, height].map(rounded);
  }

  /** Is part of it where no reader can scroll to? @param {Element} shown @param {DOMRect} extent */
  function isClipped(shown, extent) {
    for (let each = shown.parentElement; each && each !== document.body; each = each.parentElement) {
      const { overflowX, overflowY, position } = getComputedStyle(each);
      if (overflowX === "auto" || overflowX === "scroll" || position === "fixed") return false;
      if (overflowX === "visible" && overflowY === "visible") continue;
      const { left, right } = each.getBoundingClientRect();
      if (extent.left < left - 2 || extent.right > right + 2) return true;
    }
    return extent.left + scrollX < -2;
  }

  /** The font that draws an element: of the list the first one that draws anything (MathJax's first
   * one has no width), said to be the machine's where the page does not bring it.
   * @param {Element} glyph */
  function familyOf(glyph) {
    if (glyph instanceof SVGElement) return "svg";
    const { fontFamily } = getComputedStyle(glyph, "::before"); // MathJax draws there
    const names = fontFamily.split(",").map((each) => each.replaceAll('"', "").trim());
    const name = names.find((each) => !/ZERO$/.test(each)) ?? "";
    return brought().has(name) ? name : `machine's ${name}`;
  }

  /** The fonts that the page brings. */
  const brought = () => new Set(Array.from(document.fonts, (each) => each.family.replaceAll('"', "")));

  /** The colour behind an element. @param {Element} element */
  function groundOf(element) {
    for (let each = /** @type {Element | null} */ (element); each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (colour !== "rgba(0, 0, 0, 0)" && colour !== "transparent") return colour;
    }
    return "canvas";
  }

  /** @param {Element} element @param {Element} shown */
  function numberOf(element, shown) {
    const beside = element.querySelectorAll(":scope > .math-box > .math-num");
    const drawn = shown.matches(".katex-html")
      ? shown.querySelectorAll(".tag, .katex-tag")
      : element.querySelectorAll("mjx-labels mjx-mtd, [data-labels] [data-mml-node=mtd]");
    const texts = [...(drawn.length ? drawn : beside)].map((each) => visible(written(each)));
    return texts.filter(Boolean).join(", ");
  }

  /** @param {string} text which KaTeX fills with spaces that have no width */
  const visible = (text) => text.replaceAll("\u200b", "").trim();

  /** The characters that are drawn in an element, however an engine draws. @param {Node} node
   * @returns {string} */
  function written(node) {
    if (node instanceof Text) return node.data;
    if (!(node instanceof Element) || node.matches("mjx-assistive-mml")) return "";
    const own = node.getAttribute("data-c") ?? /mjx-c([0-9A-F]+)/.exec(node.className)?.[1] ?? "";
    if (/^(mjx-c|use)$/.test(node.localName) && own && !node.textContent) return character(own);
    if (own && !node.textContent && !node.childElementCount) return own;
    return Array.from(node.childNodes, written).join("");
  }

  /** @param {string} own a character, or its number in hexadecimal */
  const character = (own) =>
    /^[0-9A-F]{2,6}$/i.test(own) ? String.fromCodePoint(parseInt(own, 16)) : own;

  /** MathML as text: names, attributes with a meaning and characters. @param {Element} element
   * @returns {string} */
  function canonical(element) {
    if (/^annotation/.test(element.localName)) return "";
    const kept = [...element.attributes]
      .filter(({ name }) => !/^(?:xmlns.*|id|class|style|data-.*|aria-.*|tabindex|alttext|translate)$/.test(name))
      .map(({ name, value }) => ` ${name}="${escaped(value)}"`)
      .sort();
    const inner = Array.from(element.childNodes, (each) =>
      each instanceof Element
        ? canonical(each)
        : each.nodeType === Node.TEXT_NODE
          ? escaped((each.nodeValue ?? "").replace(/[ \t\r\n]+/g, " ").trim())
          : "",
    ).join("");
    if (element.localName === "semantics") return inner;
    return `<${element.localName}${kept.join("")}>${inner}</${element.localName}>`;
  }

  const escaped = (/** @type {string} */ text) =>
    text.replace(/[&<"]/g, (sign) => `&${{ "&": "amp", "<": "lt" }[sign] ?? "quot"};`);

  /** Pixels of an ex of the font that an element stands in, and how far that font reaches below
   * the baseline. @param {Element} element */
  function fontOf(element) {
    const { fontFamily, fontSize, fontStyle, fontWeight } = getComputedStyle(element);
    const look = { fontFamily, fontSize, fontStyle, fontWeight };
    const key = Object.values(look).join();
    const known = fonts.get(key);
    if (known) return known;
    const [probe, letters, foot] = [0, 1, 2].map(() => document.createElement("span"));
    Object.assign(probe.style, { ...look, width: "100ex", position: "absolute", display: "block" });
    foot.style.display = "inline-block";
    probe.append(letters, foot);
    document.body.append(probe);
    const bottom = foot.getBoundingClientRect().bottom;
    const font = {
      ex: probe.getBoundingClientRect().width / 100 || 1,
      descent: letters.getBoundingClientRect().bottom - bottom,
    };
    probe.remove();
    fonts.set(key, font);
    return font;
  }
  /** @type {Map<string, { ex: number, descent: number }>} */
  const fonts = new Map();

  /** How far, in pixels, each formula inside a line reaches below the baseline, all measured in one
   * layout; NaN where there is no line. @param {Found[]} found */
  function depths(found) {
    const probes = found.map(({ element, display }) => {
      const line = element.parentElement && getComputedStyle(element.parentElement).display;
      if (display || !/^(?:inline|block|list-item|table-cell)$/.test(line ?? "")) return [];
      const pair = [document.createElement("span"), document.createElement("span")];
      element.before(pair[0]);
      element.after(pair[1]);
      return pair;
    });
    const all = found.map(({ element, shown }, index) => {
      const rects = [...element.getClientRects(), ...shown.getClientRects()].filter((e) => e.width);
      if (!rects.length) return NaN;
      const own = hull(rects);
      // An empty element breaks no line, but may stand at the end of the one before or on the next.
      const [line] = probes[index]
        .map((each) => each.getBoundingClientRect())
        .sort((one, other) => apart(one, own) - apart(other, own));
      if (!line || !element.parentElement || apart(line, own) > 2 * line.height) return NaN;
      return extentOf(shown).bottom - line.bottom + fontOf(element.parentElement).descent;
    });
    for (const each of probes.flat()) each.remove();
    return all;
  }

  /** All that is said of a page; to be called when its picture has been taken.
   * @param {string[]} masks */
  function read(masks) {
    const found = formulas(masks.join(", "));
    const below = depths(found);
    const { scrollWidth, clientWidth } = document.documentElement;
    return {
      title: document.title,
      sideways: Math.max(0, scrollWidth - clientWidth),
      formulas: found.map((each, index) => record(each, below[index])),
    };
  }

  /** How large the picture has to be. */
  const extent = () => {
    const { scrollHeight, clientWidth } = document.documentElement;
    return [clientWidth, Math.max(scrollHeight, innerHeight)];
  };

  /** The layout shift since the page was opened; null where no formula has its room reserved, for
   * there it tells what arrived when. */
  async function shift() {
    const found = formulas();
    if (!found.length || !found.every(({ element }) => element.matches(".math-sized"))) return null;
    let sum = 0;
    const add = (/** @type {any} */ list) => list.forEach((/** @type {any} */ e) => (sum += e.value));
    const observer = new PerformanceObserver((list) => add(list.getEntries()));
    observer.observe({ type: "layout-shift", buffered: true });
    await frame();
    await pause();
    add(observer.takeRecords());
    observer.disconnect();
    return Math.round(sum * 1000) / 1000;
  }

  const rounded = (/** @type {number} */ length) => Math.round(length * 100) / 100;
  const distinct = (/** @type {string[]} */ values) => [...new Set(values)].sort().join("; ");

  return { read, extent, shift };
})();
