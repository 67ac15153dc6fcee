// @ts-check
/**
 * Shows an answer as it arrives: patches from the server's `Stream` become nodes of the page.
 *
 *     const answer = stream(container);
 *     answer.apply({ patches: [{ op: "set", key: "0", html: "<p>So" }] });
 *     answer.close();
 *
 *     listen(container, "/answers/7");        // the same from an EventSource
 *
 * Formulas are typeset by `start`, which runs for the whole page. A module of its own, beside
 * `main.js`; as a classic script it is `mathward-stream.js`.
 */

import { Blocks } from "./blocks.js";
import { Follow, scrollerOf } from "./follow.js";
import { contain, rest } from "./rest.js";

/** @typedef {import("./blocks.js").Patch} Patch */
/** @typedef {{patches: Patch[], css?: string}} Message */

/**
 * @typedef {object} StreamOptions
 * @property {boolean} [follow] keep a reader at the end there; true, unless said otherwise
 * @property {Element} [scroller] what scrolls; else the nearest element around that does
 * @property {boolean} [credentials] send cookies to another origin; for {@link listen}
 */

/**
 * @typedef {object} Answer
 * @property {(message: Message) => void} apply
 * @property {(message: Message) => void} reset the same, after which nothing of before is left
 * @property {() => void} close nothing follows
 */

const LIVE = "[aria-live], [role=log], [role=status], [role=alert]";
const RULE = /[^{}]+\{[^{}]*\}/g;

/** @type {WeakMap<Node, {sheet: CSSStyleSheet, rules: Set<string>}>} by document */
const sheets = new WeakMap();

/**
 * @param {Element} container what is in it goes
 * @param {StreamOptions} [options]
 * @returns {Answer}
 */
export function stream(container, options = {}) {
  container.replaceChildren();
  contain(container);
  if (!container.closest(LIVE)) container.setAttribute("role", "log");
  const scroller = options.scroller ?? scrollerOf(container);
  const stopFollowing = options.follow === false ? () => {} : Follow.of(scroller).add(container);
  const blocks = new Blocks(container);
  let isOpen = true;
  /** @param {Message} message @param {boolean} anew */
  const take = (message, anew) => {
    const patches = isOpen && patchesOf(message);
    if (!patches) return;
    if (typeof message.css === "string") addRules(container, message.css);
    blocks.apply(patches, anew);
  };
  return {
    apply: (message) => take(message, false),
    reset: (message) => take(message, true),
    close() {
      if (!isOpen) return;
      isOpen = false;
      blocks.show(false);
      stopFollowing();
      rest(container);
    },
  };
}

/**
 * Show what a server sends as events: `message`, `reset` and at last `end`. When the connection
 * is lost the browser takes it up again, telling the id of what it had last.
 * @param {Element} container @param {string | URL} url @param {StreamOptions} [options]
 * @returns {{close: () => void, done: Promise<boolean>}} whether it came to its end
 */
export function listen(container, url, options = {}) {
  const answer = stream(container, options);
  const source = new EventSource(url, { withCredentials: !!options.credentials });
  /** @type {(whole: boolean) => void} */ let tell;
  /** @type {Promise<boolean>} */ const done = new Promise((resolve) => (tell = resolve));
  const finish = (/** @type {boolean} */ whole) => {
    source.close();
    answer.close();
    tell(whole);
  };
  for (const [name, take] of Object.entries({ message: answer.apply, reset: answer.reset })) {
    source.addEventListener(name, ({ data }) => take(messageOf(data)));
  }
  source.addEventListener("end", ({ data }) => finish(!messageOf(data)?.error));
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) finish(false); // it does not try again
  });
  return { close: () => finish(false), done };
}

/** @param {string} data */
function messageOf(data) {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

/**
 * The patches of a message, if it is one.
 * @param {any} message @returns {Patch[] | null}
 */
function patchesOf(message) {
  const patches = message?.patches;
  if (Array.isArray(patches) && patches.every(isPatch)) return patches;
  console.warn("mathward: a message that is none is passed over");
  return null;
}

/** @param {any} patch */
const isPatch = (patch) =>
  typeof patch?.key === "string" &&
  (patch.op === "drop" || (/^(set|append)$/.test(patch.op) && typeof patch.html === "string"));

/**
 * Rules say by their names what is in them, so those of all answers are in one sheet.
 * @param {Element} container @param {string} css
 */
function addRules(container, css) {
  const root = /** @type {Document} */ (container.getRootNode());
  let known = sheets.get(root);
  if (!known) {
    known = { sheet: new CSSStyleSheet(), rules: new Set() };
    sheets.set(root, known);
    root.adoptedStyleSheets?.push(known.sheet);
  }
  for (const rule of css.match(RULE) ?? []) {
    if (known.rules.has(rule)) continue;
    known.rules.add(rule);
    known.sheet.insertRule(rule);
  }
}
