// @ts-check
/**
 * Which names of properties may be shortened in the slim bundle: those that nobody can ask for in
 * another way than by a dot. A name that stands in any text, that is a key of data (attributes,
 * options, css), that our own scripts or MathJax's parts of fonts use or that browsers know is
 * kept, and so are names that MathJax puts together.
 */

import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const OURS = ["mathjax", "client", "browser"]; // but for mathjax/slim, which is in the bundle
const PARTS = "@mathjax/mathjax-newcm-font/chtml/dynamic";

/** Longer than what it would become, and no visitor's, which are `visit` and a kind of node. */
export const SHORTENED = /^(?!visit)[A-Za-z_]\w{2,}$/;

/** @typedef {{type: string, [part: string]: any}} Tree */

/**
 * The names that stay.
 * @param {string[]} scripts all of the bundle @param {string} modules a folder `node_modules`
 */
export async function keptNames(scripts, modules) {
  /** @type {typeof import("acorn")} */ const { parse } = createRequire(join(modules, "x"))("acorn");
  const namesIn = (/** @type {string} */ script, /** @type {(node: Tree) => string[]} */ of) =>
    nodesOf(parse(script, { ecmaVersion: 2022, sourceType: "module" })).flatMap(of);
  const others = await othersTexts(modules);
  return new Set([
    ...others.flatMap(({ name, text }) => (name.endsWith(".js") ? namesIn(text, namesAskedFor) : wordsIn(text))),
    ...scripts.flatMap((script) => namesIn(script, namesKeptBy)),
  ]);
}

/** @param {unknown} tree @returns {Tree[]} */
function nodesOf(tree) {
  /** @type {Tree[]} */ const found = [];
  const waiting = [tree];
  for (let next; (next = waiting.pop()); ) {
    if (typeof next !== "object") continue;
    found.push(/** @type {Tree} */ (next));
    waiting.push(...Object.values(next).filter(Boolean));
  }
  return found;
}

/** What the bundle itself may ask for otherwise than by a dot. @param {Tree} node */
function namesKeptBy(node) {
  const isData = node.type === "Property" && !node.computed && !/Function/.test(node.value.type);
  return isData && node.key.name ? [node.key.name] : textOf(node);
}

/** What a script beside the bundle may ask it for. @param {Tree} node */
function namesAskedFor(node) {
  const name = node.computed ? undefined : (node.property ?? node.key)?.name;
  return name ? [name] : textOf(node);
}

/** @param {Tree} node */
function textOf({ type, value }) {
  if (type === "Literal" && typeof value === "string") return wordsIn(value);
  return type === "TemplateElement" ? wordsIn(value.raw) : [];
}

/** What else runs beside the bundle and reaches into it. @param {string} modules */
async function othersTexts(modules) {
  const renderer = fileURLToPath(new URL("renderer/", import.meta.url));
  const folders = [...OURS.map((name) => join(renderer, name)), join(modules, PARTS)];
  const texts = folders.map(async (folder) => {
    const names = (await readdir(folder)).filter((name) => /\.(?:js|html)$/.test(name));
    return Promise.all(
      names.map(async (name) => ({ name, text: await readFile(join(folder, name), "utf8") })),
    );
  });
  return (await Promise.all(texts)).flat();
}

/** @param {string} text @returns {string[]} */
const wordsIn = (text) => text.match(/[A-Za-z_$][\w$]*/g) ?? [];
