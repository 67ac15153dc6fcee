// @ts-check
/**
 * Asks MathJax which commands and environments each of its TeX packages knows, and prints them
 * as JSON: `{package: {commands: [..], environments: [..]}}`. hatch_build.py runs it in the folder
 * whose `node_modules` holds MathJax; its arguments are packages to leave out.
 */

const { readdirSync } = require("node:fs");
const { createRequire } = require("node:module");
const { dirname, join } = require("node:path");

const here = createRequire(join(process.cwd(), "package.json"));
const main = here.resolve("mathjax");
const names = readdirSync(join(dirname(main), "input/tex/extensions"))
  .map((file) => file.replace(/\.js$/, ""))
  .filter((name) => !process.argv.includes(name));

async function ask() {
  const mathjax = here(main);
  await mathjax.init({ loader: { load: ["input/tex-base"] }, startup: { typeset: false } });
  await mathjax.loader.load(...names.map((name) => `[tex]/${name}`));
  const { Configuration, MapHandler } = mathjax._.input.tex;
  const { ConfigurationHandler: packages } = Configuration;
  return Object.fromEntries(
    Array.from(packages.keys(), (name) => [
      name,
      known(packages.get(name).handler, MapHandler.MapHandler),
    ]),
  );
}

/** @param {Record<string, string[]>} handler of a package, the names of its maps
 * @param {any} all every map by its name */
function known({ macro, environment, delimiter }, all) {
  /** @type {(maps?: string[]) => string[]} */
  const keys = (maps = []) => maps.flatMap((name) => [...(all.getMap(name).map?.keys() ?? [])]);
  const delimiters = keys(delimiter); // `(` and `\lbrace`, unlike the keys of commands
  const commands = keys(macro).filter((key) => !delimiters.includes(key));
  const named = delimiters.filter((key) => key.startsWith("\\")).map((key) => key.slice(1));
  return { commands: sorted([...commands, ...named]), environments: sorted(keys(environment)) };
}

/** @param {string[]} words */
const sorted = (words) => [...new Set(words)].sort();

ask().then(
  (answer) => process.stdout.write(`${JSON.stringify(answer, null, 1)}\n`),
  (error) => {
    console.error(String(error));
    process.exitCode = 1;
  },
);
