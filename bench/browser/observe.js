// @ts-check
// Runs in every measured page before anything of its own; what it finds is told to probe.py.
//
// A state has been *seen* when it holds in two frames one after the other: the page was painted
// in between. Looking has to cost next to nothing. Formulas stand in the document's order, so that
// those in view are found by bisection; and once the page is parsed, nobody looks before something
// has changed (while it is parsed, an observer would be told of every node).
(() => {
  /** Is the formula in this element typeset? @type {Record<string, (el: Element) => boolean>} */
  const TYPESET = {
    mathjax: (el) => !!el.querySelector("mjx-container") && !el.querySelector("mjx-lazy"),
    katex: (el) => !!el.querySelector(".katex"),
    native: (el) => !!el.querySelector("math"),
    mathward: (el) => el.getAttribute("data-math") === "typeset",
  };
  /** Can it be read as mathematics? @type {Record<string, (el: Element) => boolean>} */
  const READABLE = {
    ...TYPESET,
    mathward: (el) => TYPESET.mathward(el) || !!el.querySelector(":scope > .math-box > math"),
  };
  const FAULTS = ".katex-error, mjx-merror, merror, [data-mjx-error], [data-math='failed']";
  const QUIET = 12; // frames in which nothing changes
  const MOST = 600; // frames to wait for that
  const DEADLINE = 300_000; // milliseconds for anything

  /** @type {{value: number, at: number}[]} */ const shifts = [];
  const events = { worst: 0 };
  observe("layout-shift", (entry) => shifts.push({ value: entry.value, at: entry.startTime }));
  observe("event", (entry) => (events.worst = Math.max(events.worst, entry.duration)), 16);

  /** @param {string} type @param {(entry: any) => void} see @param {number} [threshold] */
  function observe(type, see, threshold) {
    const observer = new PerformanceObserver((list) => list.getEntries().forEach(see));
    const wanted = { type, buffered: true, durationThreshold: threshold }; // newer than its type
    observer.observe(wanted);
  }

  const formulas = () => document.querySelectorAll(".math.inline, .math.display");
  const frame = () => new Promise((go) => requestAnimationFrame(go));

  /** The formulas of the viewport, or null while more of them may come. */
  function inView() {
    const all = document.getElementsByClassName("math");
    let [low, high] = [0, all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (all[middle].getBoundingClientRect().bottom <= 0) low = middle + 1;
      else high = middle;
    }
    const seen = [];
    for (; low < all.length; low += 1) {
      if (all[low].getBoundingClientRect().top >= innerHeight) return seen;
      seen.push(all[low]);
    }
    return document.readyState === "loading" ? null : seen;
  }

  /** Resolves in the frame after something has changed. */
  const change = () =>
    new Promise((go) => {
      if (document.readyState === "loading") return go(null);
      const observer = new MutationObserver(done);
      const attributeFilter = ["data-math"];
      observer.observe(document, { subtree: true, childList: true, attributeFilter });
      document.fonts.addEventListener("loadingdone", done);
      addEventListener("load", done);
      function done() {
        observer.disconnect();
        document.fonts.removeEventListener("loadingdone", done);
        removeEventListener("load", done);
        go(null);
      }
    });

  /** Resolves when all formulas in view have been seen to pass the test.
   * @param {(el: Element) => boolean} test @param {boolean} [fonts] and with their fonts */
  async function seen(test, fonts = false) {
    for (let held = 0; held < 2; ) {
      await frame();
      const ready = !fonts || document.fonts.status === "loaded";
      held = ready && inView()?.every(test) ? held + 1 : 0;
      if (!held) await change();
    }
  }

  /** Resolves when nothing has changed for some frames. */
  async function quiet() {
    let still = 0;
    const observer = new MutationObserver(() => (still = 0));
    observer.observe(document, { subtree: true, childList: true, attributes: true });
    for (let frames = 0; still < QUIET && frames < MOST; frames += 1) {
      await frame();
      still = document.fonts.status === "loaded" && document.readyState === "complete" ? still + 1 : 0;
    }
    observer.disconnect();
  }

  /** @param {number} [since] */
  const shift = (since = 0) =>
    shifts.reduce((sum, each) => (each.at >= since ? sum + each.value : sum), 0);

  /** What is drawn in an element, letter by letter, however the engine draws letters.
   * @param {Element} el */
  function lettersOf(el) {
    const parts = Array.from(el.querySelectorAll("mjx-c, mjx-utext"), (each) => {
      const code = /\bmjx-c([0-9A-F]+)\b/.exec(each.className)?.[1];
      const drawn = each.getAttribute("data-c") || each.textContent;
      return drawn || (code ? String.fromCodePoint(parseInt(code, 16)) : "");
    });
    return parts.length ? parts.join("") : (el.textContent ?? "");
  }

  /** The number beside a formula, as it is drawn; "" for none. @param {Element} el */
  function numberOf(el) {
    const place = el.querySelector("mjx-labels, .katex-tag") ?? el.querySelector(".math-num");
    return place ? lettersOf(place).replace(/[\s\u200B]/g, "") : "";
  }

  const engine = /** @type {any} */ (globalThis).benchEngine;
  const bench = {
    /** @type {Record<string, number>} */ marks: {},
    events,
    shift,
    quiet,

    /** Scroll to a share of the way down, until what is there is typeset. @param {number} share */
    async scroll(share) {
      scrollTo(0, share * (document.documentElement.scrollHeight - innerHeight));
      await within(seen(TYPESET[engine], true));
    },

    /** Jump to an element as a link does, until all is typeset and still. @param {string} id */
    async jump(id) {
      if (document.readyState === "loading") {
        await new Promise((go) => addEventListener("DOMContentLoaded", go));
      }
      const start = performance.now();
      const target = /** @type {Element} */ (document.getElementById(id));
      location.hash = id;
      const before = target.getBoundingClientRect().top;
      await within(seen(TYPESET[engine], true));
      await quiet();
      const drift = Math.abs(target.getBoundingClientRect().top - before);
      return { shift: shift(start), drift };
    },

    /** The numbers that can be read now: by the formula's place, and of the references. */
    numbers() {
      const all = Array.from(formulas());
      const done = all.flatMap((el, place) => (TYPESET[engine](el) ? [[place, numberOf(el)]] : []));
      const references = Array.from(document.querySelectorAll(".math-ref"), (el) =>
        lettersOf(el).replace(/\s/g, ""),
      );
      return { formulas: Object.fromEntries(done), references };
    },

    faults: () => document.querySelectorAll(FAULTS).length,
    formulas: () => formulas().length,
    late: false,
  };

  /** @template T @param {Promise<T>} promise @returns {Promise<T | void>} */
  function within(promise) {
    const late = () => (bench.late = true);
    return Promise.race([promise, new Promise((go) => setTimeout(go, DEADLINE)).then(late)]).then(
      (value) => /** @type {T} */ (value),
    );
  }

  /** @param {string} name @param {Promise<unknown>} reached */
  const mark = (name, reached) =>
    within(reached).then(() => {
      performance.mark(`bench:${name}`);
      bench.marks[name] = performance.now();
    });

  Object.assign(globalThis, {
    bench,
    benchReadable: mark("readable", seen(READABLE[engine])),
    benchTypeset: mark("typeset", seen(TYPESET[engine], true)),
  });
})();
