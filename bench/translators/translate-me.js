// @ts-check
/**
 * The panel of the page "translate me": three captures, of the original, the translated and the
 * restored page, what differs between them, and a file with all three to compare the simulator with.
 */

/** @typedef {{ tex: string | null, drawing: string, path: string }} Formula */
/** @typedef {{ formulas: Formula[], blocks: { name: string, prose: string }[] }} Inventory */
/** @typedef {{ html: string, lang: string, inventory: Inventory, marks: string[] }} Capture */

const page = /** @type {any} */ (globalThis); // has `mathward`, and `inventory` of page.js

const LOOK = {
  formula: ".math[data-tex]",
  drawing: ":scope > .math-box > .math-drawing",
  optedOut: ".notranslate,[translate=no],code,pre,kbd,samp,var,script,style,noscript,textarea,template",
};
const STEPS = /** @type {const} */ (["original", "translated", "restored"]);

/** @type {Partial<Record<typeof STEPS[number], Capture>>} */
const captures = {};

/** @returns {Promise<Capture>} */
async function capture() {
  await page.mathward.typesetAll();
  const elements = Array.from(document.querySelectorAll("html, body, body *"));
  const mine = elements.filter((each) => !each.closest(".math, .translate-me"));
  const marks = mine.flatMap((each) => [
    `<${each.localName}>`,
    ...each.getAttributeNames().map((name) => `${name}=`),
  ]);
  const html = document.body.innerHTML;
  return { html, lang: document.documentElement.lang, inventory: page.inventory(LOOK), marks };
}

/** How many of each. @param {string[]} all */
function counted(all) {
  /** @type {Map<string, number>} */ const counts = new Map();
  for (const each of all) counts.set(each, (counts.get(each) ?? 0) + 1);
  return counts;
}

/** What is in the first more often than in the second. @param {string[]} first @param {string[]} second */
function more(first, second) {
  const known = counted(second);
  const rows = Array.from(counted(first), ([name, count]) => ({ name, by: count - (known.get(name) ?? 0) }));
  return rows.filter(({ by }) => by > 0);
}

/** What makes a formula the same; its block may be another where a translator copies blocks. */
const identity = (/** @type {Formula} */ { tex, drawing, path }) => JSON.stringify([tex, path, drawing]);

/** What became of the original. @param {Capture} before @param {Capture} after @returns {string[]} */
function verdict(before, after) {
  const [was, is] = [before, after].map(({ inventory }) => inventory.formulas.map(identity));
  const lost = more(was, is).map(({ name, by }) => `${by} × ${JSON.parse(name)[0] ?? "reference"}`);
  const prose = after.inventory.blocks.map((block) => block.prose);
  const same = before.inventory.blocks.filter((block) => prose.includes(block.prose)).length;
  const added = more(after.marks, before.marks).map(({ name, by }) => `${name} ${by}`);
  return [
    `formulas: ${was.length} before, ${is.length} after; ${lost.length ? `lost or damaged: ${lost.join(", ")}` : "all whole"}`,
    `blocks of prose: ${before.inventory.blocks.length} before, ${prose.length} after, ${same} with the same words`,
    `markup added: ${added.join(", ") || "none"}`,
    `language of the page: ${before.lang || "none"} before, ${after.lang || "none"} after`,
  ];
}

/** @returns {string[]} */
function report() {
  const { original, translated, restored } = captures;
  const lines = [];
  if (original && translated) lines.push("Translated", ...verdict(original, translated));
  if (original && restored) {
    const equal = original.html === restored.html ? "byte for byte" : "not byte for byte";
    lines.push(`Restored, ${equal}`, ...verdict(original, restored));
  }
  return lines;
}

/** @param {string} name @param {() => void} act */
function button(name, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: name });
  made.addEventListener("click", act);
  return made;
}

function save() {
  const text = JSON.stringify({ browser: navigator.userAgent, captures, report: report() }, null, 1);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = "translated-page.json";
  link.click();
}

/** The panel; no translator is to touch it. */
function panel() {
  const made = Object.assign(document.createElement("aside"), { className: "translate-me notranslate" });
  made.setAttribute("translate", "no");
  const output = document.createElement("pre");
  const show = () => {
    output.textContent = report().join("\n") || `Captured: ${Object.keys(captures).join(", ")}`;
  };
  const buttons = STEPS.map((step, index) =>
    button(`${index + 1}. Capture the ${step} page`, () => {
      capture().then((taken) => {
        captures[step] = taken;
        show();
      });
    }),
  );
  made.append(...buttons, button("4. Save all as a file", save), output);
  made.style.cssText =
    "position:fixed;inset:auto 0 0 0;max-height:40vh;overflow:auto;padding:.5rem;" +
    "background:Canvas;color:CanvasText;border-top:1px solid;font:14px/1.4 sans-serif";
  output.style.cssText = "white-space:pre-wrap;margin:.5rem 0 0";
  return made;
}

document.body.append(panel());
