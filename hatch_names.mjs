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

const OURS = ["mathjax", "mathjax/slim", "client", "browser"];
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
  const kept = new Set(wordsIn((await othersTexts(modules)).join("\n")));
  for (const script of scripts) {
    /** @type {unknown[]} */ const waiting = [parse(script, { ecmaVersion: 2022 })];
    for (let next; (next = waiting.pop()); ) {
      if (typeof next !== "object") continue;
      for (const name of namesKeptBy(/** @type {Tree} */ (next))) kept.add(name);
      waiting.push(...Object.values(next).filter(Boolean));
    }
  }
  return [...kept];
}

/** @param {Tree} node @returns {string[]} */
function namesKeptBy(node) {
  if (node.type === "Literal" && typeof node.value === "string") return wordsIn(node.value);
  if (node.type === "TemplateElement") return wordsIn(node.value.raw);
  const isData = node.type === "Property" && !node.computed && !/Function/.test(node.value.type);
  return isData && node.key.name ? [node.key.name] : [];
}

/** What else runs beside the bundle and reaches into it. @param {string} modules */
async function othersTexts(modules) {
  const renderer = fileURLToPath(new URL("renderer/", import.meta.url));
  const folders = [...OURS.map((name) => join(renderer, name)), join(modules, PARTS)];
  const texts = folders.map(async (folder) => {
    const files = (await readdir(folder)).filter((name) => /\.(?:js|html)$/.test(name));
    return Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
  });
  return (await Promise.all(texts)).flat();
}

/** @param {string} text @returns {string[]} */
const wordsIn = (text) => text.match(/[A-Za-z_$][\w$]*/g) ?? [];
