// @ts-check
/**
 * What a page has to tell of itself, in the page: runs before anything else of it.
 *
 * `hostile.findings()` are pairs of an input's name and what was found. What only the browser can
 * tell (requests, dialogs, crashes) is heard outside, in browse.py.
 */

(() => {
  const EDGE = 20; // pixels: how far from the window's edge a button is looked at
  const SLACK = 10; // pixels: ink of letters that stands out of its line
  const ADDRESSES =
    "action background cite code data data-mjx-href formaction href longdesc manifest ping poster src srcset xlink:href".split(" ");
  const FOREIGN =
    "applet, area, audio, base, button, canvas, dialog, embed, form, frame, frameset, iframe, img:is([src], [srcset]), link, map, marquee, meta, noscript, object, plaintext, portal, script, select, source, style, svg a, svg image, svg use, template, textarea, title, track, video, input:not([type=checkbox][disabled]), [autofocus], [contenteditable], [http-equiv], [ping], [target]";
  const TARGETS = ".hostile-input :is(a, summary, .math, [tabindex], [onclick], details, input)";
  const names = new Set();
  for (const object of [window, document]) {
    for (let each = object; each; each = Object.getPrototypeOf(each)) {
      for (const name of Object.getOwnPropertyNames(each)) names.add(name);
    }
  }

  /** @type {[string, string][]} */ const ran = [];
  /** @param {Element | null} element */
  const inputOf = (element) =>
    element?.closest("[data-input]")?.getAttribute("data-input") ?? "";

  /** @param {string} name */
  const canary = (name) => void ran.push([String(name), "script ran"]);
  Object.defineProperty(window, "__x", { value: canary, writable: false });

  /** @param {Element} root @returns {Iterable<[string, string]>} */
  function* markup(root) {
    const name = inputOf(root);
    for (const each of root.querySelectorAll(FOREIGN)) yield [name, `element ${each.localName}`];
    for (const each of root.querySelectorAll("*")) {
      for (const { name: attribute, value } of each.attributes) {
        if (/^on/i.test(attribute)) yield [name, `event handler ${attribute}`];
        if (ADDRESSES.includes(attribute) && isBad(value)) yield [name, `address ${attribute}=${value}`];
        if (attribute === "style" && /url\(|image-set|position:\s*(fixed|sticky)/i.test(value)) yield [name, `style ${value}`];
        if (/^(id|name)$/.test(attribute)) yield* named(name, each, value);
      }
    }
  }

  /** @param {string} input @param {Element} element @param {string} value @returns {Iterable<[string, string]>} */
  function* named(input, element, value) {
    const own = /^(h\d+-|md-)/.test(value);
    if (!own) yield [input, `id or name without prefix: ${value}`];
    if (names.has(value)) yield [input, `clobbers ${value}`];
    if (/** @type {any} */ (document)[value] === element) yield [input, `clobbers document.${value}`];
  }

  /** @param {string} value */
  function isBad(value) {
    try {
      const { protocol } = new URL(value, document.baseURI);
      return !["http:", "https:", "mailto:", location.protocol].includes(protocol);
    } catch {
      return false; // leads nowhere
    }
  }

  /** Parts of an input that are seen outside of its own box. @param {Element} root */
  function* outside(root) {
    const frame = root.getBoundingClientRect();
    const everything = { left: -1e7, right: 1e7, top: -1e7, bottom: 1e7 };
    /** @type {[Element, typeof everything][]} */ const stack = [[root, everything]];
    for (let next; (next = stack.pop()); ) {
      const [element, clip] = next;
      const style = getComputedStyle(element);
      // What lies in closed details has a place and is not seen.
      if (style.clipPath !== "none" || !element.checkVisibility()) continue;
      const rect = element.getBoundingClientRect();
      const seen = meet(rect, clip);
      if (element !== root && isPainted(element, style) && isBeyond(seen, frame)) {
        const [width, height] = [seen.right - seen.left, seen.bottom - seen.top].map(Math.round);
        yield [inputOf(root), `outside its box: ${element.localName} ${width}x${height} at ${Math.round(seen.left - frame.left)},${Math.round(seen.top - frame.top)}`];
        return;
      }
      const inner = style.overflow === "visible" ? clip : meet(grown(rect, style), clip);
      for (const child of element.children) stack.push([child, inner]);
    }
  }

  /** @param {{left: number, right: number, top: number, bottom: number}} a @param {{left: number, right: number, top: number, bottom: number}} b */
  const meet = (a, b) => ({
    left: Math.max(a.left, b.left),
    right: Math.min(a.right, b.right),
    top: Math.max(a.top, b.top),
    bottom: Math.min(a.bottom, b.bottom),
  });

  /** @param {DOMRect} rect @param {CSSStyleDeclaration} style */
  function grown({ left, right, top, bottom }, style) {
    const margin = style.overflowX === "clip" ? parseFloat(style.overflowClipMargin) || 0 : 0;
    return { left: left - margin, right: right + margin, top: top - margin, bottom: bottom + margin };
  }

  /** @param {Element} element @param {CSSStyleDeclaration} style */
  const isPainted = (element, style) =>
    style.visibility === "visible" &&
    (Array.from(element.childNodes).some((each) => each instanceof Text && each.data.trim()) ||
      element.hasAttribute("data-c") ||
      style.backgroundColor !== "rgba(0, 0, 0, 0)" ||
      ["Top", "Right", "Bottom", "Left"].some(
        (side) => parseFloat(/** @type {any} */ (style)[`border${side}Width`]) > 0,
      ));

  /** @param {{left: number, right: number, top: number, bottom: number}} seen @param {DOMRect} frame */
  const isBeyond = (seen, frame) =>
    seen.right - seen.left > 1 &&
    seen.bottom - seen.top > 1 &&
    (seen.left < frame.left - SLACK ||
      seen.right > frame.right + SLACK ||
      seen.top < frame.top - SLACK ||
      seen.bottom > frame.bottom + SLACK);

  /** What lies over a trusted button. @returns {Iterable<[string, string]>} */
  function* covered() {
    for (const button of document.querySelectorAll(".hostile-trusted")) {
      const place = button.getBoundingClientRect();
      // A screen at a time: each scrolling is a layout, which a page of formulas pays dearly.
      if (place.top < EDGE || place.bottom > innerHeight - EDGE) {
        button.scrollIntoView({ block: "start", behavior: "instant" });
        scrollBy({ top: -2 * EDGE, behavior: "instant" });
      }
      const { left, right, top, bottom } = button.getBoundingClientRect();
      const points = [[(left + right) / 2, (top + bottom) / 2], [left + 3, top + 3], [right - 3, bottom - 3]];
      for (const [x, y] of points) {
        const there = document.elementFromPoint(x, y);
        if (there !== button) yield [inputOf(there), `covers a trusted button with ${there?.localName}`];
      }
    }
  }

  /** @param {boolean} typeset @returns {Iterable<[string, string]>} */
  function* later(typeset) {
    for (const after of document.querySelectorAll(".hostile-after")) {
      const formula = after.querySelector(".math");
      const good = typeset ? formula?.getAttribute("data-math") === "typeset" : formula?.querySelector("math");
      if (!good) yield [inputOf(after), "the next formula is not shown"];
    }
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth + 1) yield ["", `the page is ${scrollWidth} wide in ${clientWidth}`];
  }

  /** Targets still to be clicked, those of one input after the other. @type {Element[]} */
  let targets = [];
  /** Clicked at, together with others of the same screen. @type {Element[]} */ let tried = [];
  /** What a click has really reached. @type {WeakSet<EventTarget>} */ const met = new WeakSet();
  addEventListener("click", (event) => event.composedPath().forEach((each) => met.add(each)), true);

  // For each letter to be written Chromium asks the desktop anew who does that.
  addEventListener("click", (event) => {
    const isMail = event.composedPath().some((each) => each instanceof HTMLAnchorElement && each.protocol === "mailto:");
    if (isMail) event.preventDefault();
  });

  /** Its middle, as far as it is in the window. @param {Element} target @returns {number[] | null} */
  function middle(target) {
    const { left, right, top, bottom } = target.getClientRects()[0] ?? target.getBoundingClientRect();
    const x = (Math.max(left, 0) + Math.min(right, innerWidth)) / 2;
    const y = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
    const isThere = right > left && bottom > top && x > 0 && y > 0 && x < innerWidth && y < innerHeight;
    return isThere ? [x, y] : null;
  }

  /** Brought into the window, out of closed details. @param {Element} target */
  function bring(target) {
    for (let each = target.closest("details"); each; each = each.parentElement?.closest("details") ?? null) each.open = true;
    target.scrollIntoView({ block: "center", behavior: "instant" });
    return middle(target);
  }

  /** Where some can be clicked without scrolling. */
  function screen() {
    /** @type {number[][]} */ const places = [];
    while (targets.length) {
      const place = places.length ? middle(targets[0]) : bring(targets[0]);
      if (places.length && !place) break;
      tried.push(/** @type {Element} */ (targets.shift()));
      if (place) places.push(place);
    }
    return places;
  }

  /** Where one can be clicked that another's click had moved away before its turn came. */
  function straggler() {
    for (let target; (target = tried.shift()); ) {
      const place = met.has(target) ? null : bring(target);
      if (place) return [place];
    }
    return [];
  }

  /** What the Enter key was pressed on. @type {Set<Element>} */ const entered = new Set();
  /** @type {Element | null} */ let last = null;
  addEventListener("keydown", (event) => {
    // An Enter may move the focus; what a formula is explored by is new each time; and behind the
    // last stop the Tab key comes to the first one again.
    if (event.key === "Tab" && last instanceof HTMLElement) last.focus({ preventScroll: true });
    if (event.key !== "Enter") return;
    last = document.activeElement;
    const stop = last?.closest(".math") ?? last;
    if (!stop || stop === document.body) return;
    if (entered.has(stop)) event.stopImmediatePropagation(), event.preventDefault();
    else entered.add(stop);
  }, true);

  Object.assign(window, {
    hostile: {
      /** @param {boolean} typeset */
      findings: (typeset) => [
        ...ran,
        ...Array.from(document.querySelectorAll(".hostile-input"), (each) => [...markup(each), ...outside(each)]).flat(),
        ...covered(),
        ...later(typeset),
      ],
      /** @param {string} html of a whole page, not loaded */
      parsed(html) {
        const page = new DOMParser().parseFromString(html, "text/html");
        page.querySelectorAll("head > :is(link, meta, script, style)").forEach((each) => each.remove());
        page.querySelectorAll("title, .hostile-trusted").forEach((each) => each.remove());
        return [...markup(page.documentElement)];
      },
      open() {
        document.querySelectorAll(".hostile-input details").forEach((each) => each.setAttribute("open", ""));
        targets = [...document.querySelectorAll(TARGETS)];
      },
      /** Where to click next, some places of one screen; none at the end. */
      places() {
        const places = screen();
        return places.length ? places : straggler();
      },
      /** From where the Tab key is to begin. */
      top() {
        scrollTo(0, 0);
        const button = document.querySelector(".hostile-trusted");
        if (button instanceof HTMLElement) button.focus({ preventScroll: true });
      },
      /** How much the Tab key came to. */
      entered: () => entered.size,
    },
  });
})();
